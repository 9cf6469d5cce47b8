import type { TObject, TSchema } from '@sinclair/typebox';
import { type Access, securityOf } from '../access/access.ts';
import { RECENT_SECONDS } from '../access/recent-sign-in.ts';
import { apiKeyTierOf, describeTier, type RateLimits, type Tier } from '../concerns/limits.ts';
import { declaredHeaders } from '../contract/declared-responses.ts';
import type { Header } from '../contract/headers.ts';
import type { Operation } from '../contract/operations.ts';
import { type Components, type Json, sorted } from './components.ts';
import { described, headerRefs, requestHeaderRef } from './headers.ts';
import { problemsRef } from './problems.ts';
import { exampleOf, exampleRefs, schemaRef } from './schemas.ts';

const OPEN_TO: Record<Access, string> = {
  public: 'anyone',
  visitor: 'anyone; who is signed in sees what is theirs as well',
  user: 'any signed-in account',
  author: 'the owner and admins',
  moderator: 'moderators and admins',
  admin: 'admins',
};

/** How the generated clients walk through a list (Redocly's extension). */
const PAGINATION = {
  style: 'cursor',
  cursorParam: 'cursor',
  limitParam: 'per_page',
  nextCursor: '/meta/next_cursor',
  items: '/data',
};

/** The security of an operation that does not say otherwise. */
export const SECURITY = securityOf({ access: 'user' });

/**
 * Who may call an operation, how often and from where, for programs: the gate of the contract compares it. Every member
 * is always present, so that a missing one is never read as permission.
 */
function extensionsOf(
  { access, scope, recentSignIn, limit, cors }: Operation['config'],
  limits: RateLimits,
): Json {
  return {
    'x-access': access,
    'x-scope': scope ?? null,
    'x-recent-sign-in': recentSignIn ? RECENT_SECONDS : null,
    'x-rate-limit': limitOf(limit, limits),
    'x-key-rate-limit': scope && limit !== 'none' ? limitOf(apiKeyTierOf(limit), limits) : null,
    'x-partner-origins': cors === 'partners',
  };
}

function limitOf(tier: Tier | 'none', limits: RateLimits): Json {
  if (tier === 'none') return { tier };
  const { max, window } = limits[tier];
  return { tier, requests: max, seconds: window / 1000 };
}

/** Whether API keys may call it, and with which scope. */
function describeApiKeys({ access, scope, answerScope }: Operation['config']): string {
  if (access === 'public') return '';
  const also = answerScope
    ? `; where the answer shows what is not public they need \`${answerScope}\` too`
    : '';
  if (scope) return `API keys with the scope \`${scope}\` act as their owner${also}. `;
  return access === 'visitor' ? 'API keys see what anyone does. ' : 'Not open to API keys. ';
}

/** What the document says about an operation (OpenAPI 3.1.1, section 4.8.10): what its schema and the shared concerns say. */
export function describeOperation(
  components: Components,
  operation: Operation,
  path: string,
  limits: RateLimits,
): Json {
  const { id, config, schema, contribution } = operation;
  const { summary, description, tags } = schema;
  const query = schema.querystring as TObject | undefined;
  const body = schema.body as TSchema | undefined;
  const limit = describeLimit(config, limits);
  const partners = config.cors ? ' Pages of partners may call it (CORS).' : '';
  const security = contribution.security;
  const parameters = [
    ...pathParametersOf(components, operation, path),
    ...queryParametersOf(components, query),
    ...[...contribution.requestHeaders].sort(byName).map((header) => requestHeaderRef(components, header)),
  ];
  return {
    operationId: id,
    summary,
    description: `${description}\n\nOpen to ${OPEN_TO[config.access]}${config.recentSignIn ? `, within ${RECENT_SECONDS / 60} minutes of signing in` : ''}. ${describeApiKeys(config)}${limit}${partners}`,
    tags,
    ...extensionsOf(config, limits),
    ...(config.deprecated && { deprecated: true, 'x-sunset': config.deprecated.sunset.slice(0, 10) }),
    ...(JSON.stringify(security) !== JSON.stringify(SECURITY) && { security }),
    ...(parameters.length > 0 && { parameters }),
    ...(body && { requestBody: requestBodyOf(components, operation, body) }),
    responses: responsesOf(components, operation),
    ...(isList(operation) && { 'x-redoclyPagination': PAGINATION }),
  };
}

