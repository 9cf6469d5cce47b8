import type { FastifyReply, FastifyRequest } from 'fastify';
import fp from 'fastify-plugin';
import { MethodNotAllowed, RouteNotFound } from '../contract/problems.ts';

/** Answers requests that match no operation: 404, or 405 with `Allow` where the path exists. They are rate limited too. */
export const notFound = fp(
  async (app) => {
    const preHandler = (request: FastifyRequest, reply: FastifyReply) => app.limitUnmatched(request, reply);
    app.setNotFoundHandler({ preHandler }, (request, reply) => {
      const path = request.url.split('?', 1)[0] ?? '/';
      const methods = app.operations.methodsOf(path);
      if (methods.length === 0) throw new RouteNotFound();
      reply.header('allow', methods.join(', '));
      throw new MethodNotAllowed(`This address takes ${methods.join(', ')}.`);
    });
  },
  { name: 'not-found', dependencies: ['operations', 'errors', 'limits'] },
);
