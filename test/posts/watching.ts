import { CompiledQuery, type KyselyPlugin } from 'kysely';
import type { Db } from '../../src/platform/database/index.ts';
import type { TestDatabase } from '../support/database/database.ts';

/** A database of which a test sees what the service asks it. */
export interface Watched {
  database: TestDatabase;
  /** How many statements there were, but for the begin and the end of transactions. */
  count(): number;
  transactions(): number;
  /** The prepared statements that were run since the last call. */
  taken(): CompiledQuery[];
}

export function watching(database: TestDatabase): Watched {
  let [statements, transactions] = [0, 0];
  let prepared: CompiledQuery[] = [];
  const counter: KyselyPlugin = {
    transformQuery: ({ node }) => node,
    transformResult: async ({ result }) => {
      statements += 1;
      return result;
    },
  };
  const watch = (handle: Db): Db =>
    new Proxy(handle, {
      get: (_, name) => {
        if (name === 'executeQuery') {
          return (query: CompiledQuery) => {
            prepared.push(query);
            return handle.executeQuery(query);
          };
        }
        if (name === 'transaction') {
          const execute = (work: (tx: Db) => Promise<unknown>) => {
            transactions += 1;
            return handle.transaction().execute((tx) => work(watch(tx)));
          };
          return () => ({ execute });
        }
        const value: unknown = Reflect.get(handle, name, handle);
        return typeof value === 'function' ? value.bind(handle) : value;
      },
    });
  const counted = (handle: Db): Db => watch(handle.withPlugin(counter));
  return {
    database: { ...database, db: counted(database.db), reads: counted(database.reads) },
    count: () => statements,
    transactions: () => transactions,
    taken: () => {
      const taken = prepared;
      prepared = [];
      return taken;
    },
  };
}

/** How the database would run a statement, reading whole tables only where nothing else is left. */
export async function planOf(db: Db, { sql, parameters }: CompiledQuery): Promise<string> {
  return db.transaction().execute(async (tx) => {
    await tx.executeQuery(CompiledQuery.raw('set local enable_seqscan = off'));
    const { rows } = await tx.executeQuery<object>(CompiledQuery.raw(`explain ${sql}`, [...parameters]));
    return rows.flatMap((row) => Object.values(row)).join('\n');
  });
}
