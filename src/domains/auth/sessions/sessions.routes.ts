import { inSession, signedIn } from '../../../http/access/actor.ts';
import { CLEARED_COOKIE } from '../../../http/access/credentials.ts';
import { auditOf } from '../../../http/concerns/audit.ts';
import { answerPage } from '../../../http/concerns/pagination.ts';
import { type App, operation } from '../../../http/contract/operations.ts';
import { answer, noContent } from '../../../http/contract/schema.ts';
import { SessionNotFound } from '../auth.problems.ts';
import * as queries from './sessions.queries.ts';
import { ListSessionsQuery, SessionPage, SessionPath } from './sessions.schemas.ts';
import * as service from './sessions.service.ts';

const tags = ['Authentication'];

/** Sessions of any kind: listing and ending them. */
export async function sessionsRoutes(app: App): Promise<void> {
  const { db } = app;
  app.recurring.add(service.forgettingSessions(db));

  app.route({
    method: 'POST',
    url: '/auth/logout',
    schema: {
      operationId: 'logout',
      summary: 'Sign out',
      description:
        'Ends the session that asks; its access token is refused from then on, and its cookie is taken away.',
      tags,
      response: { 204: noContent('The session has ended.', { headers: ['Set-Cookie'] }) },
    },
    config: operation({ access: 'user', limit: 'writes', audit: 'session' }),
    handler: async (request, reply) => {
      await service.logout(db, inSession(request), auditOf(request));
      if (request.credential?.scheme === 'cookie') reply.header('set-cookie', CLEARED_COOKIE);
      return reply.code(204).send(null);
    },
  });

  app.route({
    method: 'GET',
    url: '/auth/sessions',
    schema: {
      operationId: 'listSessions',
      summary: 'List one’s sessions',
      description: 'Every device and program that is signed in, the one last seen first.',
      tags,
      querystring: ListSessionsQuery,
      response: { 200: answer(SessionPage, 'A page of the sessions.') },
    },
    config: operation({ access: 'user', limit: 'reads' }),
    handler: (request, reply) => {
      const { account, sessionId } = inSession(request);
      return answerPage(request, reply, {
        rows: (slice) => queries.listSessions(db, account.id, slice),
        key: (row) => [row.last_seen_at, row.id],
        total: () => queries.countSessions(db, account.id),
        map: (row) => ({ ...row, is_current: row.id === sessionId }),
      });
    },
  });

  app.route({
    method: 'DELETE',
    url: '/auth/sessions',
    schema: {
      operationId: 'revokeOtherSessions',
      summary: 'End all other sessions',
      description: 'Ends every session but the one that asks. API keys stay; a new password ends them, too.',
      tags,
      response: { 204: noContent('The other sessions have ended.') },
    },
    config: operation({ access: 'user', limit: 'writes', audit: 'user' }),
    handler: async (request, reply) => {
      await service.revokeOtherSessions(db, inSession(request), auditOf(request));
      return reply.code(204).send(null);
    },
  });

  app.route({
    method: 'DELETE',
    url: '/auth/sessions/:session_id',
    schema: {
      operationId: 'revokeSession',
      summary: 'End a session',
      description: 'Ends one session, which may be the one that asks.',
      tags,
      params: SessionPath,
      response: { 204: noContent('The session has ended.') },
    },
    config: operation({ access: 'user', limit: 'writes', audit: 'session', problems: [SessionNotFound] }),
    handler: async (request, reply) => {
      await service.revokeSession(db, signedIn(request), request.params.session_id, auditOf(request));
      return reply.code(204).send(null);
    },
  });
}
