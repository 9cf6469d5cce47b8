/** What a key has come to. */
export interface Count {
  count: number;
  /** Milliseconds until it starts anew; 0 where nothing is counted. */
  left: number;
}

/** Counts how often something of one kind happens, for each key, within a window of time. */
export interface Counter {
  /**
   * Counts under a key and gives what it has come to, in one step however many count at once. The window begins with the
   * first count, and the next one after its end begins another.
   *
   * @param key may hold addresses and accounts: no store gets to see them
   * @param window in milliseconds
   * @param by 0 only looks, and less than 0 takes back, down to nothing
   * @throws {CountersLostError} where the store cannot be asked
   */
  add(key: string, window: number, by?: number): Promise<Count>;
}

/** Where the counts are. */
export interface Counters {
  readonly engine: 'memory' | 'redis';
  /** The counter of a name; whoever asks for the same name counts together. */
  named(name: string): Counter;
  /** Asks the store whether it is there. @throws {CountersLostError} */
  ping(): Promise<void>;
  close(): void;
}

/** The store that the counts are in did not answer, or not in time. */
export class CountersLostError extends Error {
  constructor(cause: unknown) {
    super('the store of the counters does not answer', { cause });
    this.name = 'CountersLostError';
  }
}
