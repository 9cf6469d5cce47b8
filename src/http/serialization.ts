import fastJson from 'fast-json-stringify';
import type { FastifySerializerCompiler } from 'fastify/types/schema.js';
import { reachableFrom } from './schema.ts';

function compile(schema: object) {
  const named: Record<string, object> = Object.fromEntries(reachableFrom(schema));
  return fastJson(schema as fastJson.Schema, { schema: named as Record<string, fastJson.Schema> });
}

/**
 * Compiles how an answer is written, at the first answer that needs it. What a schema does not name is left out, so
 * nothing leaves by accident.
 */
export function serializerCompiler(): FastifySerializerCompiler<object> {
  return ({ schema }) => {
    let write: ((value: unknown) => string) | undefined;
    return (value: unknown) => {
      write ??= compile(schema);
      return write(value);
    };
  };
}