/** How often it may be called, in words. */
function describeLimit({ access, scope, limit }: Operation['config'], limits: RateLimits): string {
  if (limit === 'none') return 'Not limited.';
  const takesKeys = scope !== undefined || access === 'visitor';
  const keys = takesKeys ? `, by API keys to ${describeTier(apiKeyTierOf(limit), limits)}` : '';
  return `Limited to ${describeTier(limit, limits)}${keys}.`;
}

/** Whether the operation answers a page of a list, which can be read by cursor. */
const isList = ({ schema }: Operation) =>
  'cursor' in ((schema.querystring as TObject | undefined)?.properties ?? {});

/** Named as in the path of the document, which operations of other methods share. */
function pathParametersOf(components: Components, { url, schema }: Operation, path: string): Json[] {
  const shown = [...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => name);
  const properties = (schema.params as TObject | undefined)?.properties ?? {};
  return [...url.matchAll(/:(\w+)/g)].map(([, name = ''], index) => {
    const property = properties[name];
    if (!property) throw new Error(`${url} has no schema for ${name}`);
    return { name: shown[index], in: 'path', required: true, ...described(components, property) };
  });
}

/** A list is given by repeating its parameter. */
function queryParametersOf(components: Components, schema: TObject | undefined): Json[] {
  return Object.entries(schema?.properties ?? {}).map(([name, property]) => {
    const required = schema?.required?.includes(name) && property.default === undefined;
    return {
      name,
      in: 'query',
      ...(required && { required }),
      ...(property.type === 'array' && { style: 'form', explode: true }),
      ...described(components, property),
    };
  });
}

function mediaOf(components: Components, schema: TSchema): Json {
  return { schema: schemaRef(components, schema.$ref ?? ''), examples: exampleRefs(components, schema) };
}

/**
 * A PATCH is a merge patch (RFC 7396), which its own media type and plain JSON may both say. A body that may be null is
 * one that may be left out.
 */
function requestBodyOf(components: Components, operation: Operation, body: TSchema): Json {
  const media = mediaOf(components, body.anyOf?.[0] ?? body);
  const types =
    operation.method === 'PATCH'
      ? ['application/merge-patch+json', 'application/json']
      : ['application/json'];
  const content = Object.fromEntries(types.map((type) => [type, media]));
  return { ...(!body.anyOf && { required: true }), content };
}

/** Every answer there is: the declared ones, those of the shared concerns without a body, and the problems. */
function responsesOf(components: Components, operation: Operation): Json {
  const { schema, contribution } = operation;
  const instance = examplePath(operation);
  const headersOf = (status: string | number) =>
    headerRefs(components, declaredHeaders(operation, Number(status)));
  const responses = new Map<string, Json>();
  for (const [status, answer] of Object.entries((schema.response ?? {}) as Record<string, TSchema>)) {
    const { description } = answer;
    const content = answer.$ref && { content: { 'application/json': mediaOf(components, answer) } };
    responses.set(status, { description, headers: headersOf(status), ...content });
  }
  for (const [status, description] of contribution.statuses) {
    responses.set(String(status), { description, headers: headersOf(status) });
  }
  for (const [status, problems] of Map.groupBy(contribution.problems, (problem) => String(problem.status))) {
    responses.set(status, problemsRef(components, operation, problems, instance));
  }
  return sorted(responses);
}

const byName = ({ name: one }: Header, { name: other }: Header) => (one < other ? -1 : 1);

/** The path with examples for its parameters. */
function examplePath({ url, schema }: Operation): string {
  const properties = (schema.params as TObject | undefined)?.properties ?? {};
  return url.replace(/:(\w+)/g, (_, name: string) => String(properties[name] && exampleOf(properties[name])));
}
