import { randomUUID } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import { normalizeIP } from '@fastify/rate-limit';
import type { FastifyRequest } from 'fastify';
import fp from 'fastify-plugin';
import { operationOf } from './operations.ts';

const WELL_FORMED = /^[A-Za-z0-9._~-]{1,128}$/;

/** The caller's `X-Request-ID` where it is well formed, otherwise a new one. */
export function requestId(message: Pick<IncomingMessage, 'headers'>): string {
  const given = message.headers['x-request-id'];
  return typeof given === 'string' && WELL_FORMED.test(given) ? given : randomUUID();
}

/** Where a request comes from: its address, and how the program calls itself, cut to 300 characters. */
export interface Origin {
  ip: string;
  user_agent: string | null;
}

export const originOf = (request: FastifyRequest): Origin => ({
  ip: request.ip,
  user_agent: request.headers['user-agent']?.slice(0, 300) ?? null,
});

/** What counts as one address: of IPv6 the /64 network, since that is what one customer gets. */
export const networkOf = (ip: string): string => normalizeIP(ip, 64);

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
