import type { Db } from '../../platform/database/index.ts';
import type { Log } from '../../platform/log.ts';
import { addViews } from './posts.queries.ts';

const FLUSH_INTERVAL = 10_000;
const BATCH = 1_000;

/**
 * Counts reads of posts in memory and adds them to the database every ten seconds, many in one statement, so that a read
 * costs no write. What was counted and not yet written is written at a clean stop.
 */
export class ViewCounter {
  #counts = new Map<string, number>();
  readonly #db: Db;
  readonly #log: Log;
  readonly #timer: NodeJS.Timeout;
  #last: Promise<void> = Promise.resolve();

  constructor(db: Db, log: Log) {
    this.#db = db;
    this.#log = log;
    this.#timer = setInterval(() => void this.flush(), FLUSH_INTERVAL);
    this.#timer.unref();
  }

  count(postId: string): void {
    this.#counts.set(postId, (this.#counts.get(postId) ?? 0) + 1);
  }

  /** Writes what was counted, once what is being written is. What cannot be written now is kept for the next time. */
  flush(): Promise<void> {
    this.#last = this.#last.then(() => this.#write());
    return this.#last;
  }

  async #write(): Promise<void> {
    const counts = [...this.#counts].sort(([a], [b]) => (a < b ? -1 : 1));
    this.#counts = new Map();
    for (let start = 0; start < counts.length; start += BATCH) {
      const batch = counts.slice(start, start + BATCH);
      try {
        await addViews(this.#db, batch);
      } catch (error) {
        for (const [id, count] of batch) this.#counts.set(id, (this.#counts.get(id) ?? 0) + count);
        this.#log.warn({ err: error }, 'views could not be written and are kept for the next time');
      }
    }
  }

  /** Writes what is left, and tries once more where that fails, since there is no next time. */
  async close(): Promise<void> {
    clearInterval(this.#timer);
    await this.flush();
    if (this.#counts.size > 0) await this.flush();
  }
}
