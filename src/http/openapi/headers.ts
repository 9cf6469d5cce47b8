import type { TSchema } from '@sinclair/typebox';
import type { Header } from '../contract/headers.ts';
import { type Components, type Json, sorted } from './components.ts';
import { exampleOf, schemaNamed, toSchema } from './schemas.ts';

/** The headers of an answer. */
export function headerRefs(components: Components, headers: readonly Header[]): Json {
  return sorted(headers.map((header) => [header.name, headerRef(components, header)] as const));
}

const headerRef = (components: Components, { name, schema, required }: Header): Json =>
  components.ref('headers', name, () => ({
    ...(required && { required }),
    ...described(components, schema),
  }));

/** A request header that a shared concern reads. */
export function requestHeaderRef(components: Components, { name, schema, required }: Header): Json {
  return components.ref('parameters', name, () => ({
    name,
    in: 'header',
    required,
    ...described(components, schema),
  }));
}

/** Headers and parameters say what they are and give their example outside their schema. */
export function described(components: Components, schema: TSchema): Json {
  const { description, examples: _examples, ...rest } = toSchema(components, schema);
  const said = schema.$ref ? schemaNamed(schema.$ref).description : description;
  return { description: said, schema: rest, example: exampleOf(schema) };
}
