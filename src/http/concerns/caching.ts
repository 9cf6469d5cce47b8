import type { FastifyRequest } from 'fastify';
import fp from 'fastify-plugin';
import { hasCredentials } from '../access/credentials.ts';
import { defineResponseHeader, onSuccess } from '../contract/headers.ts';
import { onOperation } from '../contract/operations.ts';
import { text } from '../contract/schema.ts';

declare module '../contract/operations.ts' {
  interface OperationConfig {
    /** How long caches may keep its answer, in seconds; without it they keep nothing. */
    maxAge?: number;
  }
}

const CACHE_CONTROL = defineResponseHeader(
  'Cache-Control',
  text({
    maxLength: 60,
    pattern: '^public, max-age=[0-9]+$',
    description: 'How long the answer may be kept, in seconds (RFC 9111).',
    examples: ['public, max-age=300'],
  }),
  { required: true },
);

/**
 * The `Cache-Control` of a response (RFC 9111): a public one is kept for `maxAge` or, with an entity tag, revalidated each
 * time; one that may depend on the account is not stored.
 */
function cacheControl(request: FastifyRequest): string {
  const { access, etag, maxAge } = request.routeOptions.config;
  if (maxAge !== undefined) return `public, max-age=${maxAge}`;
  const isForAnyone = access === 'public' || (access === 'visitor' && !hasCredentials(request));
  return isForAnyone && etag && request.method !== 'POST' ? 'no-cache' : 'no-store';
}

/** Sets `Cache-Control` and `Vary` on every response; both are documented only where the operation declares `maxAge`. */
export const caching = fp(
  async (app) => {
    app.operations.addKey('maxAge');
    onOperation(app, ({ config, contribution }) => {
      if (config.maxAge !== undefined) contribution.responseHeaders.set(CACHE_CONTROL, onSuccess);
    });
    app.addHook('onRequest', (request, reply, done) => {
      reply.header('cache-control', cacheControl(request));
      reply.header('vary', 'Accept-Encoding');
      done();
    });
  },
  { name: 'caching', dependencies: ['operations'] },
);
