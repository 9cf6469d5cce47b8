import { Socket } from 'node:net';
import { Kysely, PostgresDialect } from 'kysely';
import pg from 'pg';
import type { Log } from '../log.ts';
import type { OnStatement } from './slow-statements.ts';
import type { Tables } from './tables.ts';

/**
 * Connections for short reads, shared by all requests: a statement is sent without waiting for the answers to those
 * before it (pipeline mode), which saves a third of the cost of a read. They know no transactions and no long queries:
 * one that takes its time holds up those behind it.
 */
export function openPipelinedConnections(
  options: {
    config: pg.ClientConfig;
    count: number;
    nameOf(text: string): string | undefined;
    onStatement?: OnStatement | undefined;
  },
  log: Log,
): Kysely<Tables> {
  const connections = Array.from(
    { length: options.count },
    () => new PipelinedConnection(options.config, options.nameOf, log),
  );
  let turn = 0;
  const dialect = new PostgresDialect({
    pool: {
      connect: () => (connections[turn++ % connections.length] as PipelinedConnection).client(),
      end: async () => void (await Promise.all(connections.map((connection) => connection.close()))),
      options: options.config,
    },
  });
  const { onStatement } = options;
  return new Kysely<Tables>({ dialect, ...(onStatement && { log: onStatement }) });
}

/** One connection, made when it is first needed and again after it was lost. */
class PipelinedConnection {
  readonly #config: pg.ClientConfig;
  readonly #nameOf: (text: string) => string | undefined;
  readonly #log: Log;
  #open: Promise<pg.PoolClient> | undefined;
  #raw: pg.Client | undefined;

  constructor(config: pg.ClientConfig, nameOf: (text: string) => string | undefined, log: Log) {
    this.#config = config;
    this.#nameOf = nameOf;
    this.#log = log;
  }

  client(): Promise<pg.PoolClient> {
    this.#open ??= this.#connect();
    return this.#open;
  }

  async #connect(): Promise<pg.PoolClient> {
    const socket = new Socket();
    const raw = new pg.Client({ ...this.#config, pipeline: true, stream: () => socket });
    const lost = (error?: Error) => {
      if (this.#raw !== raw && this.#raw !== undefined) return;
      this.#open = undefined;
      this.#raw = undefined;
      if (error) this.#log.warn({ err: error }, 'a database connection for reads failed');
    };
    raw.on('error', lost);
    raw.on('end', () => lost());
    try {
      await raw.connect();
    } catch (error) {
      this.#open = undefined;
      throw error;
    }
    this.#raw = raw;
    return this.#shared(raw, socket);
  }

  /**
   * The client as Kysely wants one. What is asked for in one turn of the event loop is sent in one piece. Until a
   * statement has been prepared, others of its name wait, or it would be prepared twice.
   */
  #shared(raw: pg.Client, socket: Socket): pg.PoolClient {
    const prepared = new Map<string, true | Promise<unknown>>();
    let gathering = false;
    const gather = () => {
      if (gathering) return;
      gathering = true;
      socket.cork();
      setImmediate(() => {
        gathering = false;
        socket.uncork();
      });
    };
    const query = async (text: string, values: readonly unknown[]) => {
      const name = this.#nameOf(text);
      if (name === undefined) return raw.query({ text, values: [...values] });
      let state = prepared.get(name);
      while (state !== undefined && state !== true) {
        await state;
        state = prepared.get(name);
      }
      gather();
      const answer = raw.query({ name, text, values: [...values] });
      if (state === undefined) {
        const settled = answer.then(
          () => prepared.set(name, true),
          () => prepared.delete(name),
        );
        prepared.set(name, settled);
      }
      return answer;
    };
    return Object.assign(Object.create(raw), { query, release: () => undefined });
  }

  async close(): Promise<void> {
    await this.#open?.catch(() => undefined);
    await this.#raw?.end();
  }
}
