import { inSession, signedIn } from '../../http/access/actor.ts';
import { auditOf } from '../../http/concerns/audit.ts';
import { concernsCaller, withIdempotency } from '../../http/concerns/idempotency.ts';
import { answerPage } from '../../http/concerns/pagination.ts';
import { type App, operation } from '../../http/contract/operations.ts';
import { answer, noContent, ref } from '../../http/contract/schema.ts';
import { toApiKey } from './api-keys.mapper.ts';
import { ApiKeyNotFound, TooManyApiKeys } from './api-keys.problems.ts';
import * as queries from './api-keys.queries.ts';
import {
  ApiKey,
  ApiKeyPage,
  ApiKeyPath,
  CreateApiKey,
  ListApiKeysQuery,
  NewApiKey,
  SetApiKeyLimits,
} from './api-keys.schemas.ts';
import * as service from './api-keys.service.ts';

const tags = ['Keys'];

export async function apiKeysRoutes(app: App): Promise<void> {
  const { db } = app;

  app.route({
    method: 'GET',
    url: '/api-keys',
    schema: {
      operationId: 'listApiKeys',
      summary: 'List one’s API keys',
      description: `The API keys of the account, the newest first, without their secrets. Those that have expired stay in the list until there are ${queries.EXPIRED_KEPT} later ones.`,
      tags,
      querystring: ListApiKeysQuery,
      response: { 200: answer(ApiKeyPage, 'A page of the API keys.') },
    },
    config: operation({ access: 'user', limit: 'reads' }),
    handler: (request, reply) => {
      const { account } = signedIn(request);
      return answerPage(request, reply, {
        rows: (slice) => queries.listKeys(db, account.id, slice),
        key: (row) => [row.created_at, row.id],
        total: () => queries.countKeys(db, account.id),
        map: toApiKey,
      });
    },
  });

  app.route({
    method: 'POST',
    url: '/api-keys',
    schema: {
      operationId: 'createApiKey',
      summary: 'Make an API key',
      description: `Makes a key by which a program acts for this account, as far as its scopes go and never further than the account itself may, and sends its owner a mail about it. At most ${service.MAX_ACTIVE_KEYS} are in force at a time, so that one can take the place of the other. Keys end with the password: once that is changed or reset, when the account is disabled or deleted, and when its role rises.`,
      tags,
      body: ref(CreateApiKey),
      response: {
        201: answer(NewApiKey, 'The key, shown this once.', { location: 'The address to revoke it at.' }),
      },
    },
    config: operation({
      access: 'user',
      recentSignIn: true,
      limit: 'writes',
      audit: 'api_key',
      idempotent: 'encrypted',
      problems: [TooManyApiKeys],
    }),
    handler: async (request, reply) => {
      const actor = inSession(request);
      const key = await withIdempotency(request, {
        effect: (db) => service.createKey(db, actor, request.body, auditOf(request)),
        concerns: concernsCaller,
      });
      if (!request.replayed) service.notifyOfKey(app, actor, key);
      return reply.code(201).header('location', `/api/v1/api-keys/${key.id}`).send(key);
    },
  });

  app.route({
    method: 'DELETE',
    url: '/api-keys/:api_key_id',
    schema: {
      operationId: 'revokeApiKey',
      summary: 'Revoke an API key',
      description: 'Ends a key at once and for good.',
      tags,
      params: ApiKeyPath,
      response: { 204: noContent('The key is refused from now on.') },
    },
    config: operation({ access: 'user', limit: 'writes', audit: 'api_key', problems: [ApiKeyNotFound] }),
    handler: async (request, reply) => {
      await service.revokeKey(db, signedIn(request), request.params.api_key_id, auditOf(request));
      return reply.code(204).send(null);
    },
  });

  app.route({
    method: 'PUT',
    url: '/admin/api-keys/:api_key_id/limits',
    schema: {
      operationId: 'setApiKeyLimits',
      summary: 'Set the rate limits of an API key',
      description:
        'Gives a key rate limits of its own, in place of those that all keys of an account share. They hold from the next window of the previous ones at the latest. With null the key shares the limit of its account again.',
      tags: ['Administration'],
      params: ApiKeyPath,
      body: ref(SetApiKeyLimits),
      response: { 200: answer(ApiKey, 'The key with its limits.') },
    },
    config: operation({ access: 'admin', limit: 'writes', audit: 'api_key', problems: [ApiKeyNotFound] }),
    handler: (request) => service.setKeyLimits(db, request.params.api_key_id, request.body, auditOf(request)),
  });
}
