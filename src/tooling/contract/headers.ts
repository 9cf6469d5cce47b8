import type { ValidateFunction } from 'ajv/dist/2020.js';
import { declaredHeaders } from '../../http/contract/declared-responses.ts';
import type { App, Operation } from '../../http/contract/operations.ts';
import { SECURITY_HEADERS } from '../../http/wire/base-headers.ts';

/** Headers of HTTP itself, of its security and of its caches: they are on any answer, and no operation documents them. */
export const OF_HTTP: ReadonlySet<string> = new Set([
  ...Object.keys(SECURITY_HEADERS),
  'access-control-allow-credentials',
  'access-control-expose-headers',
  'cache-control',
  'connection',
  'content-encoding',
  'content-length',
  'content-type',
  'date',
  'keep-alive',
  'transfer-encoding',
  'vary',
]);

/** Headers of answers that belong to no operation: pages, preflights, and addresses or methods there are not. */
const OF_NO_OPERATION = new Set([
  'access-control-allow-headers',
  'access-control-allow-methods',
  'access-control-allow-origin',
  'access-control-max-age',
  'allow',
  'etag',
  'ratelimit',
  'ratelimit-policy',
  'retry-after',
  'x-request-id',
]);

/**
 * Headers that are there wherever they are documented, as long as the settings leave the limits on for everyone and the
 * store of the counters is not one that may be away.
 */
const OF_LIMITS = ['RateLimit', 'RateLimit-Policy'];
/** A service that is overloaded says so before it counts. */
const BEFORE_LIMITS = 503;

type Compile = (schema: object) => ValidateFunction;

/**
 * What is wrong with the headers of an answer: one that is always there is missing, one has not the documented form, or
 * one is not documented at all.
 *
 * @param headers by name in lower case
 * @returns undefined where nothing is
 */
export function headerFault(
  app: App,
  operation: Operation | undefined,
  status: number,
  headers: Record<string, string>,
  compile: Compile,
): string | undefined {
  const documented = operation ? declaredHeaders(operation, status) : [];
  const isLimited = app.config.RATE_LIMIT === 'on' && app.counters.engine === 'memory';
  const isCounted = isLimited && app.config.TRUSTED_NETWORKS.length === 0 && status !== BEFORE_LIMITS;
  for (const { name, schema, required } of documented) {
    const value = headers[name.toLowerCase()];
    if (value === undefined) {
      if (required || (isCounted && OF_LIMITS.includes(name))) return `there is no ${name}`;
    } else if (!compile(schema)(value)) return `${name} has not its form: ${value}`;
  }
  const known = operation ? new Set(documented.map(({ name }) => name.toLowerCase())) : OF_NO_OPERATION;
  const stray = Object.keys(headers).find((name) => !OF_HTTP.has(name) && !known.has(name));
  return stray === undefined ? undefined : `the header ${stray} is not documented`;
}
