import { hostname } from 'node:os';
import { Kysely, PostgresAdapter, PostgresDialect } from 'kysely';
import pg from 'pg';
import type { Log } from '../log.ts';
import { memoised } from '../memoised.ts';
import { isUnusable } from './errors.ts';
import type { Database, Db } from './handles.ts';
import { type Limits, MIGRATION_LIMITS, REQUEST_LIMITS, startupOptions } from './limits.ts';
import { nameOf } from './names.ts';
import { openPipelined } from './pipelined.ts';
import { isPooled, transactionalQueries } from './pooler.ts';
import type { OnStatement } from './slow-statements.ts';
import type { Tables } from './tables.ts';
import { PARSERS } from './types.ts';

export interface PostgresOptions {
  url: string;
  /** Connections at the most, of every kind. */
  poolSize: number;
  /** Whether a pooler in transaction mode is in between; `auto` finds out. */
  pooler?: 'auto' | 'transaction';
  limits?: Partial<Limits>;
  migrationLimits?: Partial<Limits>;
  onStatement?: OnStatement | undefined;
}

/** PostgreSQL cuts the name of an application here, in bytes. */
const LONGEST_NAME = 63;

/** Of the connections of a process, so many are for short reads; none where there is but one. */
const pipelinedOf = (poolSize: number): number => Math.min(2, Math.floor(poolSize / 2));

/**
 * Opens connections to PostgreSQL. Nothing is connected until the first query: a server that is down now, or that comes up
 * later, is met then.
 */
export function openPostgres(options: PostgresOptions, log: Log): Database {
  const limits = { ...REQUEST_LIMITS, ...options.limits };
  const opened = memoised(() => connectionsOf(options, limits, log));
  const { onStatement } = options;
  const overClients = (connect: () => Promise<pg.PoolClient>, Dialect = PostgresDialect) =>
    new Kysely<Tables>({
      dialect: new Dialect({ pool: { connect, end: async () => undefined, options: {} } }),
      ...(onStatement && { log: onStatement }),
    });
  const db = overClients(async () => (await opened()).connect());
  const reads = overClients(async () => (await opened()).connectForReads());
  const close = async () => {
    await Promise.all([reads.destroy(), db.destroy()]);
    await (await opened.kept?.catch(() => undefined))?.close();
  };
  const withMigrationConnection = async <T>(work: (db: Db) => Promise<T>): Promise<T> => {
    const own = overClients(async () => (await opened()).connectForMigrations(), MigrationDialect);
    return own
      .connection()
      .execute(work)
      .finally(() => own.destroy());
  };
  return { engine: 'postgres', db, reads, withMigrationConnection, close };
}

/** Kysely locks for the whole session; migrations of ours take their own lock, in their transaction. */
class MigrationDialect extends PostgresDialect {
  override createAdapter = () => new MigrationAdapter();
}
class MigrationAdapter extends PostgresAdapter {
  override acquireMigrationLock = async () => undefined;
  override releaseMigrationLock = async () => undefined;
}

/** Gives out clients as Kysely wants them. */
interface Connections {
  connect(): Promise<pg.PoolClient>;
  /** For a short read outside of transactions. */
  connectForReads(): Promise<pg.PoolClient>;
  /** One more connection, which ends when it is released. */
  connectForMigrations(): Promise<pg.PoolClient>;
  close(): Promise<void>;
}

