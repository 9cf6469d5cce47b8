import { isCancelled } from './errors.ts';
import type { Database, Tx } from './handles.ts';
import { REQUEST_LIMITS, SEARCH_LIMITS } from './limits.ts';
import { beginSearch, cancelStatement } from './searches.queries.ts';

/** The matches of a search are counted up to so many. */
export const MAX_COUNTED = 1_000;

/** Of the connections of a process, so many may search at the same moment. */
const SHARE = 1 / 3;

/** A search that was not made, or not to its end; the message tells the caller why. */
export class SearchUnavailableError extends Error {
  constructor(message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'SearchUnavailableError';
  }
}

/**
 * Searches of texts: the only reads whose cost the words of a caller decide. They have a share of the connections, so that
 * they never hold up everything else; a time limit of their own, {@link SEARCH_LIMITS}; and they end when the caller goes
 * away. The embedded database runs one statement at a time, which can neither be limited in its time nor be cancelled:
 * there only the searches that wait are bounded.
 */
export class Searches {
  readonly #database: Database;
  #free: number;
  readonly #waiting: (() => void)[] = [];

  /** @param connections of this process to the database */
  constructor(database: Database, connections: number) {
    this.#database = database;
    this.#free = database.engine === 'embedded' ? 1 : Math.max(1, Math.floor(connections * SHARE));
  }

  /**
   * Runs a search, in a transaction of its own, when it is its turn.
   *
   * @param gone aborted when the caller goes away
   * @throws {SearchUnavailableError} where its turn does not come in the time that a connection is waited for, it takes
   *   too long, or the caller is gone
   */
  async run<T>(gone: AbortSignal, work: (tx: Tx) => Promise<T>): Promise<T> {
    await this.#turn(gone);
    try {
      return await this.#search(gone, work);
    } catch (error) {
      if (gone.aborted) throw new SearchUnavailableError('The caller has gone away.', { cause: error });
      if (isCancelled(error)) {
        const limit = SEARCH_LIMITS.statement / 1000;
        throw new SearchUnavailableError(
          `The search took longer than ${limit} s; look for rarer words, or for fewer.`,
          { cause: error },
        );
      }
      throw error;
    } finally {
      const next = this.#waiting.shift();
      if (next) next();
      else this.#free++;
    }
  }

  async #turn(gone: AbortSignal): Promise<void> {
    if (this.#free > 0) {
      this.#free--;
      return;
    }
    const turn = Promise.withResolvers<void>();
    const leave = (why: string) => {
      const place = this.#waiting.indexOf(turn.resolve);
      if (place !== -1) this.#waiting.splice(place, 1);
      turn.reject(new SearchUnavailableError(why));
    };
    const hangUp = () => leave('The caller has gone away.');
    const timer = setTimeout(
      leave,
      REQUEST_LIMITS.connect,
      'Too much is being searched at this moment; try again in a few seconds.',
    );
    this.#waiting.push(turn.resolve);
    gone.addEventListener('abort', hangUp);
    if (gone.aborted) hangUp();
    try {
      await turn.promise;
    } finally {
      clearTimeout(timer);
      gone.removeEventListener('abort', hangUp);
    }
  }

  #search<T>(gone: AbortSignal, work: (tx: Tx) => Promise<T>): Promise<T> {
    const { db, reads, engine } = this.#database;
    return db.transaction().execute(async (tx) => {
      const pid = await beginSearch(tx, SEARCH_LIMITS.statement);
      let isOver = false;
      const cancelling: Promise<unknown>[] = [];
      // On a connection for short reads. Once the search is over, its connection may be somebody else's.
      const cancel = () =>
        reads.connection().execute(async (connection) => {
          if (isOver) return;
          const cancelled = cancelStatement(connection, pid).catch(() => undefined);
          cancelling.push(cancelled);
          await cancelled;
        });
      const hangUp = () => void cancel().catch(() => undefined);
      if (gone.aborted) throw new SearchUnavailableError('The caller has gone away.');
      if (engine === 'postgres') gone.addEventListener('abort', hangUp);
      try {
        return await work(tx);
      } finally {
        isOver = true;
        gone.removeEventListener('abort', hangUp);
        await Promise.all(cancelling);
      }
    });
  }
}
