import { createHmac } from 'node:crypto';
import { atomically, type Db } from '../database/index.ts';
import { decrypt, encrypt } from '../encryption.ts';
import type { Secrets } from '../keys.ts';
import { inBatches, type RecurringTask } from '../recurring.ts';
import {
  type AnswerKey,
  deleteExpired,
  findAnswer,
  lockUnerased,
  storeAnswer,
  tryLock,
} from './idempotency.queries.ts';

export { deleteAnswersAbout, listAnswersAbout, RETENTION_HOURS } from './idempotency.queries.ts';

/**
 * Idempotency keys: work that is requested twice with one key has one effect and one result. The result is stored in the
 * transaction of the effect, so there is never one without the other; work that fails stores nothing. A key belongs to
 * one account and one operation.
 */

/** What came of work with a key. */
export type Outcome<T> =
  | { is: 'done' | 'replayed'; result: T }
  /** `reused`: the key stands for another request. `running`: the first one has not ended. `erased`: the account is gone. */
  | { is: 'reused' | 'running' | 'erased' };

export interface KeyedWork<T> extends Omit<AnswerKey, 'principal'> {
  /** The id of the account that asks; null where nobody is signed in. */
  accountId: string | null;
  /** What is asked for: two requests with one key must not differ in it. */
  content: string;
  /** For the hash of the content, since it may hold a password, and a plain hash could be guessed at in millions a second. */
  hashing: Secrets;
  /** For a result that holds a secret; without it the result is stored as it is. */
  encryption?: Secrets;
  effect(db: Db): Promise<T>;
}

/** Rolls back the transaction where there is no result. */
class Aborted extends Error {
  readonly why: 'reused' | 'running' | 'erased';
  constructor(why: 'reused' | 'running' | 'erased') {
    super(why);
    this.why = why;
  }
}

/**
 * Runs an effect once for its key.
 *
 * @returns its result, which must be plain JSON, or the stored one; or why there is none
 */
export async function runKeyed<T>(db: Db, work: KeyedWork<T>): Promise<Outcome<T>> {
  try {
    return await atomically(db, (tx) => run(tx, work));
  } catch (error) {
    if (error instanceof Aborted) return { is: error.why };
    throw error;
  }
}

async function run<T>(tx: Parameters<typeof tryLock>[0], work: KeyedWork<T>): Promise<Outcome<T>> {
  const { accountId, operation, key, hashing, encryption } = work;
  const hashWith = (secret: Buffer) => createHmac('sha256', secret).update(work.content).digest('base64url');
  const answerKey = { principal: accountId ?? 'anonymous', operation, key };
  if (!(await tryLock(tx, answerKey))) throw new Aborted('running');
  const stored = await findAnswer(tx, answerKey);
  if (stored) {
    if (!hashing.all.some((secret) => hashWith(secret) === stored.request_hash)) throw new Aborted('reused');
    // Of type T, since it was the result of the same operation; an operation whose results change needs another name.
    const result = JSON.parse(encryption ? decrypt(stored.answer, encryption) : stored.answer) as T;
    return { is: 'replayed', result };
  }
  const result = await work.effect(tx);
  // After the effect: a lock before it could end in a deadlock of two requests that change each other's accounts.
  if (accountId !== null && !(await lockUnerased(tx, accountId))) throw new Aborted('erased');
  const plain = JSON.stringify(result ?? null);
  const answer = encryption ? encrypt(plain, encryption) : plain;
  await storeAnswer(tx, { ...answerKey, request_hash: hashWith(hashing.current), answer });
  return { is: 'done', result };
}

/** Forgets, every minute, the keys that need not be remembered any more. */
export const forgettingKeys = (db: Db): RecurringTask => ({
  name: 'forgetting idempotency keys',
  interval: 60_000,
  run: (stopping) => inBatches(stopping, (limit) => deleteExpired(db, limit)),
});
