const WIDTH = 30;
const REDRAW_EVERY = 100;

/**
 * A progress bar on standard error, so that it does not mix with piped output. Without a terminal nothing is drawn.
 */
export class Progress {
  readonly #label: string;
  readonly #total: number;
  readonly #start = performance.now();
  #done = 0;
  #drawn = 0;

  constructor(label: string, total: number) {
    this.#label = label;
    this.#total = total;
  }

  step(): void {
    this.#done += 1;
    const now = performance.now();
    if (!process.stderr.isTTY || (now - this.#drawn < REDRAW_EVERY && this.#done < this.#total)) return;
    this.#drawn = now;
    const share = this.#total === 0 ? 1 : Math.min(1, this.#done / this.#total);
    const filled = Math.round(share * WIDTH);
    const left = share === 0 ? 0 : ((now - this.#start) / share) * (1 - share);
    const bar = '█'.repeat(filled) + '░'.repeat(WIDTH - filled);
    process.stderr.write(
      `\r${this.#label} ${bar} ${this.#done}/${this.#total}, ${Math.ceil(left / 1000)} s left\x1b[K`,
    );
  }

  /** Erases the bar, so that the next output starts on an empty line. */
  end(): void {
    if (process.stderr.isTTY) process.stderr.write('\r\x1b[K');
  }
}
