import type { IncomingMessage } from 'node:http';
import fp from 'fastify-plugin';
import { needsLater } from '../contract/operations.ts';
import { MalformedRequest, MethodNotAllowed, ProblemError } from '../contract/problems.ts';
import { closeWith, closingResponse, noteClosing } from './client-errors.ts';
import { pathOf } from './requests.ts';

/** Requests that a proxy before the service may understand differently, and what Node would answer without a problem. */

/**
 * What makes a request ambiguous, so that it has to be rejected (RFC 9112, sections 3.2 and 6.1): a target of which there
 * is none or more than one, or a body whose end depends on a coding that is not undone here.
 */
function ambiguityOf({ rawHeaders, httpVersion }: IncomingMessage): string | undefined {
  let hosts = 0;
  for (let at = 0; at < rawHeaders.length; at += 2) {
    const name = rawHeaders[at] ?? '';
    if (name.length === 4 && name.toLowerCase() === 'host') hosts++;
    if (name.length !== 17 || name.toLowerCase() !== 'transfer-encoding') continue;
    if (rawHeaders[at + 1]?.toLowerCase() !== 'chunked')
      return 'The only Transfer-Encoding that is understood is `chunked`.';
  }
  if (hosts > 1) return 'The request has more than one Host header.';
  return hosts === 0 && httpVersion === '1.1' ? 'The request has no Host header.' : undefined;
}

/**
 * Rejects ambiguous requests before anything is made of them, and closes their connection. To Node an unknown `Expect`
 * and a `CONNECT` are no requests: the first is served like any other, and the second is rejected here.
 */
export const framing = fp(
  async (app) => {
    needsLater(app, 'framing', 'limits');
    const { server } = app;
    server.on('checkExpectation', (request, response) => server.emit('request', request, response));
    server.on('connect', ({ socket }) =>
      closeWith(new MethodNotAllowed('The service is no proxy.'), socket, app),
    );
    app.addHook('onRequest', (request, reply, done) => {
      const ambiguity = ambiguityOf(request.raw);
      if (ambiguity === undefined) return done();
      noteClosing(request.raw.socket);
      const reject = (problem: ProblemError) => {
        reply.problem = problem.kind;
        reply.code(problem.kind.status).hijack();
        const context = { publicUrl: app.publicUrl(), requestId: request.id, instance: pathOf(request) };
        const { kind, headers, body } = closingResponse(problem, context);
        reply.raw.writeHead(kind.status, headers).end(body);
      };
      app.limitUnmatched(request, reply).then(
        () => reject(new MalformedRequest(ambiguity)),
        (error: unknown) => reject(error instanceof ProblemError ? error : new MalformedRequest(ambiguity)),
      );
    });
  },
  { name: 'framing', dependencies: ['errors', 'request-log'] },
);
