import { availableParallelism } from 'node:os';
import { memoised } from '../memoised.ts';
import { WorkerPool } from '../worker-pool.ts';

export { TaskTooComplexError } from '../worker-pool.ts';

/**
 * Texts up to this length, in UTF-16 units, are rendered in the event loop: the worst of them takes about 4 ms there, and a
 * usual one less than it takes to hand it to a thread and back.
 */
const SMALL = 1_000;

/** Loaded for the first text: neither a start nor a read needs it. */
const renderer = memoised(() => import('./render.ts'));

export interface MarkdownOptions {
  /** Texts up to this length are rendered in the event loop. */
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
  readonly #pool: WorkerPool<string, string>;

  constructor({
    small = SMALL,
    cpuTime = 8_000,
    waiting = 64,
    processes = 1,
  }: Partial<MarkdownOptions> = {}) {
    this.#small = small;
    this.#pool = new WorkerPool({
      module: new URL('./worker.ts', import.meta.url),
      // One core is left for the event loops, where there are several.
      threads: Math.max(1, Math.min(4, Math.floor((availableParallelism() - 1) / processes))),
      waiting,
      full: 'Too many texts are being rendered at this moment',
      cpuTime,
      memory: 512,
    });
  }

  /**
   * @throws {TaskTooComplexError} where that takes too much processor time or memory
   * @throws {SlotsFullError} where too many texts wait to be rendered
   */
  async render(source: string): Promise<string> {
    if (source.length > this.#small) return this.#pool.run(source);
    const { renderMarkdown } = await renderer();
    return renderMarkdown(source);
  }

  /** Ends the threads, and what they are at. */
  close(): Promise<void> {
    return this.#pool.close();
  }
}

/** Renders everything in this thread: for commands, where nobody waits for the event loop. */
export const createInThreadRenderer = (): MarkdownRenderer =>
  new MarkdownRenderer({ small: Number.POSITIVE_INFINITY });
