import type { KyselyPlugin } from 'kysely';
import type { TestDatabase } from './database.ts';

/** The same database with a count of the statements it runs, but for the begin and the end of transactions. */
export function counting(database: TestDatabase): { database: TestDatabase; count(): number } {
  let statements = 0;
  const plugin: KyselyPlugin = {
    transformQuery: ({ node }) => node,
    transformResult: async ({ result }) => {
      statements += 1;
      return result;
    },
  };
  return { database: { ...database, db: database.db.withPlugin(plugin) }, count: () => statements };
}
