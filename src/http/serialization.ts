import fastJson from 'fast-json-stringify';
import type { FastifySerializerCompiler } from 'fastify/types/schema.js';
import { components } from './schema.ts';

/**
 * Compiles how an answer is written, at the first answer that needs it. What a schema does not name is left out, so
 * nothing leaves by accident.
 */
export function serializerCompiler(): FastifySerializerCompiler<object> {
  let externalSchema: Record<string, object> | undefined;
  return ({ schema }) => {
    let write: ((value: unknown) => string) | undefined;
    return (value: unknown) => {
      externalSchema ??= Object.fromEntries(components);
      write ??= fastJson(schema as fastJson.Schema, {
        schema: externalSchema as Record<string, fastJson.Schema>,
      });
      return write(value);
    };
  };
}
