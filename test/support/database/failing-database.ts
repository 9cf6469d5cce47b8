import {
  type DatabaseConnection,
  type Driver,
  Kysely,
  PostgresAdapter,
  PostgresIntrospector,
  PostgresQueryCompiler,
} from 'kysely';
import type { Database, Db, Tables } from '../../../src/platform/database/index.ts';

/** Every query of it ends with the error that `makeError` gives. */
export function failing(makeError: () => Error): Database {
  const connection: DatabaseConnection = {
    executeQuery: async () => {
      throw makeError();
    },
    // biome-ignore lint/correctness/useYield: it fails before it has anything to give
    streamQuery: async function* () {
      throw makeError();
    },
  };
  const fail = async () => {
    throw makeError();
  };
  const driver: Driver = {
    init: async () => undefined,
    acquireConnection: async () => connection,
    beginTransaction: fail,
    commitTransaction: fail,
    rollbackTransaction: async () => undefined,
    releaseConnection: async () => undefined,
    destroy: async () => undefined,
  };
  const db: Db = new Kysely<Tables>({
    dialect: {
      createAdapter: () => new PostgresAdapter(),
      createDriver: () => driver,
      createIntrospector: (any) => new PostgresIntrospector(any),
      createQueryCompiler: () => new PostgresQueryCompiler(),
    },
  });
  return {
    engine: 'postgres',
    db,
    reads: db,
    withMigrationConnection: (work) => work(db),
    close: () => db.destroy(),
  };
}

/** An error as the driver or the system throws it. */
export const withCode = (message: string, code: string): Error => Object.assign(new Error(message), { code });

/** PostgreSQL is not there. */
export const unreachable = (): Database =>
  failing(() => withCode('connect ECONNREFUSED 127.0.0.1:5432', 'ECONNREFUSED'));

/** Something is wrong that nobody foresaw. */
export const broken = (): Database => failing(() => new Error('secret: the SQL was select 1 from nowhere'));
