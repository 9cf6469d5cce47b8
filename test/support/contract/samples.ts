import type { TSchema } from '@sinclair/typebox';
import type { Operation } from '../../../src/http/contract/operations.ts';
import { CrossSiteRequest } from '../../../src/http/contract/problems.ts';
import { exampleOf } from '../../../src/http/openapi/schemas.ts';
import type { RequestOptions } from '../client/client.ts';

/** A request that fits an operation's schema, put together from the examples in it. */
export interface Sample {
  method: string;
  /** From the root, with what the query needs. */
  path: string;
  options: RequestOptions;
}

const isSchema = (value: unknown): value is TSchema => typeof value === 'object' && value !== null;

/** The parts of an operation's schema that say what a request holds. */
export const partOf = (
  operation: Operation,
  part: 'params' | 'querystring' | 'body',
): TSchema | undefined => {
  const schema = operation.schema[part];
  return isSchema(schema) ? schema : undefined;
};

const required = (schema: TSchema): [string, unknown][] =>
  Object.entries<TSchema>(schema.properties)
    .filter(([name, property]) => schema.required?.includes(name) && property.default === undefined)
    .map(([name, property]) => [name, exampleOf(property)]);

/** A request to an operation, without a token. */
export function sampleRequest(operation: Operation): Sample {
  const params = partOf(operation, 'params');
  const query = partOf(operation, 'querystring');
  const body = partOf(operation, 'body');
  const values = new Map(params ? required(params) : []);
  const path = operation.url.replace(/:(\w+)/g, (_, name: string) =>
    encodeURIComponent(String(values.get(name))),
  );
  const search = new URLSearchParams(
    (query ? required(query) : []).map(([name, value]): [string, string] => [name, String(value)]),
  );
  const { ifMatch, problems } = operation.config;
  const headers = {
    ...(ifMatch && { 'if-match': '"1-sample"' }),
    ...(problems?.includes(CrossSiteRequest) && { 'sec-fetch-site': 'same-origin' }),
  };
  return {
    method: String(operation.method),
    path: search.size > 0 ? `${path}?${search}` : path,
    options: {
      ...(body && { body: exampleOf(body) }),
      ...(Object.keys(headers).length > 0 && { headers }),
    },
  };
}

/** The same path with one more query parameter. */
export const withQuery = (path: string, parameter: string): string =>
  path + (path.includes('?') ? '&' : '?') + parameter;
