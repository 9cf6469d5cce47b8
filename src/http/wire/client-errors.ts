import { randomUUID } from 'node:crypto';
import type { Socket } from 'node:net';
import type { FastifyInstance } from 'fastify';
import { propertiesOf } from '../../platform/unknown.ts';
import {
  HeadersTooLarge,
  MalformedRequest,
  type ProblemClass,
  ProblemError,
  problemBody,
  RequestTimeout,
} from '../contract/problems.ts';
import { baseHeadersOf } from './base-headers.ts';
import { RETRY_AFTER } from './retry-after.ts';

/** Answers on the connection itself, for what does not become a request that the router gets. */

/** Errors of Node's HTTP parser, as problems; `MalformedRequest` for any other. */
const CLIENT_ERRORS: Record<string, ProblemClass> = {
  HPE_HEADER_OVERFLOW: HeadersTooLarge,
  ERR_HTTP_REQUEST_TIMEOUT: RequestTimeout,
};

/** A problem as a response without any hook, after which the connection is closed. */
export function closingResponse(
  problem: ProblemError,
  context: { publicUrl: string; requestId: string; instance?: string },
) {
  const body = JSON.stringify(problemBody(problem, { instance: '', ...context }));
  const headers = {
    ...baseHeadersOf(context.requestId),
    'cache-control': 'no-store',
    'content-type': 'application/problem+json; charset=utf-8',
    'content-length': Buffer.byteLength(body),
    connection: 'close',
    ...(problem.kind.status === 405 && { allow: '' }), // no method of what is no address
    ...(problem.retryAfter !== undefined && { [RETRY_AFTER.name]: String(problem.retryAfter) }),
  };
  return { kind: problem.kind, headers, body };
}

/** How long the peer may take to read the answer to what is no request, in milliseconds. */
const LINGER = 1_000;

/** The parts of the service that answers on connections need. */
type Service = Pick<FastifyInstance, 'publicUrl' | 'limitPeer'>;

/**
 * Answers on a connection and closes it. It counts towards the limit of the peer, which may be a proxy. A peer that does
 * not close its side, and may go on sending, is cut off.
 */
export async function closeWith(problem: ProblemError, socket: Socket, { publicUrl, limitPeer }: Service) {
  const reason = await limitPeer(socket.remoteAddress ?? '').catch((error: unknown) => error);
  const { kind, headers, body } = closingResponse(reason instanceof ProblemError ? reason : problem, {
    publicUrl: publicUrl(),
    requestId: randomUUID(),
  });
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`);
  socket.end(`HTTP/1.1 ${kind.status} ${kind.title}\r\n${lines.join('')}\r\n${body}`);
  const cut = setTimeout(() => socket.destroy(), LINGER);
  socket.once('close', () => clearTimeout(cut));
}

/** Connections that are answered for the last time. Whatever else comes on them is no error any more. */
const closing = new WeakSet<Socket>();

/** Notes that a connection is about to be closed. @returns whether that is new */
export function noteClosing(socket: Socket): boolean {
  const isNew = !closing.has(socket);
  closing.add(socket);
  return isNew;
}

/** Whether a response has begun on a connection, so that another would be taken for a part of it. */
const isResponding = (socket: Socket): boolean =>
  propertiesOf(propertiesOf(socket)._httpMessage).headersSent === true;

/** Answers what Node cannot parse as a request. */
export function handleClientError(service: () => Service) {
  return (error: NodeJS.ErrnoException, socket: Socket): void => {
    if (!noteClosing(socket)) return;
    if (error.code === 'ECONNRESET' || !socket.writable || isResponding(socket)) {
      socket.destroy();
      return;
    }
    void closeWith(new (CLIENT_ERRORS[error.code ?? ''] ?? MalformedRequest)(), socket, service());
  };
}
