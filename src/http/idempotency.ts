import { createHmac } from 'node:crypto';
import type { FastifyReply, FastifyRequest } from 'fastify';
import fp from 'fastify-plugin';
import { sql } from 'kysely';
import { atomically, type Db, type Tx } from '../platform/database/index.ts';
import { seal, unseal } from '../platform/seal.ts';
import { addHook, operationOf } from './operations.ts';
import type { Slice } from './pagination.ts';
import { IdempotencyKeyInUse, IdempotencyKeyReused, InvalidToken, ValidationFailed } from './problems.ts';

/**
 * `Idempotency-Key` (draft-ietf-httpapi-idempotency-key-header-07): a repeated POST has one effect and gets the answer of
 * the first one. The answer is stored in the transaction of the effect, so there is never one without the other; a
 * refused request stores nothing. A key belongs to one account and one operation and is remembered for a day. An answer
 * that holds a secret is kept sealed.
 */

const KEY = /^[\x21-\x7e]{1,255}$/;
/** How long a key is remembered. */
export const REMEMBERED_HOURS = 24;
const REMEMBERED = sql<string>`now() - make_interval(hours => ${REMEMBERED_HOURS})`;

/**
 * Runs the effect of a request once for its key, and gives its result, which must be plain JSON: the one just made or
 * the one stored. Without a key, or where the operation does not declare that it is idempotent, the effect simply runs,
 * on the handle that is not yet in a transaction.
 *
 * @throws {IdempotencyKeyReused} where the key stands for another request
 * @throws {IdempotencyKeyInUse} where the first request with the key is still running
 */
export async function once<T>(request: FastifyRequest, effect: (db: Db) => Promise<T>): Promise<T> {
  const { db } = request.server;
  const key = request.headers['idempotency-key'];
  const operation = operationOf(request);
  if (key === undefined || !operation?.config.idempotent) return effect(db);

  const scope = {
    principal: request.principal?.account.id ?? 'anonymous',
    operation: operation.id,
    key: String(key),
  };
  // Keyed, since a body may hold a password, and a plain hash of it could be guessed at in millions a second.
  const secrets = request.server.secretsFor('idempotency keys');
  const content = JSON.stringify([request.params, request.body ?? null]);
  const hashWith = (secret: Buffer) => createHmac('sha256', secret).update(content).digest('base64url');
  const requestHash = hashWith(secrets.current);
  const isSealed = operation.config.idempotent === 'sealed';
  const forAnswers = request.server.secretsFor('kept answers');
  return atomically(db, async (tx) => {
    const lock = `${scope.principal} ${scope.operation} ${scope.key}`;
    const { rows } = await sql<{
      taken: boolean;
    }>`select pg_try_advisory_xact_lock(hashtextextended(${lock}, 0)) as taken`.execute(tx);
    if (!rows[0]?.taken) throw new IdempotencyKeyInUse();
    await forgetOld(tx);
    const stored = await tx
      .selectFrom('idempotency_keys')
      .select(['request_hash', 'answer'])
      .where('principal', '=', scope.principal)
      .where('operation', '=', scope.operation)
      .where('key', '=', scope.key)
      .where('created_at', '>=', REMEMBERED)
      .executeTakeFirst();
    if (stored) {
      if (!secrets.all.some((secret) => hashWith(secret) === stored.request_hash))
        throw new IdempotencyKeyReused();
      request.replayed = true;
      return JSON.parse(isSealed ? unseal(stored.answer, forAnswers) : stored.answer) as T;
    }
    const result = await effect(tx);
    // After the effect: locked before, accounts that it changes would be waited for by two such requests, each for the other.
    if (request.principal && !(await isThere(tx, request.principal.account.id))) throw new InvalidToken();
    const plain = JSON.stringify(result ?? null);
    const answer = isSealed ? seal(plain, forAnswers) : plain;
    await tx
      .insertInto('idempotency_keys')
      .values({ ...scope, request_hash: requestHash, answer })
      .onConflict((conflict) =>
        conflict
          .columns(['principal', 'operation', 'key'])
          .doUpdateSet({ request_hash: requestHash, answer, created_at: sql`now()` }),
      )
      .execute();
    return result;
  });
}

/** Whether an account has not been erased, and is not going to be before the transaction ends: no answer of it is kept then. */
async function isThere(tx: Tx, id: string): Promise<boolean> {
  const account = tx.selectFrom('users').select('id').where('id', '=', id).where('erased_at', 'is', null);
  return (await account.forShare().executeTakeFirst()) !== undefined;
}

/** Drops some keys that need not be remembered any more, and waits for nobody who does the same. */
async function forgetOld(tx: Tx): Promise<void> {
  await sql`
    delete from idempotency_keys where ctid = any (array(
      select ctid from idempotency_keys where created_at < ${REMEMBERED} for update skip locked limit 100))`.execute(
    tx,
  );
}

/** The answers that were given to an account, and those to others that say something about it. */
const about = (accountId: string) =>
  sql<boolean>`(principal = ${accountId} or answer like ${`%${accountId}%`})`;

/** Forgets the kept answers that say something about an account. */
export async function forgetAnswersAbout(tx: Tx, accountId: string): Promise<void> {
  await tx.deleteFrom('idempotency_keys').where(about(accountId)).execute();
}

/** To which operations answers are kept that say something about an account, and since when. */
export function listAnswersAbout(db: Db, accountId: string, { after, limit }: Slice) {
  let answers = db
    .selectFrom('idempotency_keys')
    .select(['principal', 'operation', 'key', 'created_at'])
    .where(about(accountId));
  if (after) {
    const [principal, operation, key] = after;
    answers = answers.where(sql<boolean>`(principal, operation, key) > (${principal}, ${operation}, ${key})`);
  }
  return answers.orderBy('principal').orderBy('operation').orderBy('key').limit(limit).execute();
}

declare module 'fastify' {
  interface FastifyRequest {
    /** The answer is that of an earlier request with the same Idempotency-Key. */
    replayed: boolean;
  }
}

export const idempotency = fp(async (app) => {
  app.decorateRequest('replayed', false);
  app.addHook('onRoute', (route) => {
    const operation = route.config?.operation;
    if (!operation?.config.idempotent) return;
    const { problems, requestHeaders, answerHeaders } = operation.contribution;
    requestHeaders.add('Idempotency-Key');
    answerHeaders.add('Idempotency-Replayed');
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
    addHook(route, 'onSend', async (request: FastifyRequest, reply: FastifyReply, payload: unknown) => {
      if (request.replayed) reply.header('idempotency-replayed', 'true');
      return payload;
    });
  });
});
