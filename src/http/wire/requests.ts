import { randomUUID } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import fp from 'fastify-plugin';
import { operationOf } from '../contract/operations.ts';

const WELL_FORMED = /^[A-Za-z0-9._~-]{1,128}$/;

/** The caller's `X-Request-ID` where it is well formed, otherwise a new one. */
export function requestId(message: Pick<IncomingMessage, 'headers'>): string {
  const given = message.headers['x-request-id'];
  return typeof given === 'string' && WELL_FORMED.test(given) ? given : randomUUID();
}

/** One log line for each request, when it has been answered. */
export const requestLog = fp(async (app) => {
  app.addHook('onResponse', (request, reply, done) => {
    request.log.info(
      {
        operation_id: operationOf(request)?.id ?? null,
        user_id: request.principal?.account.id ?? null,
        api_key_id: request.principal?.apiKey?.id,
        method: request.method,
        path: request.url.split('?', 1)[0],
        status: reply.statusCode,
        duration_ms: Math.round(reply.elapsedTime * 100) / 100,
        ip: request.ip,
      },
      'request',
    );
    done();
  });
});
