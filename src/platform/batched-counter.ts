import type { RecurringTask } from './recurring.ts';

const INTERVAL = 10_000;
const BATCH = 1_000;

export type Counts = readonly (readonly [key: string, count: number])[];

/** Counts in memory and writes the counts periodically, many in one statement, so that a request needs no write. */
export class BatchedCounter {
  #counts = new Map<string, number>();
  readonly #what: string;
  readonly #write: (counts: Counts) => Promise<void>;

  /**
   * @param what what is counted, as the log calls it
   * @param write adds counts to those stored: all or none, in which case it rejects. They are sorted by key, so that
   *   writers that lock rows in this order cannot deadlock
   */
  constructor(what: string, write: (counts: Counts) => Promise<void>) {
    this.#what = what;
    this.#write = write;
  }

  count(key: string, by = 1): void {
    this.#counts.set(key, (this.#counts.get(key) ?? 0) + by);
  }

  /** The task that writes the counts every ten seconds and at a clean stop. */
  get writing(): RecurringTask {
    return { name: `writing ${this.#what}`, interval: INTERVAL, atStop: true, run: () => this.flush() };
  }

  /**
   * Writes the counts. Those that cannot be written are kept for the next time.
   *
   * @throws the error of the last batch that could not be written, after all batches have been tried
   */
  async flush(): Promise<void> {
    const counts = [...this.#counts].sort(([a], [b]) => (a < b ? -1 : 1));
    this.#counts = new Map();
    let failure: { error: unknown } | undefined;
    for (let start = 0; start < counts.length; start += BATCH) {
      const batch = counts.slice(start, start + BATCH);
      try {
        await this.#write(batch);
      } catch (error) {
        for (const [key, count] of batch) this.count(key, count);
        failure = { error };
      }
    }
    if (failure) throw failure.error;
  }
}
