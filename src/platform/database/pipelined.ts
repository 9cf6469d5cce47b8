import { Socket } from 'node:net';
import pg from 'pg';
import type { Log } from '../log.ts';
import { isUnusable } from './errors.ts';
import { nameOf } from './names.ts';

/** A connection is replaced when it is this old, as those of the pool are; milliseconds. */
const MAX_AGE = 30 * 60_000;
/** How long a connection that is to end waits for answers: longer than any query may take; milliseconds. */
const LAST_ANSWERS = 15_000;

/** Connections for short reads that all requests share. */
export interface PipelinedConnections {
  /** One of them, until it is released. It knows no transactions. */
  client(): Promise<pg.PoolClient>;
  /** Ends every connection, after those who have it are done. */
  close(): Promise<void>;
}

/**
 * Connections for short reads, shared by all requests: a statement is sent without waiting for the answers to those
 * before it (pipeline mode), which saves a third of the cost of a read. They know no transactions and no long queries:
 * one that takes its time holds up those behind it.
 */
export function openPipelined(config: pg.ClientConfig, count: number, log: Log): PipelinedConnections {
  const connections = Array.from({ length: count }, () => new PipelinedConnection(config, log));
  let turn = 0;
  return {
    client: () => (connections[turn++ % count] as PipelinedConnection).client(),
    close: async () => void (await Promise.all(connections.map((one) => one.close()))),
  };
}

/**
 * One connection at a time, made when it is first needed and again after it was lost. Each try is an {@link Attempt} of
 * its own; what still happens to an earlier one does not touch the present one.
 */
class PipelinedConnection {
  readonly #config: pg.ClientConfig;
  readonly #log: Log;
  /** The one that is used or being made. */
  #current: Attempt | undefined;
  /** All whose sockets are open: the present one, and those that are being ended. */
  readonly #open = new Set<Attempt>();
  #isClosed = false;

  constructor(config: pg.ClientConfig, log: Log) {
    this.#config = config;
    this.#log = log;
  }

  async client(): Promise<pg.PoolClient> {
    if (this.#isClosed) throw new Error('the database has been closed');
    if (this.#current?.isOld) this.#current.retire();
    this.#current ??= this.#begin();
    return this.#current.acquire();
  }

  #begin(): Attempt {
    const attempt = new Attempt(this.#config, {
      over: (error) => {
        if (this.#current === attempt) this.#current = undefined;
        if (error) this.#log.warn({ err: error }, 'a database connection for reads failed');
      },
      gone: () => this.#open.delete(attempt),
    });
    this.#open.add(attempt);
    attempt.start();
    return attempt;
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    await Promise.all([...this.#open].map((attempt) => attempt.end()));
  }
}

interface AttemptEvents {
  /** Nothing more can be asked of it. Called once; with an error where it is lost while it is used. */
  over(error?: Error): void;
  /** Its socket is closed. Called once, after `over`. */
  gone(): void;
}

/** One try to have a connection: it is being made, it is used, it is over, it is gone; never back to an earlier one. */
class Attempt {
  readonly #events: AttemptEvents;
  readonly #socket = new Socket();
  readonly #raw: pg.Client;
  readonly #connected = Promise.withResolvers<pg.PoolClient>();
  readonly #gone = Promise.withResolvers<void>();
  readonly #born = performance.now();
  #state: 'made' | 'used' | 'over' = 'made';
  /** Its socket is of no use any more; `connect` may have succeeded just before. */
  #isLost = false;
  #late: NodeJS.Timeout | undefined;
  #isGathering = false;
  /** Who has acquired it and not released it yet. */
  #users = 0;

  constructor(config: pg.ClientConfig, events: AttemptEvents) {
    this.#events = events;
    this.#raw = new pg.Client({ ...config, pipeline: true, stream: () => this.#socket });
    this.#connected.promise.catch(() => undefined); // told to those who have acquired it
  }

  /** What queries are asked of, until it is released; rejects where the connection cannot be made. */
  acquire(): Promise<pg.PoolClient> {
    this.#users++;
    return this.#connected.promise;
  }

  #release(): void {
    this.#users--;
    if (this.#state === 'over') this.#endUnused();
  }

  get isOld(): boolean {
    return this.#state === 'used' && performance.now() - this.#born > MAX_AGE;
  }

  start(): void {
    this.#raw.on('error', (error) => this.#lose(error));
    this.#raw.on('end', () => this.#lose());
    this.#socket.on('close', () => {
      this.#lose();
      clearTimeout(this.#late);
      this.#gone.resolve();
      this.#events.gone();
    });
    this.#raw.connect().then(
      () => this.#succeed(),
      (error) => {
        this.#connected.reject(error);
        this.#finish();
      },
    );
  }

  #succeed(): void {
    if (this.#state !== 'made') return;
    if (this.#isLost) {
      this.#connected.reject(new Error('Connection terminated as soon as it was made'));
      this.#finish();
    } else {
      this.#state = 'used';
      this.#connected.resolve(this.#shared());
    }
  }

  /** Its socket is of no use any more. Where it is still being made, `connect` rejects and says why. */
  #lose(error?: Error): void {
    this.#isLost = true;
    this.#socket.destroy();
    if (this.#state === 'used') this.#finish(error);
  }

  #finish(error?: Error): void {
    this.#socket.destroy(); // a server that refuses may have left it open
    this.#leave(error);
  }

  #leave(error?: Error): void {
    if (this.#state === 'over') return;
    this.#state = 'over';
    this.#events.over(error);
  }

  /** Gives itself to nobody any more, and ends once those who have it are done. */
  retire(): void {
    if (this.#state !== 'used') return;
    this.#leave();
    this.#endUnused();
    this.#late = setTimeout(() => this.#socket.destroy(), LAST_ANSWERS).unref();
  }

  #endUnused(): void {
    if (this.#users === 0) void this.#raw.end();
  }

  /** Ends it and waits until its socket is closed: after the queries under way, or at once where it is being made. */
  async end(): Promise<void> {
    if (this.#state === 'made') this.#finish();
    else this.retire();
    await this.#gone.promise;
  }

  /**
   * The client as Kysely wants one. What is asked for in one turn of the event loop is sent in one piece. Until a
   * statement has been prepared, others of its name wait, or it would be prepared twice.
   */
  #shared(): pg.PoolClient {
    const raw = this.#raw;
    const prepared = new Map<string, true | Promise<unknown>>();
    const query = async (text: string, values: readonly unknown[]) => {
      const name = nameOf(text);
      if (name === undefined) return raw.query({ text, values: [...values] });
      let state = prepared.get(name);
      while (state !== undefined && state !== true) {
        await state;
        state = prepared.get(name);
      }
      this.#gather();
      const answer = raw.query({ name, text, values: [...values] });
      if (state === undefined) {
        const settled = answer.then(
          () => prepared.set(name, true),
          () => prepared.delete(name),
        );
        prepared.set(name, settled);
      }
      return answer.catch((error) => {
        if (isUnusable(error)) this.retire();
        throw error;
      });
    };
    return Object.assign(Object.create(raw), { query, release: () => this.#release() });
  }

  #gather(): void {
    if (this.#isGathering) return;
    this.#isGathering = true;
    this.#socket.cork();
    setImmediate(() => {
      this.#isGathering = false;
      this.#socket.uncork();
    });
  }
}
