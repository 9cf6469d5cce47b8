import { setTimeout as sleep } from 'node:timers/promises';
import { sql } from 'kysely';
import t from 'tap';
import { openEmbedded } from '../../../src/platform/database/embedded.ts';
import type { Database, Db } from '../../../src/platform/database/index.ts';
import { openPostgres } from '../../../src/platform/database/postgres.ts';
import type { OnStatement } from '../../../src/platform/database/slow-statements.ts';
import { cloneTemplate, migratedDump, POSTGRES_URL } from '../../../src/tooling/database-template.ts';
import { silentLog } from '../doubles/log.ts';

/**
 * A migrated, empty database for a test file: the embedded engine in memory or, with `TEST_DATABASE_URL`, a database of
 * its own on PostgreSQL. It is gone when the file ends.
 */

/**
 * A database of which the service has the role that `imprint migrate up --grant-to` makes: it owns nothing. On the embedded
 * engine there is one role.
 */
export interface TestDatabase extends Database {
  /** On PostgreSQL, the address for further connections to it. */
  url: string | undefined;
  /** The same as the owner of the tables, for what the service may not do. */
  owner: Db;
  ownerUrl: string | undefined;
}

/** Opens one more database, for tests that would disturb others; most want {@link fileDatabase}. */
export async function freshDatabase(
  options: { onStatement?: OnStatement | undefined } = {},
): Promise<TestDatabase> {
  if (!POSTGRES_URL) {
    const database = await openEmbedded({ dump: await migratedDump(), ...options });
    t.teardown(() => database.close());
    return { ...database, owner: database.db, url: undefined, ownerUrl: undefined };
  }
  const { url, ownerUrl, drop } = await cloneTemplate(POSTGRES_URL);
  const database = openPostgres({ url, poolSize: 10, ...options }, silentLog);
  const owner = openPostgres({ url: ownerUrl, poolSize: 6 }, silentLog);
  t.teardown(async () => {
    await Promise.all([database.close(), owner.close()]);
    await drop();
  });
  const { withMigrationConnection } = owner;
  return { ...database, withMigrationConnection, url, owner: owner.db, ownerUrl };
}

let shared: Promise<TestDatabase> | undefined;

/** The database of this test file. */
export function fileDatabase(): Promise<TestDatabase> {
  shared ??= freshDatabase();
  return shared;
}

/** Whether transactions run side by side; the embedded engine runs one after the other. */
export const isParallel = POSTGRES_URL !== undefined;

/** Waits until a statement of another connection waits for a lock: on PostgreSQL only. */
export async function untilBlocked(db: Db): Promise<void> {
  for (let attempt = 0; attempt < 200; attempt++) {
    const { rows } = await sql`
      select 1 from pg_locks join pg_stat_activity using (pid)
      where datname = current_database() and not granted`.execute(db);
    if (rows.length > 0) return;
    await sleep(25);
  }
  throw new Error('nothing was blocked');
}
