import type { Readable } from 'node:stream';
import {
  type ObjectOptions,
  type SchemaOptions,
  type Static,
  type TObject,
  type TProperties,
  type TSchema,
  Type,
} from '@sinclair/typebox';
import { ID_PATTERN } from '../../platform/ids.ts';

/**
 * Building blocks of request and response schemas. A schema has one name: the constant, the type, the `$id` and the
 * component in the OpenAPI document are all called the same.
 */

const registry = new Map<string, TSchema>();

/** Every named schema, by name. */
export const components: ReadonlyMap<string, TSchema> = registry;

/** The named schemas that a schema refers to, directly or through others. */
export function reachableFrom(schema: object, found = new Map<string, TSchema>()): Map<string, TSchema> {
  for (const [key, value] of Object.entries(schema)) {
    if (key === '$ref' && typeof value === 'string') {
      const name = value.replace(/#$/, '');
      const target = registry.get(name);
      if (target && !found.has(name)) reachableFrom(target, found.set(name, target));
    } else if (typeof value === 'object' && value !== null) reachableFrom(value, found);
  }
  return found;
}

function register<T extends TSchema>(name: string, schema: T): T {
  if (registry.has(name)) throw new Error(`there are two schemas called ${name}`);
  registry.set(name, Object.assign(schema, { $id: name }));
  return schema;
}

interface Described extends ObjectOptions {
  description: string;
}

/** A named, closed object: unknown properties are rejected in requests and omitted from answers. */
export function component<T extends TProperties>(
  name: string,
  properties: T,
  options: Described,
): TObject<T> {
  return register(name, Type.Object(properties, { additionalProperties: false, ...options }));
}

/** A named schema that is not an object. */
export function namedSchema<T extends TSchema>(name: string, schema: T): T {
  return register(name, schema);
}

/** A named enumeration of constants. */
export function enumeration<const V extends readonly string[]>(name: string, values: V, description: string) {
  return register(
    name,
    Type.Unsafe<V[number]>({ type: 'string', enum: [...values], description, examples: [values[0]] }),
  );
}

/**
 * Marks, in its description, an enumeration that may get further values within a version of the API. The gate of the
 * contract reads it too.
 */
export const MORE_MAY_COME = 'More may come';

/** A reference to a named schema that keeps its type. */
export function ref<T extends TSchema>(schema: T) {
  return Type.Unsafe<Static<T>>({ $ref: `${schema.$id}#` });
}

/** The same schema or null; an empty value is null and never absent. */
export function nullable<T extends TSchema>(schema: T) {
  if (schema.$ref) return Type.Unsafe<Static<T> | null>({ anyOf: [schema, { type: 'null' }] });
  return Type.Unsafe<Static<T> | null>({ ...schema, type: [schema.type, 'null'] });
}

/** A list of a named schema. */
export function listOf<T extends TSchema>(schema: T, options: SchemaOptions & { maxItems: number }) {
  return Type.Unsafe<Static<T>[]>({
    type: 'array',
    items: schema.$id ? { $ref: `${schema.$id}#` } : schema,
    ...options,
  });
}

export const EXAMPLE_ID = '01932b6e-8f2a-7c3d-9b4e-5a6f7c8d9e0f';

/** A UUID in lower case; ours are version 7 (RFC 9562). */
export const uuid = (description: string, example = EXAMPLE_ID) =>
  Type.String({ format: 'uuid', pattern: ID_PATTERN, maxLength: 36, description, examples: [example] });

/** A timestamp: RFC 3339, UTC, milliseconds. */
export const timestamp = (description: string, example = '2026-11-20T12:00:00.000Z') =>
  Type.String({ format: 'date-time', maxLength: 40, description, examples: [example] });

/**
 * A timestamp as it is stored: in UTC, truncated to milliseconds. Undefined for what RFC 3339 allows and `Date` cannot
 * represent, such as a leap second, and for the year 0.
 */
export function normalizeTimestamp(timestamp: string): string | undefined {
  const date = new Date(timestamp);
  const year = Number.isNaN(date.getTime()) ? 0 : date.getUTCFullYear();
  return year < 1 || year > 9999 ? undefined : date.toISOString();
}

/** Any text without NUL, which PostgreSQL cannot store. */
const TEXT_PATTERN = '^[^\\x00]*$';

/** Text that is not blank, without NUL; anchored at the start, so that matching is linear. */
export const NOT_BLANK = '^\\s*[^\\s\\x00][^\\x00]*$';

/** Text with its limits in characters. A `pattern` has to reject NUL as well. */
export const text = (options: {
  description: string;
  maxLength: number;
  minLength?: number;
  pattern?: string;
  examples: string[];
}) => Type.String({ pattern: TEXT_PATTERN, ...options });

/** A whole number that fits 32 bits. */
export const integer = (options: {
  description: string;
  minimum?: number;
  maximum?: number;
  default?: number;
  examples: number[];
}) => Type.Integer({ format: 'int32', minimum: 0, maximum: 2_147_483_647, ...options });

/** Query parameters: closed, so that a misspelt filter is an error and not ignored. */
export function query<T extends TProperties>(properties: T) {
  return Type.Object(properties, { additionalProperties: false });
}

/** Path parameters. */
export const path = query;

/** Keywords of response schemas that are for the contract only. */
export const ANSWER_KEYWORDS = ['x-headers', 'x-location'];

/** An answer with a body: the named schema, what the answer means, and the headers of its own. */
export function answer<T extends TSchema>(
  schema: T,
  description: string,
  options: { location?: string; headers?: readonly string[] } = {},
) {
  const { location, headers } = options;
  return Type.Unsafe<Static<T>>({
    $ref: `${schema.$id}#`,
    description,
    'x-location': location,
    'x-headers': headers,
  });
}

/** A file to download, which the handler returns as a stream after setting `Content-Disposition` (RFC 6266). */
export function attachment(schema: TSchema, description: string) {
  return Type.Unsafe<Readable>({ $ref: `${schema.$id}#`, description, 'x-headers': ['Content-Disposition'] });
}

/** An answer without a body. */
export function noContent(description: string, options: { headers?: readonly string[] } = {}) {
  return Type.Null({ description, ...(options.headers && { 'x-headers': options.headers }) });
}

/** A 202 without a body, whose work cannot be followed. The handler sends `undefined`, since null would be JSON. */
export function accepted(description: string) {
  return Type.Unsafe<undefined>({ type: 'null', description });
}
