import { sql } from 'kysely';
import type { Db, Slice, Tx } from '../database/index.ts';

/** How long a key is remembered, in hours. */
export const REMEMBERED_HOURS = 24;
const REMEMBERED = sql<string>`now() - make_interval(hours => ${REMEMBERED_HOURS})`;

/** What a kept answer is found by. */
export interface AnswerKey {
  /** The id of the account that asked; `anonymous` where nobody is signed in. */
  principal: string;
  operation: string;
  key: string;
}

/** Takes the lock of a key until the end of the transaction; false where another transaction holds it. */
export async function tryLock(tx: Tx, { principal, operation, key }: AnswerKey): Promise<boolean> {
  const lock = `${principal} ${operation} ${key}`;
  const { rows } = await sql<{
    taken: boolean;
  }>`select pg_try_advisory_xact_lock(hashtextextended(${lock}, 0)) as taken`.execute(tx);
  return rows[0]?.taken === true;
}

export const findAnswer = (tx: Tx, { principal, operation, key }: AnswerKey) =>
  tx
    .selectFrom('idempotency_keys')
    .select(['request_hash', 'answer'])
    .where('principal', '=', principal)
    .where('operation', '=', operation)
    .where('key', '=', key)
    .where('created_at', '>=', REMEMBERED)
    .executeTakeFirst();

export async function keepAnswer(
  tx: Tx,
  kept: AnswerKey & { request_hash: string; answer: string },
): Promise<void> {
  const { request_hash, answer } = kept;
  await tx
    .insertInto('idempotency_keys')
    .values(kept)
    .onConflict((conflict) =>
      conflict
        .columns(['principal', 'operation', 'key'])
        .doUpdateSet({ request_hash, answer, created_at: sql`now()` }),
    )
    .execute();
}

/** Whether an account has not been erased, and is not going to be before the transaction ends: no answer of it is kept then. */
export async function isThere(tx: Tx, id: string): Promise<boolean> {
  const account = tx.selectFrom('users').select('id').where('id', '=', id).where('erased_at', 'is', null);
  return (await account.forShare().executeTakeFirst()) !== undefined;
}

/**
 * Drops keys that need not be remembered any more, `limit` at the most, and does not wait for rows that another process
 * is dropping.
 *
 * @returns how many
 */
export async function deleteExpired(db: Db, limit: number): Promise<number> {
  const { numAffectedRows } = await sql`
    delete from idempotency_keys where ctid = any (array(
      select ctid from idempotency_keys where created_at < ${REMEMBERED} for update skip locked limit ${limit}))`.execute(
    db,
  );
  return Number(numAffectedRows ?? 0);
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
