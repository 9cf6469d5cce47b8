import type { Count, Counter, Counters } from './counters.ts';

interface Window {
  count: number;
  /** On the clock of the process, which nobody sets. */
  end: number;
}

const NOTHING: Count = { count: 0, left: 0 };

/**
 * Counts in this process. Of more keys than there is room for, those that were counted longest ago are forgotten: they
 * are kept in two halves, and once the newer one is full, the older one goes as a whole.
 */
class MemoryCounter implements Counter {
  readonly #half: number;
  #newer = new Map<string, Window>();
  #older = new Map<string, Window>();

  constructor(room: number) {
    this.#half = room / 2;
  }

  async add(key: string, window: number, by = 1): Promise<Count> {
    const now = performance.now();
    let found = this.#newer.get(key) ?? this.#older.get(key);
    if (!found || found.end <= now) {
      if (by <= 0) return NOTHING;
      found = { count: 0, end: now + window };
      this.#newer.delete(key);
    }
    found.count = Math.max(0, found.count + by);
    if (found.count === 0) return this.#forget(key);
    this.#keep(key, found);
    return { count: found.count, left: Math.max(1, Math.round(found.end - now)) };
  }

  #keep(key: string, found: Window): void {
    if (this.#newer.has(key)) return;
    if (this.#newer.size >= this.#half) {
      this.#older = this.#newer;
      this.#newer = new Map();
    }
    this.#newer.set(key, found);
  }

  #forget(key: string): Count {
    this.#newer.delete(key);
    this.#older.delete(key);
    return NOTHING;
  }
}

/** Counts in this process, which may end before a window does. */
export class MemoryCounters implements Counters {
  readonly engine = 'memory';
  readonly #room: number;
  readonly #counters = new Map<string, MemoryCounter>();

  /** @param room how many keys are kept of each name, at the most */
  constructor(room = 50_000) {
    this.#room = room;
  }

  named(name: string): Counter {
    const counter = this.#counters.get(name) ?? new MemoryCounter(this.#room);
    this.#counters.set(name, counter);
    return counter;
  }

  async ping(): Promise<void> {}

  close(): void {}
}
