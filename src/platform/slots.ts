import { presentWork } from './work.ts';

/** More waits than can be done in time; the message says of what. */
export class SlotsFullError extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'SlotsFullError';
  }
}

/** Nobody waits for the result any more. */
export class CallerGoneError extends Error {
  constructor() {
    super('the caller has gone away');
    this.name = 'CallerGoneError';
  }
}

export interface SlotsOptions {
  /** So much is done at once. */
  running: number;
  /** So much more waits. */
  waiting: number;
  /** What is said where more is asked for. */
  full: string;
}

interface Turn {
  take(): void;
  drop(): void;
  isGone(): boolean;
}

/**
 * Bounds how much expensive work is done at once and how much of it waits. What waits for a caller who has gone away is
 * never begun, and takes no place of others.
 */
export class Slots {
  #options: SlotsOptions;
  #running = 0;
  #queue: Turn[] = [];

  constructor(options: SlotsOptions) {
    this.#options = options;
  }

  /** How much waits at this moment. */
  get waiting(): number {
    return this.#queue.length;
  }

  /** Sets other bounds for what comes from now on. */
  resize(options: Partial<SlotsOptions>): void {
    this.#options = { ...this.#options, ...options };
    this.#next();
  }

  /**
   * Does something when it is its turn.
   *
   * @throws {SlotsFullError}
   * @throws {CallerGoneError}
   */
  async run<T>(work: () => Promise<T>): Promise<T> {
    await this.#turn();
    try {
      return await work();
    } finally {
      this.#running--;
      this.#next();
    }
  }

  /** Resolves with a slot taken. */
  async #turn(): Promise<void> {
    if (this.#running < this.#options.running) {
      this.#running++;
      return;
    }
    if (this.#queue.length >= this.#options.waiting) this.#dropGone();
    if (this.#queue.length >= this.#options.waiting) throw new SlotsFullError(this.#options.full);
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    const isGone = presentWork()?.isGone ?? (() => false);
    this.#queue.push({ take: resolve, drop: () => reject(new CallerGoneError()), isGone });
    await promise;
  }

  #dropGone(): void {
    const gone = this.#queue.filter((turn) => turn.isGone());
    if (gone.length === 0) return;
    this.#queue = this.#queue.filter((turn) => !gone.includes(turn));
    for (const turn of gone) turn.drop();
  }

  #next(): void {
    while (this.#running < this.#options.running) {
      const turn = this.#queue.shift();
      if (!turn) return;
      if (turn.isGone()) turn.drop();
      else {
        this.#running++;
        turn.take();
      }
    }
  }
}
