import { sql } from 'kysely';
import type { Db, Tx } from './handles.ts';

/**
 * Sets the time limit of each statement of a transaction, and has each planned for its own values: what is the best way
 * to find a rare word is the worst for a common one.
 *
 * @param limit in milliseconds
 * @returns the number of the process of the server that runs the transaction
 */
export async function beginSearch(tx: Tx, limit: number): Promise<number> {
  const { rows } = await sql<{ pid: number }>`
    select pg_backend_pid() as pid, set_config('statement_timeout', ${String(limit)}, true),
      set_config('plan_cache_mode', 'force_custom_plan', true)`.execute(tx);
  return rows[0]?.pid ?? 0;
}

/** Cancels the statement that a process of the server is running, if it is running one. */
export const cancelStatement = (db: Db, pid: number) =>
  sql`select pg_cancel_backend(${pid}::int)`.execute(db);
