import fastJson from 'fast-json-stringify';
import type { FastifySerializerCompiler } from 'fastify/types/schema.js';
import { propertiesOf } from '../../platform/unknown.ts';
import { reachableFrom } from './schema.ts';

function compile(schema: object) {
  const named: Record<string, object> = Object.fromEntries(reachableFrom(schema));
  return fastJson(schema as fastJson.Schema, { schema: named as Record<string, fastJson.Schema> });
}

/** Where a value holds what was not written, as a path; undefined where all of it was. */
function leftOut(value: unknown, written: unknown, path = ''): string | undefined {
  if (typeof value !== 'object' || value === null || value instanceof Date) return undefined;
  for (const [name, part] of Object.entries(value)) {
    if (part === undefined) continue;
    const at = `${path}/${name}`;
    const found = Object.hasOwn(propertiesOf(written), name)
      ? leftOut(part, propertiesOf(written)[name], at)
      : at;
    if (found !== undefined) return found;
  }
  return undefined;
}

/**
 * Compiles how an answer is written, at the first answer that needs it. What a schema does not name is left out, so
 * nothing leaves by accident.
 *
 * @param options.strict throws where something is left out, so that a handler that gives too much is noticed
 */
export function serializerCompiler(options: { strict: boolean }): FastifySerializerCompiler<object> {
  return ({ schema }) => {
    let write: ((value: unknown) => string) | undefined;
    return (value: unknown) => {
      write ??= compile(schema);
      const written = write(value);
      const extra = options.strict ? leftOut(value, JSON.parse(written)) : undefined;
      if (extra !== undefined) throw new Error(`the answer has ${extra}, which its schema does not name`);
      return written;
    };
  };
}
