import { createHmac } from 'node:crypto';
import { violatedConstraint } from '../database/errors.ts';
import { atomically, type Db, type Tx } from '../database/index.ts';
import { decrypt, encrypt } from '../encryption.ts';
import type { Secrets } from '../keys.ts';
import { inBatches, type RecurringTask } from '../recurring.ts';
import {
  type AnswerInStatement,
  type AnswerKey,
  claimKey,
  deleteExpired,
  findAnswer,
  type InStatement,
  storeAnswer,
  withLock,
} from './idempotency.queries.ts';

export {
  type AnswerInStatement,
  answerInStatement,
  deleteAnswersAbout,
  type InStatement,
  listAnswersAbout,
  RETENTION_HOURS,
} from './idempotency.queries.ts';

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

export interface KeyedWork<T, P> extends Omit<AnswerKey, 'principal'> {
  /** The id of the account that asks; null where nobody is signed in. */
  accountId: string | null;
  /** What is asked for: two requests with one key must not differ in it. */
  content: string;
  /** For the hash of the content, since it may hold a password, and a plain hash could be guessed at in millions a second. */
  hashing: Secrets;
  /** For a result that holds a secret; without it the result is stored as it is. */
  encryption?: Secrets;
  /** What takes long and is no effect: it is done before the transaction, and not for a result that is stored. */
  before?(): Promise<P>;
  /** @param keeper where the effect is one statement, which then has to store its answer: see {@link AnswerKeeper} */
  effect(db: Db, prepared: P, keeper?: AnswerKeeper): Promise<T>;
  /** The effect is one statement that can store its answer. */
  inStatement?: true;
  /** The accounts that a result says something about, besides that which asks. */
  concerns(result: NoInfer<T>): readonly string[];
}

/** There is no effect, or it is rolled back. */
class Aborted extends Error {
  readonly why: 'erased' | 'running';
  constructor(why: 'erased' | 'running') {
    super(why);
    this.why = why;
  }
}

/**
 * Runs an effect once for its key.
 *
 * @returns its result, which must be plain JSON, or the stored one; or why there is none
 */
export async function runKeyed<T, P>(db: Db, work: KeyedWork<T, P>): Promise<Outcome<T>> {
  const { before, inStatement } = work;
  const kept = (before || inStatement) && (await findAnswer(db, keyOf(work)));
  if (kept) return replayOf(work, kept);
  const prepared = (await before?.()) as P; // undefined where there is nothing to do before
  try {
    const { accountId } = work;
    if (inStatement && accountId !== null) {
      const result = await unlessKept(() => work.effect(db, prepared, keeperOf(work, accountId)));
      if (result) return { is: 'done', ...result };
    }
    return await atomically(db, (tx) => run(tx, work, prepared));
  } catch (error) {
    if (error instanceof Aborted) return { is: error.why };
    throw error;
  }
}

/**
 * Stores the answer of an effect that is one statement in that statement, by {@link answerInStatement}: that needs no
 * transaction. Nothing but the caller may be concerned by the answer.
 */
export interface AnswerKeeper {
  /** The values for the statement. @param known what is known of the answer before: a JSON object that is not empty */
  valuesFor(known: object): AnswerInStatement;
  /** Ends the request where the statement found that it must have no effect. */
  check(found: InStatement): void;
}

const keeperOf = <T, P>(work: KeyedWork<T, P>, caller: string): AnswerKeeper => ({
  valuesFor: (known) => ({
    ...withLock(keyOf(work)),
    request_hash: hashOf(work.content, work.hashing.current),
    answer_head: JSON.stringify(known).slice(0, -1),
    concerns: [caller],
    caller,
  }),
  check: ({ taken, is_known }) => {
    if (!is_known) throw new Aborted('erased');
    if (!taken) throw new Aborted('running');
  },
});

/** The result; undefined where an answer of the key is stored, one that is just made or one that is to be deleted. */
async function unlessKept<T>(effect: () => Promise<T>): Promise<{ result: T } | undefined> {
  try {
    return { result: await effect() };
  } catch (error) {
    if (violatedConstraint(error) === 'idempotency_keys_pkey') return undefined;
    throw error;
  }
}

const keyOf = ({
  accountId,
  operation,
  key,
}: Omit<AnswerKey, 'principal'> & { accountId: string | null }) => ({
  principal: accountId ?? 'anonymous',
  operation,
  key,
});

const hashOf = (content: string, secret: Buffer) =>
  createHmac('sha256', secret).update(content).digest('base64url');

function replayOf<T, P>(
  { content, hashing, encryption }: KeyedWork<T, P>,
  kept: { request_hash: string; answer: string },
): Outcome<T> {
  if (!hashing.all.some((secret) => hashOf(content, secret) === kept.request_hash)) return { is: 'reused' };
  // Of type T, since it was the result of the same operation; an operation whose results change needs another name.
  const result = JSON.parse(encryption ? decrypt(kept.answer, encryption) : kept.answer) as T;
  return { is: 'replayed', result };
}

async function run<T, P>(tx: Tx, work: KeyedWork<T, P>, prepared: P): Promise<Outcome<T>> {
  const { accountId, content, hashing, encryption } = work;
  const key = keyOf(work);
  const { taken, ...kept } = await claimKey(tx, key);
  if (kept.answer !== null) return replayOf(work, kept);
  if (!taken) return { is: 'running' };
  const result = await work.effect(tx, prepared);
  const plain = JSON.stringify(result ?? null);
  const stored = await storeAnswer(tx, {
    ...key,
    request_hash: hashOf(content, hashing.current),
    answer: encryption ? encrypt(plain, encryption) : plain,
    concerns: [...new Set([...(accountId === null ? [] : [accountId]), ...work.concerns(result)])],
    caller: accountId,
  });
  if (stored === 'erased') throw new Aborted(stored);
  if (stored === 'overtaken')
    throw Object.assign(new Error('the key was used at the same moment'), { code: '40001' });
  return { is: 'done', result };
}

/** Forgets, every minute, the keys that need not be remembered any more. */
export const forgettingKeys = (db: Db): RecurringTask => ({
  name: 'forgetting idempotency keys',
  interval: 60_000,
  run: (stopping) => inBatches(stopping, (limit) => deleteExpired(db, limit)),
});
