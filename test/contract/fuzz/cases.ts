import type { TSchema } from '@sinclair/typebox';
import fc from 'fast-check';
import type { Operation } from '../../../src/http/contract/operations.ts';
import { propertiesOf } from '../../../src/platform/unknown.ts';
import type { RequestOptions } from '../../support/client/client.ts';
import { type Known, valuesOf } from '../../support/contract/arbitraries.ts';
import { partOf } from '../../support/contract/samples.ts';
import { ACTORS, type Actor } from './fixture.ts';

/** Requests that fit the schemas of an operation, from its path to its body. */

type Values = Record<string, unknown>;

/** A request, before it is written down for the wire. */
export interface Case {
  operation: Operation;
  actor: Actor;
  params: Values;
  query: Values;
  headers: Record<string, string>;
  /** Sent as JSON; nothing is sent where it is undefined. */
  body?: unknown;
  /** Sent as it is, in place of the body. */
  raw?: string | Buffer;
  /** Added to the query as it is. */
  rawQuery?: string;
}

/** The schema of a part as the wire has it: what has a default there may be left out. */
export function onTheWire(schema: TSchema): TSchema {
  const required: string[] = schema.required ?? [];
  return {
    ...schema,
    required: required.filter((name) => schema.properties[name].default === undefined),
  };
}

/** A path cannot say these, in whatever encoding: whoever sends it resolves them (RFC 3986, section 5.2.4). */
export const canBeInPath = (value: unknown): boolean => !['.', '..', ''].includes(String(value));

/** The path parameters of an operation. */
export function paramsOf(operation: Operation, known: Known): fc.Arbitrary<Values> {
  const schema = partOf(operation, 'params');
  if (!schema) return fc.constant({});
  return valuesOf(schema, known)
    .map(propertiesOf)
    .filter((params) => Object.values(params).every(canBeInPath));
}

const queryOf = (operation: Operation, known: Known): fc.Arbitrary<Values> => {
  const schema = partOf(operation, 'querystring');
  return schema ? valuesOf(onTheWire(schema), known).map(propertiesOf) : fc.constant({});
};

/** Entity tags that may well be right: every thing in the fixture has been changed once at the most. */
const TAGS = fc.constantFrom('*', '"1"', '"2"', '"1-x", "2-x"', 'W/"1"');

function headersOf({ contribution, config }: Operation): fc.Arbitrary<Record<string, string>> {
  const model = [...contribution.requestHeaders].map(({ name, schema }) => {
    const value = valuesOf(schema).map(String);
    return [name.toLowerCase(), name.startsWith('If-') ? fc.oneof(TAGS, value) : value] as const;
  });
  return fc
    .record<Record<string, string>>(Object.fromEntries(model), {
      requiredKeys: config.ifMatch ? ['if-match'] : [],
      noNullPrototype: true,
    })
    .map((headers) => ({ ...headers }));
}

/** Valid requests to an operation, by anyone. */
export function casesOf(operation: Operation, known: Known): fc.Arbitrary<Case> {
  const schema = partOf(operation, 'body');
  const optional = schema?.anyOf?.some(({ type }: TSchema) => type === 'null') ?? false;
  const bodies = schema ? valuesOf(schema, known) : fc.constant(undefined);
  return fc.record({
    operation: fc.constant(operation),
    actor: fc.constantFrom(...ACTORS),
    params: paramsOf(operation, known),
    query: queryOf(operation, known),
    headers: headersOf(operation),
    body: optional ? fc.option(bodies, { nil: undefined, freq: 4 }) : bodies,
  });
}

/** A query as a client writes it; a list is a parameter that is repeated. */
function search(query: Values, more = ''): string {
  const pairs = Object.entries(query).flatMap(([name, value]) =>
    [value].flat().map((one): [string, string] => [name, String(one)]),
  );
  const text = [new URLSearchParams(pairs).toString(), more].filter(Boolean).join('&');
  return text === '' ? '' : `?${text}`;
}

/** A case as it is sent: the path from the root, and what goes with it. */
export function wire(one: Case): { method: string; path: string; options: RequestOptions } {
  const path = one.operation.url.replace(/:(\w+)/g, (_, name: string) =>
    encodeURIComponent(String(one.params[name])),
  );
  return {
    method: String(one.operation.method),
    path: path + search(one.query, one.rawQuery),
    options: {
      headers: one.headers,
      ...(one.raw !== undefined ? { raw: one.raw } : one.body !== undefined && { body: one.body }),
    },
  };
}

const quoted = (text: string) => `'${text.replaceAll("'", `'\\''`)}'`;

/** A case as a line for a shell; `$API` is where the service listens, and `$ADMIN` the token of an admin. */
export function curl(one: Case): string {
  const { method, path, options } = wire(one);
  const payload = options.raw ?? (options.body === undefined ? undefined : JSON.stringify(options.body));
  const headers = {
    ...(payload !== undefined && { 'content-type': 'application/json' }),
    ...options.headers,
  };
  return [
    `curl -i -X ${method} "$API"${quoted(path)}`,
    ...(one.actor === 'guest' ? [] : [`-H "Authorization: Bearer $${one.actor.toUpperCase()}"`]),
    ...Object.entries(headers).map(([name, value]) => `-H ${quoted(`${name}: ${value}`)}`),
    ...(payload === undefined ? [] : [`--data-binary ${quoted(String(payload))}`]),
  ].join(' ');
}
