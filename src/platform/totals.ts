import { type Memoised, memoised } from './memoised.ts';

/**
 * A cache of totals, a second each: counting costs more than everything else a list does. Any successful write in this
 * process clears it, so that a client sees its own write counted.
 */
export class TotalsCache {
  static readonly TTL = 1_000;
  static readonly MAX = 1_000;
  readonly #cached = new Map<string, { until: number; total: Memoised<number> }>();

  of(list: string, count: () => Promise<number>): Promise<number> {
    const now = performance.now();
    const cached = this.#cached.get(list);
    if (cached && cached.until > now) return cached.total();
    if (this.#cached.size >= TotalsCache.MAX) this.#cached.clear();
    const total = memoised(count);
    this.#cached.set(list, { until: now + TotalsCache.TTL, total });
    return total();
  }

  clear(): void {
    this.#cached.clear();
  }
}