async function connectionsOf(options: PostgresOptions, limits: Limits, log: Log): Promise<Connections> {
  const config: pg.ClientConfig = {
    connectionString: options.url,
    connectionTimeoutMillis: limits.connect,
    keepAlive: true,
    query_timeout: limits.noAnswer,
    application_name: 'imprint',
    types: { getTypeParser: (oid, format) => PARSERS[oid] ?? pg.types.getTypeParser(oid, format) },
  };
  const { poolSize } = options;
  const migrationLimits = { ...MIGRATION_LIMITS, ...options.migrationLimits };
  const forMigrations = {
    ...config,
    query_timeout: migrationLimits.noAnswer,
    application_name: `imprint migrate, process ${process.pid} on ${hostname()}`.slice(0, LONGEST_NAME),
  };
  if (options.pooler === 'transaction' || (await isPooled(config))) {
    const pool = openPool({ ...config, pipeline: true }, poolSize, log);
    const connect = clientsOf(pool, (client) => transactionalQueries(client, limits));
    const connectForMigrations = () =>
      connectOnce({ ...forMigrations, pipeline: true }, log, (client) =>
        transactionalQueries(client, migrationLimits),
      );
    return { connect, connectForReads: connect, connectForMigrations, close: () => pool.end() };
  }
  const direct = { ...config, options: startupOptions(limits) };
  const connectForMigrations = () =>
    connectOnce({ ...forMigrations, options: startupOptions(migrationLimits) }, log, unnamedQueries);
  const shared = pipelinedOf(poolSize);
  const pool = openPool(direct, poolSize - shared, log);
  const connect = clientsOf(pool, namedQueries);
  if (shared === 0)
    return { connect, connectForReads: connect, connectForMigrations, close: () => pool.end() };
  const pipelined = openPipelined(direct, shared, log);
  const close = async () => void (await Promise.all([pipelined.close(), pool.end()]));
  return { connect, connectForReads: () => pipelined.client(), connectForMigrations, close };
}

/** Makes a connection outside of the pool, which ends when it is released. */
async function connectOnce(
  config: pg.ClientConfig,
  log: Log,
  queriesOf: (client: pg.ClientBase) => Query,
): Promise<pg.PoolClient> {
  const client = new pg.Client(config);
  client.on('error', (error) => log.warn({ err: error }, 'the database connection for migrations failed'));
  await client.connect();
  const release = () => void client.end().catch(() => undefined);
  return Object.assign(Object.create(client), { query: queriesOf(client), release });
}

function openPool(config: pg.ClientConfig, size: number, log: Log): pg.Pool {
  const pool = new pg.Pool({ ...config, max: size, idleTimeoutMillis: 60_000, maxLifetimeSeconds: 30 * 60 });
  // A connection may die at any time, in the pool or in somebody's hands. Without a listener on both, that ends the process.
  pool.on('error', (error) => log.warn({ err: error }, 'an idle database connection failed'));
  pool.on('connect', (client) => {
    client.on('error', (error) => log.warn({ err: error }, 'a database connection failed'));
  });
  return pool;
}

type Query = (text: string, values: readonly unknown[]) => Promise<pg.QueryResult>;

const unnamedQueries =
  (client: pg.ClientBase): Query =>
  (text, values) =>
    client.query({ text, values: [...values] });

/** Queries of which each text is prepared once for a connection. */
function namedQueries(client: pg.PoolClient): Query {
  return (text, values) => {
    const name = values.length > 0 ? nameOf(text) : undefined;
    return client.query({ text, values: [...values], ...(name && { name }) });
  };
}

/**
 * Gives out the clients of a pool with queries of our own. A client that must not be asked again is thrown away when it is
 * given back.
 */
function clientsOf(pool: pg.Pool, queriesOf: (client: pg.PoolClient) => Query): () => Promise<pg.PoolClient> {
  const known = new WeakMap<pg.PoolClient, pg.PoolClient>();
  const wrap = (client: pg.PoolClient): pg.PoolClient => {
    const send = queriesOf(client);
    let isSpoilt = false;
    const query: Query = async (text, values) => {
      try {
        return await send(text, values);
      } catch (error) {
        isSpoilt ||= isUnusable(error);
        throw error;
      }
    };
    const release = (discard?: boolean) => client.release(discard || isSpoilt);
    return Object.create(client, { query: { value: query }, release: { value: release } });
  };
  return async () => {
    const client = await pool.connect();
    const wrapped = known.get(client) ?? wrap(client);
    known.set(client, wrapped);
    return wrapped;
  };
}
