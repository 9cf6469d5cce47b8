import pg from 'pg';
import { type Limits, transactionSettings } from './limits.ts';

/**
 * Connections through a pooler such as PgBouncer in its transaction mode: each transaction may run on another connection
 * to the server. So nothing may depend on the session: neither `options` at its start nor `SET`, no named statements, no
 * LISTEN, no advisory lock beyond its transaction.
 */

/**
 * Whether there is a pooler between us and the server. A server says at the start of a session which of its processes
 * answers, so that a query can be cancelled; a pooler gives out numbers of its own.
 */
export async function isPooled(config: pg.ClientConfig): Promise<boolean> {
  const client = new pg.Client(config);
  client.on('error', () => undefined); // it rejects what is under way
  try {
    await client.connect();
    const { rows } = await client.query<{ pid: number }>('select pg_backend_pid() as pid');
    return 'processID' in client && client.processID !== rows[0]?.pid;
  } finally {
    await client.end();
  }
}

const BEGINS = /^(begin|start transaction)\b/;
const ENDS = /^(commit|rollback)$/;

/**
 * A client of a pooler as Kysely wants one. Each transaction sets the limits for itself; a statement outside of
 * transactions becomes one, sent in one piece.
 *
 * @param client in pipeline mode
 */
export function transactionalQueries(client: pg.ClientBase, limits: Limits) {
  const settings = transactionSettings(limits);
  let isInTransaction = false;
  return async (text: string, values: readonly unknown[]): Promise<pg.QueryResult> => {
    if (BEGINS.test(text)) {
      isInTransaction = true;
      return client.query(`${text}; ${settings}`);
    }
    const statement = { text, values: [...values] };
    if (isInTransaction) {
      if (ENDS.test(text)) isInTransaction = false;
      return client.query(statement);
    }
    const begun = client.query(`begin; ${settings}`);
    const answer = client.query(statement);
    const committed = client.query('commit');
    await Promise.allSettled([begun, answer, committed]);
    const result = await answer;
    await begun;
    await committed;
    return result;
  };
}
