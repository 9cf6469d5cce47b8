import type { FastifyRequest } from 'fastify';
import { signedIn } from '../../http/access/actor.ts';
import { RECENT_SECONDS } from '../../http/access/recent-sign-in.ts';
import { auditOf } from '../../http/concerns/audit.ts';
import { concernsAccount, withIdempotency } from '../../http/concerns/idempotency.ts';
import { answerPage, answerSearch } from '../../http/concerns/pagination.ts';
import { type App, operation } from '../../http/contract/operations.ts';
import { Forbidden, RecentSignInRequired } from '../../http/contract/problems.ts';
import { answer, noContent, ref } from '../../http/contract/schema.ts';
import type { Account, Db, Slice } from '../../platform/database/index.ts';
import { MAX_COUNTED } from '../../platform/database/searches.ts';
import { acceptAccount, createAccount } from './users.creation.service.ts';
import { toPublicUser, toUser } from './users.mapper.ts';
import {
  EmailTaken,
  LastAdmin,
  UserErased,
  UserNotFound,
  UsernameTaken,
  WeakPassword,
} from './users.problems.ts';
import * as queries from './users.queries.ts';
import { recentSignInCheck } from './users.rights.ts';
import {
  CreateUser,
  ListUsersQuery,
  PublicUser,
  ReplaceUser,
  UpdateUser,
  User,
  UserPage,
  UserPath,
} from './users.schemas.ts';
import * as service from './users.service.ts';

const tags = ['Users'];
/** Said of changes by an API key. */
const ABOUT_KEYS = 'An API key reaches only accounts with the role `user`.';
/** Said of changes that grant lasting access. */
const ABOUT_ROLES = `A role above user, and another address, can be given within ${RECENT_SECONDS / 60} minutes of signing in.`;

