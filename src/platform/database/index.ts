import type { Config } from '../../config.ts';
import type { Log } from '../log.ts';
import type { Database } from './handles.ts';
import { slowStatements } from './slow-statements.ts';

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

export type { Database, Db, Tx } from './handles.ts';
export { type Params, prepared, valuesAsParams } from './prepared.ts';
export type { Slice } from './slice.ts';
export type * from './tables.ts';
export { atomically } from './transaction.ts';
