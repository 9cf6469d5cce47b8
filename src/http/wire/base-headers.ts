import fp from 'fastify-plugin';
import { defineResponseHeader, onEvery } from '../contract/headers.ts';
import { onOperation } from '../contract/operations.ts';
import { requestIdText } from '../contract/problems.ts';

/**
 * Security headers of every response (OWASP HTTP headers and REST security cheat sheets). Pages replace the content
 * security policy with their own.
 */
export const SECURITY_HEADERS = {
  'content-security-policy': "default-src 'none'; frame-ancestors 'none'; base-uri 'none'",
  'cross-origin-resource-policy': 'same-origin',
  'referrer-policy': 'no-referrer',
  'strict-transport-security': 'max-age=31536000; includeSubDomains',
  'x-content-type-options': 'nosniff',
  'x-frame-options': 'DENY',
};

const X_REQUEST_ID = defineResponseHeader(
  'X-Request-ID',
  requestIdText('The id of the request: the one it came with, if well formed, or a new one.'),
  { required: true },
);

/**
 * The headers of every response, by name in lower case. A header that does not depend on the operation belongs here, so
 * that responses which are sent before any hook runs have it too.
 */
export const baseHeadersOf = (requestId: string) => ({
  ...SECURITY_HEADERS,
  'x-request-id': requestId,
});

/** Sets the headers of every response, and documents those that operations name. */
export const baseHeaders = fp(
  async (app) => {
    onOperation(app, ({ contribution }) => {
      contribution.responseHeaders.set(X_REQUEST_ID, onEvery);
    });
    app.addHook('onRequest', (request, reply, done) => {
      reply.headers(baseHeadersOf(request.id));
      done();
    });
  },
  { name: 'base-headers', dependencies: ['operations'] },
);
