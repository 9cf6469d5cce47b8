import { Kysely, PostgresDialect } from 'kysely';
import pg from 'pg';
import type { Log } from '../log.ts';
import { memoised } from '../memoised.ts';
import { isUnusable } from './errors.ts';
import type { Database } from './index.ts';
import { type Limits, REQUEST_LIMITS, startupOptions } from './limits.ts';
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
  onStatement?: OnStatement | undefined;
}

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
  const overClients = (connect: () => Promise<pg.PoolClient>) =>
    new Kysely<Tables>({
      dialect: new PostgresDialect({ pool: { connect, end: async () => undefined, options: {} } }),
      ...(onStatement && { log: onStatement }),
    });
  const db = overClients(async () => (await opened()).connect());
  const reads = overClients(async () => (await opened()).connectForReads());
  const close = async () => {
    await Promise.all([reads.destroy(), db.destroy()]);
    await (await opened.kept?.catch(() => undefined))?.close();
  };
  return { engine: 'postgres', db, reads, close };
}

/** Gives out clients as Kysely wants them. */
interface Connections {
  connect(): Promise<pg.PoolClient>;
  /** For a short read outside of transactions. */
  connectForReads(): Promise<pg.PoolClient>;
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
  if (options.pooler === 'transaction' || (await isPooled(config))) {
    const pool = openPool({ ...config, pipeline: true }, poolSize, log);
    const connect = clientsOf(pool, (client) => transactionalQueries(client, limits));
    return { connect, connectForReads: connect, close: () => pool.end() };
  }
  const direct = { ...config, options: startupOptions(limits) };
  const shared = pipelinedOf(poolSize);
  const pool = openPool(direct, poolSize - shared, log);
  const connect = clientsOf(pool, namedQueries);
  if (shared === 0) return { connect, connectForReads: connect, close: () => pool.end() };
  const pipelined = openPipelined(direct, shared, log);
  const close = async () => void (await Promise.all([pipelined.close(), pool.end()]));
  return { connect, connectForReads: () => pipelined.client(), close };
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
