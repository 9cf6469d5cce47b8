import fastJson from 'fast-json-stringify';
import type { FastifySerializerCompiler } from 'fastify/types/schema.js';
import { propertiesOf } from '../../platform/unknown.ts';
import { reachableFrom } from './schema.ts';

function compile(schema: object) {
  const named: Record<string, object> = Object.fromEntries(reachableFrom(schema));
  return fastJson(schema as fastJson.Schema, { schema: named as Record<string, fastJson.Schema> });
}

/** The path of the first property that was not serialized; undefined where all of them were. */
function findOmitted(value: unknown, written: unknown, path = ''): string | undefined {
  if (typeof value !== 'object' || value === null || value instanceof Date) return undefined;
  for (const [name, part] of Object.entries(value)) {
    if (part === undefined) continue;
    const at = `${path}/${name}`;
    const found = Object.hasOwn(propertiesOf(written), name)
      ? findOmitted(part, propertiesOf(written)[name], at)
      : at;
    if (found !== undefined) return found;
  }
  return undefined;
}

/**
 * Compiles the serializer of an answer, at the first answer that needs it. Properties that the schema does not name are
 * omitted.
 *
 * @param options.strict throws where a property is omitted, so that tests notice a handler that returns too much
 */
export function serializerCompiler(options: { strict: boolean }): FastifySerializerCompiler<object> {
  return ({ schema }) => {
    let write: ((value: unknown) => string) | undefined;
    return (value: unknown) => {
      write ??= compile(schema);
      const written = write(value);
      const extra = options.strict ? findOmitted(value, JSON.parse(written)) : undefined;
      if (extra !== undefined) throw new Error(`the answer has ${extra}, which its schema does not name`);
      return written;
    };
  };
}
