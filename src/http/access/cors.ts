import fastifyCors, { type FastifyCorsOptions } from '@fastify/cors';
import type { FastifyRequest } from 'fastify';
import fp from 'fastify-plugin';
import { defineResponseHeader, onEvery, requestHeaders, responseHeaders } from '../contract/headers.ts';
import { needsLater, onOperation } from '../contract/operations.ts';
import { text } from '../contract/schema.ts';

const ALLOW_ORIGIN = defineResponseHeader(
  'Access-Control-Allow-Origin',
  text({
    maxLength: 300,
    pattern: '^(https?://[^/]+)$',
    description: 'The origin of the page that asked, where it is one that may read the answer (CORS).',
    examples: ['https://www.imprint.example'],
  }),
);

/** Response headers that scripts cannot or need not read. */
const FOR_BROWSERS = [ALLOW_ORIGIN.name, 'Set-Cookie'];
/** Headers that a page may send in any case (Fetch standard, CORS-safelisted request-header). */
const SAFELISTED = ['Accept-Language'];

declare module '../contract/operations.ts' {
  interface OperationConfig {
    /** Which further list of origins its pages may come from. */
    cors?: 'partners';
  }
}

/**
 * CORS with exact lists of origins: pages of `origins` may call every operation, those of `partnerOrigins` the operations
 * that declare `cors: 'partners'`. A preflight is answered for the operation that it asks about, found by the router.
 */
export const cors = fp(
  async (app, options: { origins: string[]; partnerOrigins: string[] }) => {
    const own = {
      methods: ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE'],
      allowedHeaders: ['Authorization', 'Content-Type', 'X-Request-ID', ...requestHeaders.keys()]
        .filter((name) => !SAFELISTED.includes(name))
        .sort(),
      exposedHeaders: [...responseHeaders.keys()].filter((name) => !FOR_BROWSERS.includes(name)).sort(),
      maxAge: 600,
      strictPreflight: false,
    };
    app.operations.addKey('cors');
    onOperation(app, ({ contribution }) => {
      contribution.responseHeaders.set(ALLOW_ORIGIN, onEvery);
    });
    needsLater(app, 'cors', 'limits');
    app.addHook('onRequest', (request, reply, done) => {
      if (request.method === 'OPTIONS') app.limitUnmatched(request, reply).then(() => done(), done);
      else done();
    });
    await app.register(
      fastifyCors,
      () =>
        (request: FastifyRequest, callback: (error: Error | null, options: FastifyCorsOptions) => void) => {
          const { origin } = request.headers;
          if (origin === undefined) return callback(null, { ...own, origin: options.origins });
          const asked = request.headers['access-control-request-method'];
          const method = request.method === 'OPTIONS' && asked ? String(asked) : request.method;
          const operation = app.operations.match(
            method === 'HEAD' ? 'GET' : method,
            request.url?.split('?', 1)[0] ?? '/',
          );
          const origins =
            operation?.config.cors === 'partners'
              ? [...options.origins, ...options.partnerOrigins]
              : options.origins;
          // The session cookie is for our own pages; those of partners send a token.
          callback(null, { ...own, origin: origins, credentials: options.origins.includes(origin) });
        },
    );
  },
  { name: 'cors', dependencies: ['operations'] },
);
