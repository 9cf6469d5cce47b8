import type { FastifyRequest } from 'fastify';
import fp from 'fastify-plugin';
import { isPersonal } from '../access/credentials.ts';

/** On every answer (OWASP HTTP headers and REST security cheat sheets). Pages replace the content security policy with their own. */
export const SECURITY_HEADERS = {
  'content-security-policy': "default-src 'none'; frame-ancestors 'none'; base-uri 'none'",
  'cross-origin-resource-policy': 'same-origin',
  'referrer-policy': 'no-referrer',
  'strict-transport-security': 'max-age=31536000; includeSubDomains',
  'x-content-type-options': 'nosniff',
  'x-frame-options': 'DENY',
};

/**
 * What may be kept of an answer (RFC 9111): what anyone gets, as long as the operation says or, where there is an entity
 * tag, if it is asked about each time; nothing of what belongs to somebody.
 */
function cacheControl(request: FastifyRequest): string {
  const { access, etag, maxAge } = request.routeOptions.config;
  if (maxAge !== undefined) return `public, max-age=${maxAge}`;
  const isForAnyone = access === 'public' || (access === 'visitor' && !isPersonal(request));
  return isForAnyone && etag && request.method !== 'POST' ? 'no-cache' : 'no-store';
}

/** Security headers, and what may be kept of an answer, which compression may change: nothing, unless the operation says how long. */
export const securityHeaders = fp(async (app) => {
  app.addHook('onRoute', (route) => {
    const operation = route.config?.operation;
    if (operation?.config.maxAge !== undefined) operation.contribution.answerHeaders.add('Cache-Control');
  });
  app.addHook('onRequest', (request, reply, done) => {
    reply.headers(SECURITY_HEADERS);
    reply.header('cache-control', cacheControl(request));
    reply.header('x-request-id', request.id);
    reply.header('vary', 'Accept-Encoding');
    done();
  });
});
