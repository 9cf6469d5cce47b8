import fastifyCors, { type FastifyCorsOptions } from '@fastify/cors';
import type { FastifyRequest } from 'fastify';
import fp from 'fastify-plugin';
import { ANSWER_HEADERS } from '../openapi/headers.ts';

/** The headers that a page may read: all that are documented, but for those that are for browsers only. */
const FOR_BROWSERS = ['Access-Control-Allow-Origin', 'Set-Cookie'];
const EXPOSED = Object.keys(ANSWER_HEADERS).filter((name) => !FOR_BROWSERS.includes(name));
const ALLOWED = [
  'Authorization',
  'Content-Type',
  'Idempotency-Key',
  'If-Match',
  'If-None-Match',
  'X-Request-ID',
];

/**
 * CORS with exact lists of origins: the service's own pages may call everything; partners' pages the operations that
 * declare `cors: 'partners'`. A preflight is judged by the operation it asks about, found the way the request would be.
 */
export const cors = fp(async (app, options: { origins: string[]; partnerOrigins: string[] }) => {
  const own = {
    methods: ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE'],
    allowedHeaders: ALLOWED,
    exposedHeaders: EXPOSED,
    maxAge: 600,
    strictPreflight: false,
  };
  app.addHook('onRequest', async (request, reply) => {
    if (request.method === 'OPTIONS') await app.limitUnknown(request, reply);
  });
  await app.register(
    fastifyCors,
    () => (request: FastifyRequest, callback: (error: Error | null, options: FastifyCorsOptions) => void) => {
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
      // The cookie of a session is for our own pages; those of partners bring a token.
      callback(null, { ...own, origin: origins, credentials: options.origins.includes(origin) });
    },
  );
});
