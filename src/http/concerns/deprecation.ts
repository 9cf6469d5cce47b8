import type { FastifyRequest } from 'fastify';
import fp from 'fastify-plugin';
import { type Caller, DeprecatedCalls } from '../../platform/deprecated-calls/index.ts';
import { defineResponseHeader, onEvery } from '../contract/headers.ts';
import { addHook, operationOf } from '../contract/operations.ts';
import { text } from '../contract/schema.ts';

/** That an operation will go: since when it should not be used any more, and when it ends; RFC 3339. */
export interface Deprecation {
  since: string;
  /** At least six months later. */
  sunset: string;
}

declare module '../contract/operations.ts' {
  interface OperationConfig {
    /** That it will go, and when. */
    deprecated?: Deprecation;
  }
}

declare module 'fastify' {
  interface FastifyInstance {
    deprecatedCalls: DeprecatedCalls;
  }
}

const DEPRECATION = defineResponseHeader(
  'Deprecation',
  text({
    maxLength: 20,
    pattern: '^@[0-9]+$',
    description: 'Since when the operation should not be used any more, in seconds since 1970 (RFC 9745).',
    examples: ['@1793491200'],
  }),
  { required: true },
);

const SUNSET = defineResponseHeader(
  'Sunset',
  text({
    maxLength: 40,
    description: 'When the operation ends (RFC 8594).',
    examples: ['Tue, 01 Jun 2027 00:00:00 GMT'],
  }),
  { required: true },
);

const LEAST_NOTICE = 6; // months

/** @throws {Error} where callers would have less than six months to leave */
function checkNotice(id: string, { since, sunset }: Deprecation): void {
  const earliest = new Date(since);
  const day = earliest.getUTCDate();
  earliest.setUTCMonth(earliest.getUTCMonth() + LEAST_NOTICE);
  // Six months after the 31st of August is the last of February, not the 3rd of March.
  if (earliest.getUTCDate() !== day) earliest.setUTCDate(0);
  if (!(Date.parse(sunset) >= earliest.getTime()))
    throw new Error(`${id} is deprecated since ${since} and must not end before six months later: ${sunset}`);
}

const PRODUCT = /^[!#$%&'*+.^_`|~0-9A-Za-z-]{1,100}/;

/** The name of the first product in a `User-Agent` (RFC 9110, section 10.1.5), at most 100 characters of it. */
export const productOf = (userAgent: string | undefined): string =>
  PRODUCT.exec(userAgent ?? '')?.[0] ?? 'unknown';

const callerOf = ({ principal, headers }: FastifyRequest): Caller =>
  principal
    ? { kind: 'account', name: principal.account.id }
    : { kind: 'agent', name: productOf(headers['user-agent']) };

/**
 * Deprecated operations say so in every answer: `Deprecation` (RFC 9745) holds the moment since when, `Sunset` (RFC 8594)
 * the one when they end. Who still calls them is counted.
 *
 * @throws {Error} at the registration of an operation that would end less than six months after it is deprecated
 */
export const deprecation = fp(async (app) => {
  const calls = new DeprecatedCalls(app.db, app.log);
  app.decorate('deprecatedCalls', calls);
  app.recurring.add(calls.writing);
  const headers = new Map<string, { deprecation: string; sunset: string }>();
  // Before anything that may refuse the request.
  app.addHook('onRequest', (request, reply, done) => {
    const operation = operationOf(request);
    if (operation?.config.deprecated) reply.headers(headers.get(operation.id) ?? {});
    done();
  });
  app.addHook('onRoute', (route) => {
    const operation = route.config?.operation;
    const deprecated = operation?.config.deprecated;
    if (!operation || !deprecated) return;
    const { since, sunset } = deprecated;
    checkNotice(operation.id, deprecated);
    headers.set(operation.id, {
      deprecation: `@${Date.parse(since) / 1000}`,
      sunset: new Date(sunset).toUTCString(),
    });
    operation.contribution.responseHeaders.set(DEPRECATION, onEvery).set(SUNSET, onEvery);
    // When it has been answered, since only then it is known whose call it was.
    addHook(route, 'onResponse', (request, _reply, done) => {
      calls.countCall(operation.id, sunset, callerOf(request));
      done();
    });
  });
});
