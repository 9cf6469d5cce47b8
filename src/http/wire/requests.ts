import { randomUUID } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import type { FastifyReply, FastifyRequest } from 'fastify';
import fp from 'fastify-plugin';
import { during } from '../../platform/work.ts';
import { needsLater, operationOf } from '../contract/operations.ts';

const WELL_FORMED = /^[A-Za-z0-9._~-]{1,128}$/;

/** The request id: the caller's `X-Request-ID` where it is well formed, otherwise a new UUID. */
export function requestId(message: Pick<IncomingMessage, 'headers'>): string {
  const given = message.headers['x-request-id'];
  return typeof given === 'string' && WELL_FORMED.test(given) ? given : randomUUID();
}

/** The path that a request asks for, without its query. */
export const pathOf = ({ url }: { url: string }): string => url.split('?', 1)[0] ?? '';

declare module 'fastify' {
  interface FastifyRequest {
    /** What its connection had sent when the request came, in bytes. */
    sentBefore: number;
  }
}

/** What a connection has sent since it was opened, in bytes; connections of `inject` do not count. */
const sentBy = ({ raw: { socket } }: FastifyRequest): number => socket.bytesWritten ?? 0;

/** Tells whatever runs for a request which one that is, such as the log of slow statements and what waits for its turn. */
export const requestWork = fp(
  async (app) => {
    const enter = (request: FastifyRequest, reply: FastifyReply, done: () => void) => {
      const isGone = () => reply.raw.destroyed;
      during({ name: operationOf(request)?.id ?? null, requestId: request.id, isGone }, done);
    };
    app.addHook('onRequest', enter);
    // Again, since what follows the body is called by the connection, which knows no request.
    app.addHook('preValidation', enter);
  },
  { name: 'request-work', dependencies: ['operations'] },
);

/** Writes one log line for each request, after the response. */
export const requestLog = fp(
  async (app) => {
    needsLater(app, 'request-log', 'credentials');
    app.decorateRequest('sentBefore', 0);
    app.addHook('onRequest', (request, _reply, done) => {
      request.sentBefore = sentBy(request);
      done();
    });
    app.addHook('onResponse', (request, reply, done) => {
      request.log.info(
        {
          operation_id: operationOf(request)?.id ?? null,
          user_id: request.principal?.account.id ?? null,
          api_key_id: request.principal?.apiKey?.id ?? null,
          method: request.method,
          path: pathOf(request),
          status: reply.statusCode,
          code: reply.problem?.code ?? null,
          duration_ms: Math.round(reply.elapsedTime * 100) / 100,
          bytes: sentBy(request) - request.sentBefore,
          ip: request.ip,
        },
        'request',
      );
      done();
    });
  },
  { name: 'request-log', dependencies: ['operations', 'errors'] },
);
