import type { FastifyRequest } from 'fastify';
import fp from 'fastify-plugin';
import type { AccountActor, Actor, ClientProgram, SessionActor } from '../../platform/actor.ts';
import { needsLater } from '../contract/operations.ts';
import { Unauthenticated } from '../contract/problems.ts';

/** The actor of a request, as services and the audit log take it. */

declare module 'fastify' {
  interface FastifyRequest {
    client: ClientProgram | null;
  }
}

const readClient = (request: FastifyRequest): ClientProgram => ({
  ip: request.ip ?? 'unknown',
  user_agent: request.headers['user-agent']?.slice(0, 300) ?? null,
});

/** The program that a request comes from. */
export function clientOf(request: FastifyRequest): ClientProgram {
  request.client ??= readClient(request);
  return request.client;
}

/** Reads the client when the request arrives: a closed connection has no address any more. */
export const requestClients = fp(
  async (app) => {
    needsLater(app, 'request-clients', 'credentials');
    app.decorateRequest('client', null);
    app.addHook('onRequest', (request, _reply, done) => {
      request.client = readClient(request);
      done();
    });
  },
  { name: 'request-clients' },
);

/** The actor of a request, as far as it is known yet. */
export const actorOf = (request: FastifyRequest): Actor => ({
  account: request.principal?.account ?? null,
  accountId: request.principal?.account.id ?? request.credential?.accountId ?? null,
  sessionId: request.principal?.sessionId ?? null,
  apiKey: request.principal?.apiKey ?? null,
  origin: 'request',
  client: clientOf(request),
  requestId: request.id,
});

/** The actor of a request to an operation that needs an account. */
export function signedIn(request: FastifyRequest): AccountActor {
  const { account, ...actor } = actorOf(request);
  if (!account) throw new Unauthenticated();
  return { ...actor, account };
}

/** The actor of a request to an operation that needs a session, so that no API key may call it. */
export function inSession(request: FastifyRequest): SessionActor {
  const { sessionId, ...actor } = signedIn(request);
  if (sessionId === null) throw new Error('an API key was let in where a session is needed');
  return { ...actor, sessionId };
}
