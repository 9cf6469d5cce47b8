import fp from 'fastify-plugin';

/** On every answer (OWASP HTTP headers and REST security cheat sheets). Pages replace the content security policy with their own. */
export const SECURITY_HEADERS = {
  'content-security-policy': "default-src 'none'; frame-ancestors 'none'; base-uri 'none'",
  'cross-origin-resource-policy': 'same-origin',
  'referrer-policy': 'no-referrer',
  'strict-transport-security': 'max-age=31536000; includeSubDomains',
  'x-content-type-options': 'nosniff',
  'x-frame-options': 'DENY',
};

/** Security headers, and what may be kept of an answer: nothing, unless the operation says how long. */
export const securityHeaders = fp(async (app) => {
  app.addHook('onRequest', async (request, reply) => {
    const maxAge = request.routeOptions.config.maxAge;
    reply.headers(SECURITY_HEADERS);
    reply.header('cache-control', maxAge === undefined ? 'no-store' : `public, max-age=${maxAge}`);
    reply.header('x-request-id', request.id);
  });
});
