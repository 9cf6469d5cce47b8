import type { RecurringTask } from './recurring.ts';

const INTERVAL = 10_000;
const BATCH = 1_000;

export type Counts = readonly (readonly [key: string, count: number])[];

/** Counts in memory and writes what was counted from time to time, many in one statement, so that a request costs no write. */
export class BatchedCounter {
  #counts = new Map<string, number>();
  readonly #what: string;
  readonly #write: (counts: Counts) => Promise<void>;

  /**
   * @param what what is counted, as the log calls it
   * @param write adds counts to those stored: all of them, or none and fails; sorted by key, so that two writers that
   *   lock rows in this order never wait for each other
   */
  constructor(what: string, write: (counts: Counts) => Promise<void>) {
    this.#what = what;
    this.#write = write;
  }

  count(key: string, by = 1): void {
    this.#counts.set(key, (this.#counts.get(key) ?? 0) + by);
  }

  /** Writes what was counted every ten seconds and at a clean stop. */
  get writing(): RecurringTask {
    return { name: `writing ${this.#what}`, interval: INTERVAL, atStop: true, run: () => this.flush() };
  }

  /**
   * Writes what was counted. What cannot be written is kept for the next time.
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
