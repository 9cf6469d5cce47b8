import type { Kysely, Transaction } from 'kysely';
import type { Config } from '../../config.ts';
import type { Log } from '../log.ts';
import { slowStatements } from './slow-statements.ts';
import type { Tables } from './tables.ts';

/** The database as domains see it; a {@link Tx} fits wherever a `Db` is asked for. */
export type Db = Kysely<Tables>;
export type Tx = Transaction<Tables>;

/** An open database. */
export interface Database {
  readonly engine: 'embedded' | 'postgres';
  readonly db: Db;
  /** For short reads that are made at almost every request, outside of transactions. */
  readonly reads: Db;
  /**
   * Runs something over a connection of its own, with the time limits of migrations in place of those of requests. On the
   * embedded engine, which has neither, over the one that there is.
   */
  withMigrationConnection<T>(work: (db: Db) => Promise<T>): Promise<T>;
  close(): Promise<void>;
}

/**
 * Opens the database the settings name: PostgreSQL where `DATABASE_URL` is set, otherwise the embedded one under
 * `DATA_DIR`. Each engine's code is loaded only when it is used.
 *
 * @throws {DatabaseLockedError} where another live process holds the embedded database
 */
export async function openDatabase(config: Config, log: Log): Promise<Database> {
  const { DATABASE_URL: url, SLOW_STATEMENT_MS: threshold } = config;
  const onStatement = slowStatements(log, threshold);
  if (url) {
    const { DATABASE_POOL_SIZE: poolSize, DATABASE_POOLER: pooler } = config;
    const { openPostgres } = await import('./postgres.ts');
    return openPostgres({ url, poolSize, pooler, onStatement }, log);
  }
  const { openEmbedded } = await import('./embedded.ts');
  return openEmbedded({ folder: `${config.DATA_DIR}/database`, onStatement });
}

export { type Params, prepared, valuesAsParams } from './prepared.ts';
export type { Slice } from './slice.ts';
export type * from './tables.ts';
export { atomically } from './transaction.ts';