export async function usersRoutes(app: App): Promise<void> {
  const { db } = app;
  const change = async (request: FastifyRequest, id: string, input: UpdateUser) =>
    toUser(await service.updateUser(app, signedIn(request), id, input, auditOf(request)));

  app.route({
    method: 'GET',
    url: '/users',
    schema: {
      operationId: 'listUsers',
      summary: 'List accounts',
      description: 'Every account that is not deleted, the newest first.',
      tags,
      querystring: ListUsersQuery,
      response: { 200: answer(UserPage, 'A page of the accounts.') },
    },
    config: operation({ access: 'admin', scope: 'users:read', limit: 'reads' }),
    handler: (request, reply) => {
      const { page: _page, per_page: _perPage, cursor: _cursor, ...filters } = request.query;
      const list = (db: Db) => ({
        rows: (slice: Slice) => queries.listUsers(db, filters, slice),
        key: (row: Account) => [row.created_at, row.id],
        total: () => queries.countUsers(db, filters),
        map: toUser,
      });
      if (filters.q === undefined) return answerPage(request, reply, list(db));
      return answerSearch(request, reply, async (tx) => ({ ...list(tx), countedTo: MAX_COUNTED }));
    },
  });

  app.route({
    method: 'POST',
    url: '/users',
    schema: {
      operationId: 'createUser',
      summary: 'Make an account',
      description: `Makes an account for someone else. It may sign in at once with the password given. ${ABOUT_ROLES} ${ABOUT_KEYS}`,
      tags,
      body: ref(CreateUser),
      response: {
        201: answer(User, 'The account that was made.', { location: 'The address of the account.' }),
      },
    },
    config: operation({
      access: 'admin',
      scope: 'users:write',
      limit: 'writes',
      audit: 'user',
      idempotent: true,
      etag: 'content',
      problems: [RecentSignInRequired, EmailTaken, UsernameTaken, WeakPassword],
    }),
    handler: async (request, reply) => {
      const checkRecentSignIn = await recentSignInCheck(app, signedIn(request));
      checkRecentSignIn(null, request.body);
      const user = await withIdempotency(request, {
        before: () => acceptAccount(request.body),
        effect: async (db, account) => toUser(await createAccount(db, account, auditOf(request))),
        concerns: concernsAccount,
      });
      return reply.code(201).header('location', `/api/v1/users/${user.id}`).send(user);
    },
  });

  app.route({
    method: 'GET',
    url: '/users/:user_id',
    schema: {
      operationId: 'getUser',
      summary: 'Read a profile',
      description: 'What anyone may see of an account.',
      tags,
      params: UserPath,
      response: { 200: answer(PublicUser, 'The profile of the account.') },
    },
    config: operation({ access: 'public', limit: 'reads', etag: 'content', problems: [UserNotFound] }),
    handler: async (request) => {
      const user = await queries.findPublicUser(db, request.params.user_id);
      if (!user) throw new UserNotFound();
      return toPublicUser(user);
    },
  });

  app.route({
    method: 'PATCH',
    url: '/users/:user_id',
    schema: {
      operationId: 'updateUser',
      summary: 'Change an account',
      description: `Changes what is given. The owner may change their profile; an admin everything. A higher role ends the API keys of the account. ${ABOUT_ROLES} ${ABOUT_KEYS}`,
      tags,
      params: UserPath,
      body: ref(UpdateUser),
      response: { 200: answer(User, 'The account as it is now.') },
    },
    config: operation({
      access: 'author',
      scope: 'users:write',
      answerScope: 'users:read',
      limit: 'writes',
      audit: 'user',
      etag: 'content',
      problems: [UserNotFound, Forbidden, RecentSignInRequired, EmailTaken, UsernameTaken, LastAdmin],
    }),
    handler: (request) => change(request, request.params.user_id, request.body),
  });

  app.route({
    method: 'PUT',
    url: '/users/:user_id',
    schema: {
      operationId: 'replaceUser',
      summary: 'Replace an account',
      description: `Sets everything about an account that can be set. A higher role ends its API keys. ${ABOUT_ROLES} ${ABOUT_KEYS}`,
      tags,
      params: UserPath,
      body: ref(ReplaceUser),
      response: { 200: answer(User, 'The account as it is now.') },
    },
    config: operation({
      access: 'admin',
      scope: 'users:write',
      answerScope: 'users:read',
      limit: 'writes',
      audit: 'user',
      etag: 'content',
      problems: [UserNotFound, RecentSignInRequired, EmailTaken, UsernameTaken, LastAdmin],
    }),
    handler: (request) => change(request, request.params.user_id, request.body),
  });

  app.route({
    method: 'DELETE',
    url: '/users/:user_id',
    schema: {
      operationId: 'deleteUser',
      summary: 'Delete an account',
      description: `Deletes an account so that it can be restored. Its sessions and API keys end at once; its posts stay. ${ABOUT_KEYS}`,
      tags,
      params: UserPath,
      response: { 204: noContent('The account is deleted.') },
    },
    config: operation({
      access: 'admin',
      scope: 'users:write',
      limit: 'writes',
      audit: 'user',
      problems: [UserNotFound, LastAdmin],
    }),
    handler: async (request, reply) => {
      await service.deleteUser(app, signedIn(request), request.params.user_id, auditOf(request));
      return reply.code(204).send(null);
    },
  });

  app.route({
    method: 'POST',
    url: '/users/:user_id/restore',
    schema: {
      operationId: 'restoreUser',
      summary: 'Restore an account',
      description: `Brings a deleted account back as it was, but for its sessions and API keys. One that is not deleted stays as it is. ${ABOUT_KEYS}`,
      tags,
      params: UserPath,
      response: { 200: answer(User, 'The account as it is now.') },
    },
    config: operation({
      access: 'admin',
      scope: 'users:write',
      answerScope: 'users:read',
      limit: 'writes',
      audit: 'user',
      idempotent: true,
      etag: 'content',
      problems: [UserNotFound, UserErased],
    }),
    handler: (request) =>
      withIdempotency(request, {
        effect: async (db) =>
          toUser(await service.restoreUser(db, signedIn(request), request.params.user_id, auditOf(request))),
        concerns: concernsAccount,
      }),
  });
}
