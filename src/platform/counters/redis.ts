import { hash, randomUUID } from 'node:crypto';
import { type CommandParser, createClient, defineScript } from '@redis/client';
import type { Log } from '../log.ts';
import { type Count, type Counter, type Counters, CountersLostError } from './counters.ts';

/** Milliseconds. A request waits for it, so there is not much time. */
const TIMEOUT = 500;
/** A connection on which nothing comes or goes for so long is dead; a ping in between keeps it alive. Milliseconds. */
const SILENCE = 10_000;
const PING_INTERVAL = 3_000;
const LONGEST_WAIT = 1_000;
/** Milliseconds, for somebody who waits to learn whether it works. */
const TRIED_FOR = 3_000;
/** The log is not told more often than this that Redis is away; milliseconds. */
const WARNED_EVERY = 60_000;

const count = defineScript({
  SCRIPT: `
    local by = tonumber(ARGV[2])
    local count = tonumber(redis.call('GET', KEYS[1]) or 0)
    if count == 0 and by <= 0 then return {0, 0} end
    if count + by <= 0 then redis.call('DEL', KEYS[1]) return {0, 0} end
    if by ~= 0 then count = redis.call('INCRBY', KEYS[1], by) end
    local left = redis.call('PTTL', KEYS[1])
    if left < 0 then
      redis.call('PEXPIRE', KEYS[1], ARGV[1])
      left = tonumber(ARGV[1])
    end
    return {count, left}`,
  NUMBER_OF_KEYS: 1,
  parseCommand(parser: CommandParser, key: string, window: number, by: number) {
    parser.pushKey(key);
    parser.push(String(window), String(by));
  },
  transformReply: ([count, left]: [number, number]): Count => ({ count, left }),
});

const clientOf = (url: string) =>
  createClient({
    url,
    scripts: { count },
    disableOfflineQueue: true,
    pingInterval: PING_INTERVAL,
    socket: {
      connectTimeout: TIMEOUT,
      socketTimeout: SILENCE,
      reconnectStrategy: (retries) => Math.min(50 * 2 ** retries, LONGEST_WAIT),
    },
  });

type Client = ReturnType<typeof clientOf>;

/**
 * Connects to a Redis and counts in it once, as every process does, under a key that it removes.
 *
 * @throws the error of the client or of Redis
 */
export async function tryRedis(url: string): Promise<void> {
  const options = { connectTimeout: TRIED_FOR, socketTimeout: TRIED_FOR, reconnectStrategy: false } as const;
  const client = createClient({ url, scripts: { count }, socket: options });
  client.on('error', () => undefined); // the calls below throw the same
  const key = `imprint:tried:${randomUUID()}`;
  try {
    await client.connect();
    await client.count(key, TRIED_FOR, 1);
    await client.count(key, TRIED_FOR, -1);
  } finally {
    if (client.isOpen) client.destroy();
  }
}

/**
 * Counts in Redis, for all processes that use it. While it is away every count fails at once; the connection is made
 * again by itself. Of what a key says nothing but its SHA-256 leaves the process.
 */
export class RedisCounters implements Counters {
  readonly engine = 'redis';
  readonly #url: string;
  readonly #log: Log;
  readonly #prefix: string;
  #client: Client;
  #isClosed = false;
  #warned = Number.NEGATIVE_INFINITY;
  /** The log was told that it is away, and not that it is back. */
  #isMissed = false;

  constructor(url: string, log: Log, prefix = 'imprint:') {
    this.#url = url;
    this.#log = log;
    this.#prefix = prefix;
    this.#client = this.#connect();
  }

  named(name: string): Counter {
    const keyOf = (key: string) => `${this.#prefix}${name}:${hash('sha256', key, 'base64url')}`;
    return {
      add: (key, window, by = 1) => this.#ask((client) => client.count(keyOf(key), window, by)),
    };
  }

  async ping(): Promise<void> {
    await this.#ask((client) => client.ping());
  }

  /** At once: whoever counts has ended before. */
  close(): void {
    this.#isClosed = true;
    this.#client.destroy();
  }

  #connect(): Client {
    const client = clientOf(this.#url);
    client.on('error', (error) => this.#onLost(error));
    client.on('ready', () => {
      // A connection that was on its way when the client was given up comes all the same.
      if (client !== this.#client || this.#isClosed) client.destroy();
      else this.#onBack();
    });
    client.connect().catch(() => undefined); // the listener has been told
    return client;
  }

  async #ask<T>(command: (client: Client) => Promise<T>): Promise<T> {
    const client = this.#client;
    let isOver = false;
    // Another look at what has arrived first: where this process was held up, the answer may be there.
    const giveUp = () => setImmediate(() => isOver || this.#replace(client));
    const timer = setTimeout(giveUp, TIMEOUT);
    try {
      return await command(client);
    } catch (error) {
      // Where there is no connection, that has been told with its reason.
      if (client.isReady) this.#onLost(error);
      throw new CountersLostError(error);
    } finally {
      isOver = true;
      clearTimeout(timer);
    }
  }

  /** What waits on a connection that has fallen silent fails at once, and what comes next does not begin to wait. */
  #replace(silent: Client): void {
    if (silent !== this.#client || this.#isClosed) return;
    this.#onLost(new Error(`there was no answer within ${TIMEOUT} ms`));
    this.#client = this.#connect();
    silent.destroy();
  }

  #onLost(error: unknown): void {
    const now = performance.now();
    if (this.#isClosed || now - this.#warned < WARNED_EVERY) return;
    this.#warned = now;
    this.#isMissed = true;
    this.#log.warn({ err: error }, 'Redis does not answer, so nothing can be counted');
  }

  #onBack(): void {
    if (this.#isMissed) this.#log.info('Redis answers again');
    this.#isMissed = false;
  }
}
