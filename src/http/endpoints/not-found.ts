import type { FastifyReply, FastifyRequest } from 'fastify';
import fp from 'fastify-plugin';
import type { Operations } from '../contract/operations.ts';
import { MethodNotAllowed, type ProblemError, RouteNotFound } from '../contract/problems.ts';

/** Why a request matches no operation: 404, or 405 with `Allow` where the path exists. */
function problemOf(operations: Operations, request: FastifyRequest, reply: FastifyReply): ProblemError {
  const methods = operations.methodsOf(request.url.split('?', 1)[0] ?? '/');
  if (methods.length === 0) return new RouteNotFound();
  reply.header('allow', methods.join(', '));
  return new MethodNotAllowed(`This address takes ${methods.join(', ')}.`);
}

/**
 * Answers requests that match no operation. They are rate limited, and answered before their body is read: whatever that
 * is, it makes no difference.
 */
export const notFound = fp(
  async (app) => {
    app.addHook('onRequest', (request, reply, done) => {
      if (!request.is404) return done();
      app.limitUnmatched(request, reply).then(() => done(problemOf(app.operations, request, reply)), done);
    });
  },
  { name: 'not-found', dependencies: ['operations', 'errors', 'limits'] },
);
