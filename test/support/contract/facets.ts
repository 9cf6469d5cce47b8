import type { TSchema } from '@sinclair/typebox';
import type { Operation } from '../../../src/http/contract/operations.ts';
import { components, reachableFrom } from '../../../src/http/contract/schema.ts';
import { isRecord } from '../../../src/platform/unknown.ts';
import type { WireRequest } from '../../../src/tooling/contract/har.ts';
import { partOf } from './samples.ts';

/**
 * What of the contract an exchange shows, each piece under a name of its own:
 *
 * - `answer createPost 409 slug_taken`: an operation answers with a status and, where it is a problem, its code
 * - `parameter listPosts query tag`: a request with the parameter was accepted
 * - `request CreatePost.title`: so was a body with the property
 * - `response Post.published_at`: an answer had the property, and it was not null
 *
 * Properties go by their component, wherever that is used.
 */

const named = (schema: TSchema): TSchema =>
  schema.$ref ? (components.get(schema.$ref.replace(/#$/, '')) ?? schema) : schema;

/** The properties of components that a value has. */
function* propertiesIn(reference: TSchema, value: unknown): Generator<{ name: string; value: unknown }> {
  const schema = named(reference);
  if (Array.isArray(value)) {
    for (const item of schema.items ? value : []) yield* propertiesIn(schema.items, item);
  } else if (isRecord(value)) {
    const branches: TSchema[] = schema.anyOf ?? schema.oneOf ?? [];
    for (const branch of branches) {
      if ((named(branch).required ?? []).every((name: string) => name in value))
        yield* propertiesIn(branch, value);
    }
    for (const [name, property] of Object.entries<TSchema>(schema.properties ?? {})) {
      if (!(name in value)) continue;
      yield { name: `${schema.$id}.${name}`, value: value[name] };
      yield* propertiesIn(property, value[name]);
    }
  }
}

/** The properties of the components that a schema leads to. */
function propertiesOf(schema: TSchema): string[] {
  const reached = [...reachableFrom(schema).values()];
  return reached.flatMap(({ $id, properties }) =>
    Object.keys(properties ?? {}).map((name) => `${$id}.${name}`),
  );
}

const answerFacet = ({ id }: Operation, status: number, code: string | null) =>
  `answer ${id} ${status}${code === null ? '' : ` ${code}`}`;

const parsed = (text: string, type = ''): unknown =>
  text !== '' && /^application\/([a-z-]+\+)?json/i.test(type) ? JSON.parse(text) : undefined;

/**
 * What an exchange shows. Of a request that was refused, only the answer counts.
 *
 * @param schema that of the body of the answer, where it has one
 * @param code that of the problem, where the answer is one
 */
export function facetsOf(
  operation: Operation,
  request: WireRequest,
  answer: {
    status: number;
    headers: Record<string, string>;
    text: string;
    schema: object | undefined;
    code: string | null;
  },
): string[] {
  const { status, headers, text, schema, code } = answer;
  const facets = [answerFacet(operation, status, code)];
  if (schema) {
    for (const { name, value } of propertiesIn(schema as TSchema, parsed(text, headers['content-type'])))
      if (value !== null) facets.push(`response ${name}`);
  }
  if (status >= 400) return facets;
  const parameter = (place: string, name: string) =>
    facets.push(`parameter ${operation.id} ${place} ${name}`);
  const sent = new Map(
    Object.entries(request.headers ?? {}).map(([name, value]) => [name.toLowerCase(), value]),
  );
  for (const { name } of operation.contribution.requestHeaders)
    if (sent.has(name.toLowerCase())) parameter('header', name);
  for (const name of new URLSearchParams(request.path.split('?')[1]).keys()) parameter('query', name);
  for (const name of Object.keys(partOf(operation, 'params')?.properties ?? {})) parameter('path', name);
  const body = partOf(operation, 'body');
  if (body && request.payload !== undefined) {
    for (const { name } of propertiesIn(body, parsed(request.payload.toString(), sent.get('content-type'))))
      facets.push(`request ${name}`);
  }
  return facets;
}

/** What the contract says of operations, in the same names. */
export function documentedFacets(operations: readonly Operation[]): Set<string> {
  const facets = new Set<string>();
  for (const operation of operations) {
    const { id, schema, contribution } = operation;
    const answers = Object.entries((schema.response ?? {}) as Record<string, TSchema>);
    const bare = [...answers.map(([status]) => Number(status)), ...contribution.statuses.keys()];
    for (const status of bare) facets.add(answerFacet(operation, status, null));
    for (const { status, code } of contribution.problems) facets.add(answerFacet(operation, status, code));
    for (const { name } of contribution.requestHeaders) facets.add(`parameter ${id} header ${name}`);
    for (const [place, part] of [['path', 'params'] as const, ['query', 'querystring'] as const]) {
      const properties = partOf(operation, part)?.properties ?? {};
      for (const name of Object.keys(properties)) facets.add(`parameter ${id} ${place} ${name}`);
    }
    const body = partOf(operation, 'body');
    for (const name of body ? propertiesOf(body) : []) facets.add(`request ${name}`);
    const bodies = [...answers.map(([, one]) => one), ...[...contribution.problems].map((one) => one.schema)];
    for (const one of bodies) {
      const whole = one.$id ? { $ref: `${one.$id}#` } : one;
      for (const name of propertiesOf(whole as TSchema)) facets.add(`response ${name}`);
    }
  }
  return facets;
}
