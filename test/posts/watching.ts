import { CompiledQuery, type KyselyPlugin } from 'kysely';
import type { Db } from '../../src/platform/database/index.ts';
import type { TestDatabase } from '../support/database/database.ts';

/** A database of which a test sees what the service asks it. */
export interface Watched {
  database: TestDatabase;
  /** How many statements there were, but for the begin and the end of transactions. */
  count(): number;
  /** The prepared statements that were run since the last call. */
  taken(): CompiledQuery[];
}

export function watching(database: TestDatabase): Watched {
  let statements = 0;
  let prepared: CompiledQuery[] = [];
  const counter: KyselyPlugin = {
    transformQuery: ({ node }) => node,
    transformResult: async ({ result }) => {
      statements += 1;
      return result;
    },
  };
  const watch = (handle: Db): Db => {
    const counted = handle.withPlugin(counter);
    return new Proxy(counted, {
      get: (_, name) => {
        if (name === 'executeQuery') {
          return (query: CompiledQuery) => {
            prepared.push(query);
            return counted.executeQuery(query);
          };
        }
        const value: unknown = Reflect.get(counted, name, counted);
        return typeof value === 'function' ? value.bind(counted) : value;
      },
    });
  };
  return {
    database: { ...database, db: watch(database.db), reads: watch(database.reads) },
    count: () => statements,
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
