import type { KyselyPlugin } from 'kysely';
import type { TestDatabase } from './database.ts';

/** The same database with a count of the statements it runs, but for the begin and the end of transactions, and of these. */
export function counting(database: TestDatabase): {
  database: TestDatabase;
  count(): number;
  transactions(): number;
} {
  let [statements, transactions] = [0, 0];
  const plugin: KyselyPlugin = {
    transformQuery: ({ node }) => node,
    transformResult: async ({ result }) => {
      statements += 1;
      return result;
    },
  };
  const db = database.db.withPlugin(plugin);
  const transaction = db.transaction.bind(db);
  db.transaction = () => {
    transactions += 1;
    return transaction();
  };
  return { database: { ...database, db }, count: () => statements, transactions: () => transactions };
}
