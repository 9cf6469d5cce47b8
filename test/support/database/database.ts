import { sql } from 'kysely';
import t from 'tap';
import { openEmbedded } from '../../../src/platform/database/embedded.ts';
import type { Database, Db } from '../../../src/platform/database/index.ts';
import { openPostgres } from '../../../src/platform/database/postgres.ts';
import type { OnStatement } from '../../../src/platform/database/slow-statements.ts';
import { cloneTemplate, migratedDump, POSTGRES_URL } from '../../../src/tooling/database-template.ts';
import { silentLog } from '../doubles/log.ts';
import { oncePerFile, root } from '../runner/current-file.ts';
import { until } from '../until.ts';

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
    const database = await openCopy(options);
    t.teardown(() => database.close());
    return database;
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

async function openCopy(options: { onStatement?: OnStatement | undefined }): Promise<TestDatabase> {
  const database = await openEmbedded({ dump: await migratedDump(), ...options });
  return { ...database, owner: database.db, url: undefined, ownerUrl: undefined };
}

/** The database of this test file. */
export const fileDatabase = oncePerFile(() => (POSTGRES_URL ? freshDatabase() : emptiedDatabase()));

let embedded: { database: TestDatabase; relations: string; restoreRows(): Promise<void> } | undefined;
root.teardown(() => embedded?.database.close());

/**
 * The embedded database that the files of a process use one after the other, without the rows that the one before has
 * left. Where that has left tables, indexes or schemas as well, it is a new one.
 */
async function emptiedDatabase(): Promise<TestDatabase> {
  if (embedded && embedded.relations !== (await relations(embedded.database.db))) {
    await embedded.database.close();
    embedded = undefined;
  }
  if (!embedded) {
    const database = await openCopy({});
    embedded = { database, relations: await relations(database.db), restoreRows: await rowsOf(database.db) };
    return database;
  }
  const { database, restoreRows } = embedded;
  await database.db.transaction().execute(async (tx) => {
    await sql`set local session_replication_role = replica`.execute(tx); // past the trigger that keeps the audit log
    await sql`
      do $$
      begin
        execute (
          select 'truncate ' || string_agg(format('%I', tablename), ', ') || ' restart identity' from pg_tables
          where schemaname = 'public' and tablename not like 'migrations%');
      end $$`.execute(tx);
  });
  await restoreRows();
  return database;
}

/** Remembers the rows that migrations have made, and gives what puts them back into emptied tables. */
async function rowsOf(db: Db): Promise<() => Promise<void>> {
  const { rows } = await sql<{ name: string }>`
    select tablename as name from pg_tables
    where schemaname = 'public' and tablename not like 'migrations%'`.execute(db);
  const kept: { name: string; content: string }[] = [];
  for (const { name } of rows) {
    const { rows } = await sql<{ content: string | null }>`
      select json_agg(t)::text as content from ${sql.table(name)} t`.execute(db);
    const content = rows[0]?.content;
    if (content) kept.push({ name, content });
  }
  return async () => {
    for (const { name, content } of kept) {
      const table = sql.table(name);
      await sql`insert into ${table} select * from json_populate_recordset(null::${table}, ${content}::json)`.execute(
        db,
      );
    }
  };
}

/** What tells whether somebody has changed more than rows: the names of all that is made by migrations. */
async function relations(db: Db): Promise<string> {
  const { rows } = await sql<{ names: string }>`
    select concat_ws(' ',
      (select string_agg(relname, ' ' order by relname) from pg_class where oid >= 16384 and relpersistence = 'p'),
      (select string_agg(nspname, ' ' order by nspname) from pg_namespace where oid >= 16384),
      (select string_agg(tgname, ' ' order by tgname) from pg_trigger where not tgisinternal)) as names`.execute(
    db,
  );
  return rows[0]?.names ?? '';
}

/** Whether transactions run side by side; the embedded engine runs one after the other. */
export const isParallel = POSTGRES_URL !== undefined;

/** Waits until a statement of another connection waits for a lock: on PostgreSQL only. */
export async function untilBlocked(db: Db): Promise<void> {
  await until(async () => {
    const { rows } = await sql`
      select 1 from pg_locks join pg_stat_activity using (pid)
      where datname = current_database() and not granted`.execute(db);
    return rows.length > 0;
  });
}
