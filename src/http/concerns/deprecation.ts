import type { FastifyRequest } from 'fastify';
import fp from 'fastify-plugin';
import { type Caller, DeprecatedCalls } from '../../platform/deprecated-calls/index.ts';
import { defineResponseHeader, onEvery } from '../contract/headers.ts';
import { addHook, needsLater, onOperation, operationOf } from '../contract/operations.ts';
import { text } from '../contract/schema.ts';

/** Since when an operation should not be used any more, and when it is removed; RFC 3339. */
export interface Deprecation {
  since: string;
  /** At least six months later. */
  sunset: string;
}

declare module '../contract/operations.ts' {
  interface OperationConfig {
    /** It will be removed, and when. */
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

const MINIMUM_NOTICE_MONTHS = 6;

/** @throws {Error} where callers would have less than six months to migrate */
function checkNotice(id: string, { since, sunset }: Deprecation): void {
  const earliest = new Date(since);
  const day = earliest.getUTCDate();
  earliest.setUTCMonth(earliest.getUTCMonth() + MINIMUM_NOTICE_MONTHS);
  // Six months after 31 August is the last day of February, not 3 March.
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
 * Every answer of a deprecated operation carries `Deprecation` (RFC 9745), the time since when, and `Sunset` (RFC 8594),
 * the time of its removal. Calls are counted by caller.
 *
 * @throws {Error} at the registration of an operation that is to be removed less than six months after its deprecation
 */
export const deprecation = fp(
  async (app) => {
    needsLater(app, 'deprecation', 'credentials');
    const calls = new DeprecatedCalls(app.db, app.log);
    app.decorate('deprecatedCalls', calls);
    app.recurring.add(calls.writing);
    const headers = new Map<string, { deprecation: string; sunset: string }>();
    // Before anything that may reject the request.
    app.addHook('onRequest', (request, reply, done) => {
      const operation = operationOf(request);
      if (operation?.config.deprecated) reply.headers(headers.get(operation.id) ?? {});
      done();
    });
    app.operations.addKey('deprecated');
    onOperation(app, (operation, route) => {
      const { deprecated } = operation.config;
      if (!deprecated) return;
      const { since, sunset } = deprecated;
      checkNotice(operation.id, deprecated);
      headers.set(operation.id, {
        deprecation: `@${Date.parse(since) / 1000}`,
        sunset: new Date(sunset).toUTCString(),
      });
      operation.contribution.responseHeaders.set(DEPRECATION, onEvery).set(SUNSET, onEvery);
      // After the response, since only then the account is known.
      addHook(route, 'onResponse', (request, _reply, done) => {
        calls.countCall(operation.id, sunset, callerOf(request));
        done();
      });
    });
  },
  { name: 'deprecation', dependencies: ['operations'] },
);
