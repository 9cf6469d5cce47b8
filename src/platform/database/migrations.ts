import { readdir } from 'node:fs/promises';
import { sql } from 'kysely';
import {
  type Migration,
  type MigrationProvider,
  type MigrationResultSet,
  Migrator,
  NO_MIGRATIONS,
} from 'kysely/migration';
import { isUnreachable, LOCK_NOT_AVAILABLE } from './errors.ts';
import type { Database, Db, Tx } from './handles.ts';
import { type LockWaiter, tableLockHolders, withMigrationLock } from './migration-lock.ts';

const FOLDER = new URL('../../../migrations/', import.meta.url);
const NAME = /^\d{4}_[a-z0-9_]+\.ts$/;

/** The names of the migrations in the house, in order. */
export async function migrationNames(): Promise<string[]> {
  const files = (await readdir(FOLDER)).filter((file) => NAME.test(file)).sort();
  return files.map((file) => file.slice(0, -'.ts'.length));
}

const provider: MigrationProvider = {
  async getMigrations() {
    const names = await migrationNames();
    const modules = await Promise.all(
      names.map((name): Promise<Migration> => import(new URL(`${name}.ts`, FOLDER).href)),
    );
    return Object.fromEntries(names.map((name, index) => [name, modules[index] as Migration]));
  },
};

export interface MigrationStatus {
  name: string;
  /** RFC 3339, or null where it has not run. */
  executed_at: string | null;
}

/** One step that was taken. */
export interface MigrationStep {
  name: string;
  direction: 'up' | 'down';
}

/** A migration cannot run, or could not be run to its end. The message names it and says why. */
export class MigrationError extends Error {
  override readonly name = 'MigrationError';
}

const migrator = (db: Db, migrations: MigrationProvider = provider) =>
  new Migrator({
    db,
    provider: migrations,
    migrationTableName: 'migrations',
    migrationLockTableName: 'migrations_lock',
  });

/** How migrations are run. */
export interface MigrateOptions extends LockWaiter {
  /** Others than those of the house. */
  provider?: MigrationProvider;
}

type Migratable = Pick<Database, 'withMigrationConnection'>;

/** Runs steps in one transaction, while no other process migrates. */
const run = (
  database: Migratable,
  steps: (migrator: Migrator) => Promise<MigrationResultSet>,
  options: MigrateOptions,
): Promise<MigrationStep[]> =>
  database.withMigrationConnection(async (db) => {
    // Kept here, since on a lost connection the rollback fails as well, with less to say.
    let failed: MigrationResultSet | undefined;
    const work = async (tx: Tx): Promise<MigrationStep[]> => {
      const outcome = await steps(migrator(tx, options.provider));
      if (outcome.error) failed = outcome;
      if (outcome.error) throw outcome.error;
      return (outcome.results ?? []).map(({ migrationName: name, direction }) => ({
        name,
        direction: direction === 'Up' ? 'up' : 'down',
      }));
    };
    try {
      return await withMigrationLock(db, work, options);
    } catch (error) {
      throw failed ? await described(failed, db) : error;
    }
  });

/** What went wrong, as those who run migrations have to read it. */
async function described({ error: cause, results = [] }: MigrationResultSet, db: Db): Promise<unknown> {
  const failed = results.find(({ status }) => status === 'Error');
  if (!failed && (isUnreachable(cause) || !(cause instanceof Error) || 'code' in cause)) return cause;
  const reason = cause instanceof Error ? await reasonOf(cause, db) : String(cause);
  if (!failed) return new MigrationError(`the migrations cannot run: ${reason}`, { cause });
  return new MigrationError(`migration ${failed.migrationName} failed, and nothing was changed: ${reason}`, {
    cause,
  });
}

async function reasonOf(error: Error, db: Db): Promise<string> {
  if (isUnreachable(error)) return `the connection to the database was lost (${error.message})`;
  if ('code' in error && error.code === LOCK_NOT_AVAILABLE)
    return `it waited too long for a lock on a table. ${await tableLockHolders(db)}`;
  const detail = 'detail' in error && typeof error.detail === 'string' ? ` (${error.detail})` : '';
  return error.message + detail;
}

/** Runs what has not run, all in one transaction, after other processes that migrate. */
export const migrateUp = (database: Migratable, options: MigrateOptions = {}) =>
  run(database, (one) => one.migrateToLatest(), options);

/** Takes back the newest migration; `all`, every one. */
export const migrateDown = (
  database: Migratable,
  { all, ...options }: MigrateOptions & { all?: boolean } = {},
) => run(database, (one) => (all ? one.migrateTo(NO_MIGRATIONS) : one.migrateDown()), options);

/** The migrations that have not run, in order. Cheap: one query, and nothing of the migrations is loaded. */
export async function pendingMigrations(db: Db): Promise<string[]> {
  const names = await migrationNames();
  const { rows } = await sql<{
    exists: boolean;
  }>`select to_regclass('migrations') is not null as exists`.execute(db);
  if (!rows[0]?.exists) return names;
  const executed = await sql<{ name: string }>`select name from migrations`.execute(db);
  const done = new Set(executed.rows.map((row) => row.name));
  return names.filter((name) => !done.has(name));
}

/** Every migration and when it ran. */
export async function migrationStatus(db: Db): Promise<MigrationStatus[]> {
  const all = await migrator(db).getMigrations();
  return all.map((one) => ({ name: one.name, executed_at: one.executedAt?.toISOString() ?? null }));
}
