import { inSession, signedIn } from '../../http/access/actor.ts';
import { NO_COOKIE } from '../../http/access/credentials.ts';
import { auditOf } from '../../http/concerns/audit.ts';
import { withIdempotency } from '../../http/concerns/idempotency.ts';
import { preferredLanguage } from '../../http/concerns/language.ts';
import { answerPage } from '../../http/concerns/pagination.ts';
import { type App, operation } from '../../http/contract/operations.ts';
import { answer, noContent, ref } from '../../http/contract/schema.ts';
import { LOCALES } from '../../platform/mail/index.ts';
import { ABOUT_WRONG_PASSWORDS, PasswordThrottle } from '../../platform/password-throttle.ts';
import {
  acceptAccount,
  createAccount,
  EmailTaken,
  eraseUser,
  LastAdmin,
  toUser,
  User,
  UsernameTaken,
  updateUser,
  WeakPassword,
} from '../users/index.ts';
import { sendVerification } from './auth.mails.service.ts';
import {
  AccountDisabled,
  InvalidCredentials,
  InvalidRefreshToken,
  SessionNotFound,
  WrongPassword,
} from './auth.problems.ts';
import * as queries from './auth.queries.ts';
import {
  ChangePassword,
  ListSessionsQuery,
  Login,
  RefreshTokens,
  RegisterUser,
  SessionPage,
  SessionPath,
  TokenPair,
  UpdateCurrentUser,
} from './auth.schemas.ts';
import * as service from './auth.service.ts';

const tags = ['Authentication'];

export async function authRoutes(app: App): Promise<void> {
  const { db, config } = app;
  const issuer: service.TokenIssuer = {
    tokens: app.tokens,
    secrets: app.secretsFor('refresh tokens'),
    accessTtl: config.ACCESS_TOKEN_TTL,
    refreshTtl: config.REFRESH_TOKEN_TTL,
    throttle: new PasswordThrottle(app),
  };

  app.route({
    method: 'POST',
    url: '/auth/register',
    schema: {
      operationId: 'registerUser',
      summary: 'Make an account for oneself',
      description:
        'Makes an account with the role user, and sends a mail that verifies its address. Sign in with `login` afterwards.',
      tags,
      body: ref(RegisterUser),
      response: {
        201: answer(User, 'The account that was made.', { location: 'The address of the profile.' }),
      },
    },
    config: operation({
      access: 'public',
      limit: 'auth',
      audit: 'user',
      idempotent: true,
      etag: 'content',
      language: true,
      problems: [EmailTaken, UsernameTaken, WeakPassword],
    }),
    handler: async (request, reply) => {
      const locale = preferredLanguage(request, LOCALES);
      const account = { ...(await acceptAccount(request.body)), locale };
      const user = await withIdempotency(request, async (db) =>
        toUser(await createAccount(db, account, auditOf(request))),
      );
      if (!request.replayed) sendVerification(app, user);
      return reply.code(201).header('location', `/api/v1/users/${user.id}`).send(user);
    },
  });

  app.route({
    method: 'POST',
    url: '/auth/login',
    schema: {
      operationId: 'login',
      summary: 'Sign in',
      description: `Begins a session. An address without an account is answered like a wrong password, and as slowly. ${ABOUT_WRONG_PASSWORDS}`,
      tags,
      body: ref(Login),
      response: { 200: answer(TokenPair, 'The tokens of the new session.') },
    },
    config: operation({
      access: 'public',
      limit: 'auth',
      audit: 'user',
      problems: [InvalidCredentials, AccountDisabled],
    }),
    handler: (request) => service.login(db, issuer, request.body, auditOf(request)),
  });

  app.route({
    method: 'POST',
    url: '/auth/refresh',
    schema: {
      operationId: 'refreshTokens',
      summary: 'Get the next tokens',
      description:
        'Exchanges a refresh token for the next pair. Each works once; the one just used gives the same pair again for ten seconds, in case the answer was lost. An older one ends the session, since somebody else must have a copy, and a mail tells the owner.',
      tags,
      body: ref(RefreshTokens),
      response: { 200: answer(TokenPair, 'The next tokens of the session.') },
    },
    config: operation({
      access: 'public',
      limit: 'refresh',
      audit: 'session',
      problems: [InvalidRefreshToken],
    }),
    handler: (request) => service.refresh(app, issuer, request.body.refresh_token, auditOf(request)),
  });

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
      if (request.credential?.scheme === 'cookie') reply.header('set-cookie', NO_COOKIE);
      return reply.code(204).send(null);
    },
  });

  app.route({
    method: 'GET',
    url: '/auth/me',
    schema: {
      operationId: 'getCurrentUser',
      summary: 'Who am I?',
      description: 'The account that is signed in.',
      tags,
      response: { 200: answer(User, 'The account as it is now.') },
    },
    config: operation({ access: 'user', limit: 'reads', etag: 'content' }),
    handler: async (request) => toUser(signedIn(request).account),
  });

  app.route({
    method: 'PATCH',
    url: '/auth/me',
    schema: {
      operationId: 'updateCurrentUser',
      summary: 'Change one’s own account',
      description: 'Changes what is given.',
      tags,
      body: ref(UpdateCurrentUser),
      response: { 200: answer(User, 'The account as it is now.') },
    },
    config: operation({
      access: 'user',
      limit: 'writes',
      audit: 'user',
      etag: 'content',
      problems: [UsernameTaken],
    }),
    handler: async (request) => {
      const principal = signedIn(request);
      return toUser(await updateUser(app, principal, principal.account.id, request.body, auditOf(request)));
    },
  });

  app.route({
    method: 'DELETE',
    url: '/auth/me',
    schema: {
      operationId: 'deleteCurrentUser',
      summary: 'Delete one’s own account',
      description:
        'Ends every session and every API key, and erases the personal data for good; `exportPersonalData` hands it out before. Posts and comments stay, under no name. The audit log keeps from which address and program the account was used, so that nobody can hide what they did by deleting it; what it told of changes of the account is erased.',
      tags,
      response: { 204: noContent('The account is gone.') },
    },
    config: operation({
      access: 'user',
      recentSignIn: true,
      limit: 'writes',
      audit: 'user',
      problems: [LastAdmin],
    }),
    handler: async (request, reply) => {
      await eraseUser(app, signedIn(request).account, auditOf(request));
      return reply.code(204).send(null);
    },
  });

  app.route({
    method: 'PUT',
    url: '/auth/password',
    schema: {
      operationId: 'changePassword',
      summary: 'Change one’s password',
      description: `Needs the current password. Every other session and every API key ends, and a mail tells the owner. ${ABOUT_WRONG_PASSWORDS}`,
      tags,
      body: ref(ChangePassword),
      response: { 204: noContent('The password is changed.') },
    },
    config: operation({
      access: 'user',
      limit: 'auth',
      audit: 'user',
      problems: [WrongPassword, WeakPassword],
    }),
    handler: async (request, reply) => {
      await service.changePassword(app, issuer, inSession(request), request.body, auditOf(request));
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
