import { readdir } from 'node:fs/promises';
import { sql } from 'kysely';
import { type Migration, type MigrationProvider, Migrator } from 'kysely/migration';
import type { Db } from './index.ts';

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

const migrator = (db: Db) =>
  new Migrator({ db, provider, migrationTableName: 'migrations', migrationLockTableName: 'migrations_lock' });

async function run(work: ReturnType<Migrator['migrateToLatest']>): Promise<MigrationStep[]> {
  const { error, results = [] } = await work;
  const failed = results.find((result) => result.status === 'Error');
  if (error)
    throw new Error(`migration ${failed?.migrationName ?? ''} failed; nothing of this run was kept`, {
      cause: error,
    });
  return results.map((result) => ({
    name: result.migrationName,
    direction: result.direction === 'Up' ? 'up' : 'down',
  }));
}

/** Runs what has not run, all in one transaction. Safe to call from several processes at once. */
export const migrateUp = (db: Db) => run(migrator(db).migrateToLatest());

/** Takes back the newest migration; `all`, every one. */
export async function migrateDown(db: Db, options: { all?: boolean } = {}): Promise<MigrationStep[]> {
  if (!options.all) return run(migrator(db).migrateDown());
  const steps: MigrationStep[] = [];
  for (;;) {
    const step = await run(migrator(db).migrateDown());
    if (step.length === 0) return steps;
    steps.push(...step);
  }
}

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
