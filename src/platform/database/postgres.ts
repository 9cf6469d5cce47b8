import { Kysely, PostgresDialect } from 'kysely';
import pg from 'pg';
import type { Log } from '../log.ts';
import type { Database } from './index.ts';
import { openPipelinedConnections } from './pipelined.ts';
import type { OnStatement } from './slow-statements.ts';
import type { Tables } from './tables.ts';
import { PARSERS } from './types.ts';

const MAX_NAMED_STATEMENTS = 1000;

/** Connections for short reads, beside those of the pool. */
const LANES = 2;

/** Milliseconds. The server enforces the first three; the last is for a server that does not answer at all. */
const STATEMENT_TIMEOUT = 10_000;
const LOCK_TIMEOUT = 3_000;
const IDLE_IN_TRANSACTION_TIMEOUT = 15_000;
const NO_ANSWER_TIMEOUT = 12_000;
const CONNECTION_TIMEOUT = 2_000;

/**
 * Opens a pool of connections to PostgreSQL. It never connects by itself: a server that is down now, or that comes up
 * later, is met at the next query.
 */
export function openPostgres(
  options: { url: string; poolSize: number; onStatement?: OnStatement | undefined },
  log: Log,
): Database {
  const config: pg.ClientConfig = {
    connectionString: options.url,
    connectionTimeoutMillis: CONNECTION_TIMEOUT,
    keepAlive: true,
    query_timeout: NO_ANSWER_TIMEOUT,
    application_name: 'imprint',
    options: [
      '-c TimeZone=UTC',
      `-c statement_timeout=${STATEMENT_TIMEOUT}`,
      `-c lock_timeout=${LOCK_TIMEOUT}`,
      `-c idle_in_transaction_session_timeout=${IDLE_IN_TRANSACTION_TIMEOUT}`,
    ].join(' '),
    types: { getTypeParser: (oid, format) => PARSERS[oid] ?? pg.types.getTypeParser(oid, format) },
  };
  const pool = new pg.Pool({
    ...config,
    max: options.poolSize,
    idleTimeoutMillis: 60_000,
    maxLifetimeSeconds: 30 * 60,
  });
  // A connection may die at any time, in the pool or in somebody's hands. Without a listener on both, that ends the process.
  pool.on('error', (error) => log.warn({ err: error }, 'an idle database connection failed'));
  pool.on('connect', (client) => {
    client.on('error', (error) => log.warn({ err: error }, 'a database connection failed'));
  });

  const dialect = new PostgresDialect({
    pool: {
      connect: async () => safeClient(await pool.connect()),
      end: () => pool.end(),
      options: pool.options,
    },
  });
  const { onStatement } = options;
  const db = new Kysely<Tables>({ dialect, ...(onStatement && { log: onStatement }) });
  const reads = openPipelinedConnections({ config, count: LANES, nameOf, onStatement }, log);
  const close = async () => void (await Promise.all([reads.destroy(), db.destroy()]));
  return { engine: 'postgres', db, reads, close };
}

const names = new Map<string, string>();

/** One name for each text, so that a connection parses and plans a statement once. Bounded, since texts may vary. */
function nameOf(text: string): string | undefined {
  let name = names.get(text);
  if (name === undefined && names.size < MAX_NAMED_STATEMENTS) {
    name = `s${names.size}`;
    names.set(text, name);
  }
  return name;
}

const clients = new WeakMap<pg.PoolClient, pg.PoolClient>();

/**
 * A client that names its statements, and that is thrown away after a query without an answer: such a client would give
 * the late answer to the next query.
 */
function safeClient(client: pg.PoolClient): pg.PoolClient {
  const known = clients.get(client);
  if (known) return known;
  let poisoned = false;
  const query = async (text: string, values: readonly unknown[]) => {
    try {
      const name = values.length > 0 ? nameOf(text) : undefined;
      return await client.query({ text, values: [...values], ...(name && { name }) });
    } catch (error) {
      if (error instanceof Error && error.message === 'Query read timeout') poisoned = true;
      throw error;
    }
  };
  const release = (discard?: boolean) => client.release(discard || poisoned);
  const safe: pg.PoolClient = Object.create(client, { query: { value: query }, release: { value: release } });
  clients.set(client, safe);
  return safe;
}
