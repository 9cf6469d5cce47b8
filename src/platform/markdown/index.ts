import { availableParallelism } from 'node:os';
import { memoised } from '../memoised.ts';
import { WorkerPool } from '../worker-pool.ts';

export { TaskTooComplexError } from '../worker-pool.ts';

/**
 * Texts up to this length, in UTF-16 units, are rendered in the event loop: the worst of them takes about 4 ms there, and a
 * usual one less than it takes to hand it to a thread and back. So are texts of four times that length with little markup,
 * which is what takes time: the worst of them takes about 5 ms, and one of plain sentences 0.1 ms.
 */
const SMALL = 1_000;
const PLAIN = { length: 4, markup: 0.3 };
/** Whatever may mean something in Markdown. */
const MARKUP = /[^\p{L}\p{N}\s,]/gu;
/**
 * Texts up to this length have a thread of their own, where none of them takes more than some 25 ms: so the texts that
 * people write do not wait behind those that take seconds.
 */
const USUAL = 32_000;

/** Loaded for the first text: neither a start nor a read needs it. */
const renderer = memoised(() => import('./render.ts'));

export interface MarkdownOptions {
  /** Texts up to this length are rendered in the event loop, and longer ones with little markup. */
  small: number;
  /** Processor time that one text may take, in milliseconds. The longest text that a post may have takes a quarter of it. */
  cpuTime: number;
  /** So many texts wait to be rendered. */
  waiting: number;
  /** So many processes share the cores. */
  processes: number;
}

/** Renders Markdown as safe HTML, long texts in threads beside the event loop. */
export class MarkdownRenderer {
  readonly #small: number;
  readonly #usual: WorkerPool<string, string>;
  readonly #long: WorkerPool<string, string>;

  constructor({
    small = SMALL,
    cpuTime = 8_000,
    waiting = 64,
    processes = 1,
  }: Partial<MarkdownOptions> = {}) {
    this.#small = small;
    const options = {
      module: new URL('./worker.ts', import.meta.url),
      waiting,
      full: 'Too many texts are being rendered at this moment',
      cpuTime,
      memory: 512,
    };
    this.#usual = new WorkerPool({ ...options, threads: 1 });
    // One core is left for the event loops, where there are several.
    const threads = Math.max(1, Math.min(4, Math.floor((availableParallelism() - 1) / processes)));
    this.#long = new WorkerPool({ ...options, threads });
  }

  /**
   * @throws {TaskTooComplexError} where that takes too much processor time or memory
   * @throws {SlotsFullError} where too many texts wait to be rendered
   */
  async render(source: string): Promise<string> {
    if (!this.#isQuick(source)) return (source.length > USUAL ? this.#long : this.#usual).run(source);
    const { renderMarkdown } = await renderer();
    return renderMarkdown(source);
  }

  #isQuick(source: string): boolean {
    if (source.length <= this.#small) return true;
    if (source.length > PLAIN.length * this.#small) return false;
    return (source.match(MARKUP)?.length ?? 0) <= PLAIN.markup * this.#small;
  }

  /** Ends the threads, and what they are at. */
  async close(): Promise<void> {
    await Promise.all([this.#usual.close(), this.#long.close()]);
  }
}

/** Renders everything in this thread: for commands, where nobody waits for the event loop. */
export const createInThreadRenderer = (): MarkdownRenderer =>
  new MarkdownRenderer({ small: Number.POSITIVE_INFINITY });
