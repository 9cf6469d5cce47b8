import type { Log } from './log.ts';

const FLUSH_INTERVAL = 10_000;
const BATCH = 1_000;

export type Counts = readonly (readonly [key: string, count: number])[];

/**
 * Counts in memory and writes what was counted every ten seconds, many in one statement, so that a request costs no
 * write. What was counted and not yet written is written at a clean stop.
 */
export class BatchedCounter {
  #counts = new Map<string, number>();
  readonly #what: string;
  readonly #log: Log;
  readonly #write: (counts: Counts) => Promise<void>;
  readonly #timer: NodeJS.Timeout;
  #last: Promise<void> = Promise.resolve();

  /**
   * @param what what is counted, as the log calls it
   * @param write adds counts to those stored: all of them, or none and fails; sorted by key, so that two writers that
   *   lock rows in this order never wait for each other
   */
  constructor(what: string, log: Log, write: (counts: Counts) => Promise<void>) {
    this.#what = what;
    this.#log = log;
    this.#write = write;
    this.#timer = setInterval(() => void this.flush(), FLUSH_INTERVAL);
    this.#timer.unref();
  }

  count(key: string, by = 1): void {
    this.#counts.set(key, (this.#counts.get(key) ?? 0) + by);
  }

  /** Writes what was counted, once what is being written is. What cannot be written now is kept for the next time. */
  flush(): Promise<void> {
    this.#last = this.#last.then(() => this.#writeAll());
    return this.#last;
  }

  async #writeAll(): Promise<void> {
    const counts = [...this.#counts].sort(([a], [b]) => (a < b ? -1 : 1));
    this.#counts = new Map();
    for (let start = 0; start < counts.length; start += BATCH) {
      const batch = counts.slice(start, start + BATCH);
      try {
        await this.#write(batch);
      } catch (error) {
        for (const [key, count] of batch) this.count(key, count);
        this.#log.warn({ err: error }, `${this.#what} could not be written and are kept for the next time`);
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
