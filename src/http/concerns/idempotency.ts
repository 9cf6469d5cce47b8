import { Type } from '@sinclair/typebox';
import type { FastifyRequest } from 'fastify';
import fp from 'fastify-plugin';
import {
  forgettingKeys,
  type KeyedWork,
  RETENTION_HOURS,
  runKeyed,
} from '../../platform/idempotency/index.ts';
import { lacksScope } from '../access/access.ts';
import { defineRequestHeader, defineResponseHeader, onSuccess } from '../contract/headers.ts';
import { addHook, onOperation, operationOf } from '../contract/operations.ts';
import {
  IdempotencyKeyInUse,
  IdempotencyKeyReused,
  InvalidToken,
  ValidationFailed,
} from '../contract/problems.ts';
import { text } from '../contract/schema.ts';

/**
 * `Idempotency-Key` (draft-ietf-httpapi-idempotency-key-header-07): a repeated POST has one effect and gets the answer of
 * the first one.
 */

const IDEMPOTENCY_KEY = defineRequestHeader(
  'Idempotency-Key',
  text({
    minLength: 1,
    maxLength: 255,
    pattern: '^[!-~]+$',
    description: `A key of your own, such as a UUID. The request has its effect once, however often it is sent with the same key and body within ${RETENTION_HOURS} hours.`,
    examples: ['5f0c2b1e-7d4a-4f3b-9a57-1c3c0f1d2e4b'],
  }),
);

const REPLAYED = defineResponseHeader(
  'Idempotency-Replayed',
  Type.Unsafe<string>({
    type: 'string',
    enum: ['true'],
    description: 'Present where the answer is that of an earlier request with the same Idempotency-Key.',
    examples: ['true'],
  }),
);

const KEY = /^[\x21-\x7e]{1,255}$/;

/** The problem for each outcome without a result. */
const PROBLEMS = { reused: IdempotencyKeyReused, running: IdempotencyKeyInUse, erased: InvalidToken };

/** What a request does, of which the parts mean the same as in {@link KeyedWork}. */
type Work<T, P> = Pick<KeyedWork<T, P>, 'before' | 'effect' | 'inStatement' | 'concerns'>;

/**
 * Runs the effect of a request once for its key, and returns its result, which must be plain JSON: the new one or the
 * stored one. Without a key, or where the operation does not declare `idempotent`, the effect simply runs, outside a
 * transaction.
 *
 * @throws {IdempotencyKeyReused} where the key was used for another request
 * @throws {IdempotencyKeyInUse} where the first request with the key is still running
 */
export async function withIdempotency<T, P = undefined>(
  request: FastifyRequest,
  work: Work<T, P>,
): Promise<NoInfer<T>> {
  const { server } = request;
  const key = request.headers['idempotency-key'];
  const operation = operationOf(request);
  if (key === undefined || !operation?.config.idempotent)
    return work.effect(server.db, (await work.before?.()) as P); // undefined where there is nothing to do before
  const { principal } = request;
  const { answerScope } = operation.config;
  // An answer that was kept for somebody else with the account may show what this API key may not read, so its keys are
  // others. No key has a space in it.
  const mayNotRead = principal && answerScope && lacksScope(principal, answerScope);
  const outcome = await runKeyed(server.db, {
    ...work,
    accountId: principal?.account.id ?? null,
    operation: operation.id,
    key: mayNotRead ? `${key} without ${answerScope}` : String(key),
    content: JSON.stringify([request.params, request.body ?? null]),
    hashing: server.secretsFor('idempotency keys'),
    ...(operation.config.idempotent === 'encrypted' && { encryption: server.secretsFor('kept answers') }),
  });
  if (!('result' in outcome)) throw new PROBLEMS[outcome.is]();
  request.replayed = outcome.is === 'replayed';
  return outcome.result;
}

/** The account that an answer is about, where it is an account. */
export const concernsAccount = ({ id }: { id: string }): string[] => [id];

/** The account that an answer names as the author. */
export const concernsAuthor = ({ author }: { author: { id: string } }): string[] => [author.id];

/** Nobody but the caller. */
export const concernsCaller = (): string[] => [];

declare module '../contract/operations.ts' {
  interface OperationConfig {
    /** A POST that may be repeated safely with an `Idempotency-Key`; `encrypted` where its answer holds a secret. */
    idempotent?: true | 'encrypted';
  }
}

declare module 'fastify' {
  interface FastifyRequest {
    /** The answer is that of an earlier request with the same Idempotency-Key. */
    replayed: boolean;
  }
}

export const idempotency = fp(
  async (app) => {
    app.decorateRequest('replayed', false);
    app.recurring.add(forgettingKeys(app.db));
    app.operations.addKey('idempotent');
    onOperation(app, (operation, route) => {
      if (!operation.config.idempotent) return;
      const { problems, requestHeaders, responseHeaders } = operation.contribution;
      requestHeaders.add(IDEMPOTENCY_KEY);
      responseHeaders.set(REPLAYED, onSuccess);
      problems.add(IdempotencyKeyInUse).add(IdempotencyKeyReused).add(ValidationFailed);
      addHook(route, 'onRequest', (request, _reply, done) => {
        const key = request.headers['idempotency-key'];
        if (key !== undefined && !KEY.test(String(key)))
          request.faults.push({
            pointer: '/header/idempotency-key',
            code: 'format',
            detail: 'must be 1 to 255 visible ASCII characters, such as a UUID',
          });
        done();
      });
      addHook(route, 'onSend', (request, reply, payload, done) => {
        if (request.replayed) reply.header('idempotency-replayed', 'true');
        done(null, payload);
      });
    });
  },
  { name: 'idempotency', dependencies: ['validation'] },
);
