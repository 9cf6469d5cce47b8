import { setTimeout as sleep } from 'node:timers/promises';
import { isRetryable } from './errors.ts';
import type { Db, Tx } from './handles.ts';

const ATTEMPTS = 4;

/**
 * Runs `work` in a transaction: the one `db` already is, or a new one. A new one that loses to another transaction
 * (serialization failure, deadlock) is run again, three times at the most, after a short random wait.
 */
export async function atomically<T>(db: Db, work: (tx: Tx) => Promise<T>): Promise<T> {
  if (db.isTransaction) return work(db as Tx);
  for (let attempt = 1; ; attempt++) {
    try {
      return await db.transaction().execute(work);
    } catch (error) {
      if (attempt === ATTEMPTS || !isRetryable(error)) throw error;
      await sleep(Math.random() * 20 * 2 ** attempt);
    }
  }
}
