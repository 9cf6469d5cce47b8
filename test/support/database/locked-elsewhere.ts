import type { Database, Db } from '../../../src/platform/database/index.ts';

/**
 * The same database, but every advisory lock that is asked for is somebody else's. The embedded engine has one
 * connection, to which its own locks are always free: so the answer to the question for the lock is changed on its way.
 */
export function lockedElsewhere(real: Database): Database {
  const refuse = (handle: Db): Db =>
    handle.withPlugin({
      transformQuery: ({ node }) => node,
      transformResult: async ({ result }) => ({
        ...result,
        rows: result.rows.map((row) => ('taken' in row ? { ...row, taken: false } : row)),
      }),
    });
  return { ...real, db: refuse(real.db) };
}
