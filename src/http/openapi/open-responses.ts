import { propertiesOf } from '../../platform/unknown.ts';
import type { Json } from './components.ts';

const NAME = /^#\/components\/schemas\/(.+)$/;

/** The names of the schemas that something refers to, directly or through others. */
function schemasIn(part: unknown, schemas: Json, found = new Set<string>()): Set<string> {
  JSON.stringify(part, (key, value) => {
    const name = key === '$ref' && typeof value === 'string' ? NAME.exec(value)?.[1] : undefined;
    if (name !== undefined && !found.has(name)) {
      found.add(name);
      schemasIn(schemas[name], schemas, found);
    }
    return value;
  });
  return found;
}

/**
 * Opens the schemas of responses: they may get further properties in a later version, and a caller that validates them
 * must not break. Schemas of requests stay closed, since the service rejects unknown properties. (The tests compare
 * responses with the closed schemas.) The members of a union stay closed too, which is how they are told apart.
 *
 * @param requests every request body of the document
 */
export function openResponses(components: Json, requests: unknown): Json {
  const schemas: Json = { ...propertiesOf(components.schemas) };
  const unions: unknown[] = [];
  JSON.stringify(components, (key, value) => {
    if (key === 'oneOf') unions.push(value);
    return value;
  });
  const closed = schemasIn([requests, unions], schemas);
  const entries = Object.entries(schemas).map(([name, schema]) => {
    const isClosed = closed.has(name) || typeof schema !== 'object' || schema === null;
    if (isClosed) return [name, schema];
    const { additionalProperties: _, ...open } = Object.fromEntries(Object.entries(schema));
    return [name, open];
  });
  return { ...components, schemas: Object.fromEntries(entries) };
}
