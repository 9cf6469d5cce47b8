import type { TSchema } from '@sinclair/typebox';
import type { Header } from '../contract/headers.ts';
import { type Json, type Library, sorted } from './library.ts';
import { exampleOf, schemaNamed, toSchema } from './schemas.ts';

/** The headers of an answer. */
export function useHeaders(library: Library, headers: readonly Header[]): Json {
  return sorted(headers.map((header) => [header.name, useHeader(library, header)] as const));
}

const useHeader = (library: Library, { name, schema, required }: Header): Json =>
  library.use('headers', name, () => ({ ...(required && { required }), ...described(library, schema) }));

/** A request header that a shared concern reads. */
export function useRequestHeader(library: Library, { name, schema, required }: Header): Json {
  return library.use('parameters', name, () => ({
    name,
    in: 'header',
    required,
    ...described(library, schema),
  }));
}

/** Headers and parameters say what they are and give their example outside their schema. */
export function described(library: Library, schema: TSchema): Json {
  const { description, examples: _examples, ...rest } = toSchema(library, schema);
  const said = schema.$ref ? schemaNamed(schema.$ref).description : description;
  return { description: said, schema: rest, example: exampleOf(schema) };
}
