import type { Kysely, Transaction } from 'kysely';
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
