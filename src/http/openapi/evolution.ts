import type { Json } from './library.ts';

const NAME = /^#\/components\/schemas\/(.+)$/;

/** The names of the schemas that something refers to, directly or through others. */
function schemasIn(part: unknown, schemas: Json, found = new Set<string>()): Set<string> {
  JSON.stringify(part, (key, value) => {
    const name = key === '$ref' ? NAME.exec(value)?.[1] : undefined;
    if (name !== undefined && !found.has(name)) {
      found.add(name);
      schemasIn(schemas[name], schemas, found);
    }
    return value;
  });
  return found;
}

/**
 * Answers may get further properties in a later version, so their schemas do not forbid any: a caller that validates them
 * would break. What the service takes stays closed, since it refuses what it does not know. (The tests hold answers
 * against the closed schemas.) The members of a union stay closed too: it can tell them apart only so.
 *
 * @param requests every request body of the document
 */
export function openAnswers(components: Json, requests: unknown): Json {
  const schemas: Json = { ...Object(components.schemas) };
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
