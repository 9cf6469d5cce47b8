import { sql } from 'kysely';
import type { Db, Slice, Tx } from '../database/index.ts';

/** How long a key and its answer are stored, in hours. */
export const RETENTION_HOURS = 24;
const OLDEST = sql<string>`now() - make_interval(hours => ${RETENTION_HOURS})`;

/** What a stored answer is found by. */
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
    .where('created_at', '>=', OLDEST)
    .executeTakeFirst();

export async function storeAnswer(
  tx: Tx,
  stored: AnswerKey & { request_hash: string; answer: string },
): Promise<void> {
  const { request_hash, answer } = stored;
  await tx
    .insertInto('idempotency_keys')
    .values(stored)
    .onConflict((conflict) =>
      conflict
        .columns(['principal', 'operation', 'key'])
        .doUpdateSet({ request_hash, answer, created_at: sql`now()` }),
    )
    .execute();
}

/** Whether an account is not erased; its row is locked, so that it is not erased before the transaction ends either. */
export async function lockUnerased(tx: Tx, id: string): Promise<boolean> {
  const account = tx.selectFrom('users').select('id').where('id', '=', id).where('erased_at', 'is', null);
  return (await account.forShare().executeTakeFirst()) !== undefined;
}

/**
 * Deletes keys that have been stored long enough, `limit` at the most, and does not wait for rows that another process is
 * deleting.
 *
 * @returns how many
 */
export async function deleteExpired(db: Db, limit: number): Promise<number> {
  const { numAffectedRows } = await sql`
    delete from idempotency_keys where ctid = any (array(
      select ctid from idempotency_keys where created_at < ${OLDEST} for update skip locked limit ${limit}))`.execute(
    db,
  );
  return Number(numAffectedRows ?? 0);
}

/** The answers to an account, and answers to others that contain its id. */
const about = (accountId: string) =>
  sql<boolean>`(principal = ${accountId} or answer like ${`%${accountId}%`})`;

/** Deletes the stored answers to an account and about it. */
export async function deleteAnswersAbout(tx: Tx, accountId: string): Promise<void> {
  await tx.deleteFrom('idempotency_keys').where(about(accountId)).execute();
}

/** The operations and times of the stored answers to an account and about it. */
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
