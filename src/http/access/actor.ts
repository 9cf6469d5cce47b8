import type { FastifyRequest } from 'fastify';
import fp from 'fastify-plugin';
import type { AccountActor, Actor, ClientProgram, SessionActor } from '../../platform/actor.ts';
import { Unauthenticated } from '../contract/problems.ts';

/** Who makes a request, as services and the audit log take it. */

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

/** Notes who sends a request when it arrives: a connection that has been closed has no address any more. */
export const requestClients = fp(
  async (app) => {
    app.decorateRequest('client', null);
    app.addHook('onRequest', (request, _reply, done) => {
      request.client = readClient(request);
      done();
    });
  },
  { name: 'request-clients' },
);

/** Who makes a request, as far as that is known by now. */
export const actorOf = (request: FastifyRequest): Actor => ({
  account: request.principal?.account ?? null,
  accountId: request.principal?.account.id ?? request.credential?.accountId ?? null,
  sessionId: request.principal?.sessionId ?? null,
  apiKey: request.principal?.apiKey ?? null,
  origin: 'request',
  client: clientOf(request),
  requestId: request.id,
});

/** Who makes a request to an operation that asks for somebody. */
export function signedIn(request: FastifyRequest): AccountActor {
  const { account, ...actor } = actorOf(request);
  if (!account) throw new Unauthenticated();
  return { ...actor, account };
}

/** The same where no API key is let in: whoever it is has a session. */
export function inSession(request: FastifyRequest): SessionActor {
  const { sessionId, ...actor } = signedIn(request);
  if (sessionId === null) throw new Error('an API key was let in where a session is needed');
  return { ...actor, sessionId };
}
