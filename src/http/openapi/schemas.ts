import type { TSchema } from '@sinclair/typebox';
import { propertiesOf } from '../../platform/unknown.ts';
import { problemCatalogue } from '../contract/problems.ts';
import { components as namedSchemas } from '../contract/schema.ts';
import { type Components, type Json, sorted } from './components.ts';

/** The named schema that a reference such as `User#` means. */
export function schemaNamed(reference: string): TSchema {
  const schema = namedSchemas.get(reference.replace(/#$/, ''));
  if (!schema) throw new Error(`there is no schema called ${reference}`);
  return schema;
}

/** The name in a reference such as `User#`. */
export const nameOf = (schema: TSchema): string => String(schema.$ref).replace(/#$/, '');

/** A schema as the document has it: what TypeBox keeps for itself is gone, and references lead to the shared schemas. */
export function toSchema(components: Components, schema: TSchema): Json {
  const copy = JSON.parse(JSON.stringify(schema), (key, value) => {
    if (key === '$id') return undefined;
    return key === '$ref' ? schemaRef(components, String(value)).$ref : value;
  });
  return propertiesOf(copy);
}

/** A reference to a named schema of the service. */
export function schemaRef(components: Components, reference: string): { $ref: string } {
  const name = reference.replace(/#$/, '');
  return components.ref('schemas', name, () => {
    const schema = toSchema(components, schemaNamed(reference));
    return name === 'ProblemCode' ? { ...schema, 'x-enumDescriptions': problemTitles() } : schema;
  });
}

/** Redoc shows the titles beside the codes. */
const problemTitles = () => sorted([...problemCatalogue].map(([code, { title }]) => [code, title] as const));

/** An example of a schema, put together from the examples of its leaves. */
export function exampleOf(schema: TSchema): unknown {
  if (schema.$ref) return exampleOf(schemaNamed(schema.$ref));
  if (schema.examples) return schema.examples[0];
  if (schema.const !== undefined) return schema.const;
  if (schema.anyOf ?? schema.oneOf) return exampleOf((schema.anyOf ?? schema.oneOf)[0]);
  if (schema.type === 'array') return [exampleOf(schema.items)];
  if (schema.type !== 'object') throw new Error(`a schema has no example: ${JSON.stringify(schema)}`);
  const properties: [string, TSchema][] = Object.entries(schema.properties);
  return Object.fromEntries(properties.map(([name, property]) => [name, exampleOf(property)]));
}

/** A reference to the example of a named schema. */
export function exampleRefs(components: Components, schema: TSchema): { [name: string]: { $ref: string } } {
  const name = nameOf(schema);
  const { description } = schemaNamed(name);
  return {
    [name]: components.ref('examples', name, () => ({ summary: description, value: exampleOf(schema) })),
  };
}
