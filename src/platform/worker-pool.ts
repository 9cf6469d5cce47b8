import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import { Slots, SlotsFullError } from './slots.ts';

/** A task took more processor time or memory than it may. */
export class TaskTooComplexError extends Error {
  constructor() {
    super('a task took more processor time or memory than it may');
    this.name = 'TaskTooComplexError';
  }
}

export interface WorkerPoolOptions {
  /** The module that each thread runs: it sends `'ready'` once, and answers each message with `{ result }` or `{ error }`. */
  module: URL;
  /** So many tasks run side by side. */
  threads: number;
  /** So many more wait. */
  waiting: number;
  /** What is said where there are more. */
  full: string;
  /** Processor time of one task, in milliseconds. Not the time of the clock, so that a busy machine refuses nothing. */
  cpuTime: number;
  /** Memory of one thread, in MiB. */
  memory: number;
}

/** How often the processor time of a running task is looked at, in milliseconds. */
const CHECK_INTERVAL = 100;

/**
 * Threads for work that takes more of the processor than the event loop can spare. They are started for the first task;
 * one that exceeds its limits is ended and another one takes its place. Idle threads do not keep the process alive.
 */
export class WorkerPool<Input, Result> {
  readonly #options: WorkerPoolOptions;
  readonly #idle = new Set<Worker>();
  readonly #all = new Set<Worker>();
  readonly #slots: Slots;
  #isClosed = false;

  constructor(options: WorkerPoolOptions) {
    this.#options = options;
    const { threads: running, waiting, full } = options;
    this.#slots = new Slots({ running, waiting, full });
  }

  /**
   * @throws {SlotsFullError}
   * @throws {CallerGoneError}
   * @throws {TaskTooComplexError}
   */
  run(input: Input): Promise<Result> {
    return this.#slots.run(async () => {
      if (this.#isClosed) throw new SlotsFullError(this.#options.full);
      return this.#runIn(this.#takeIdle() ?? (await this.#newWorker()), input);
    });
  }

  #takeIdle(): Worker | undefined {
    const [worker] = this.#idle;
    if (worker) this.#idle.delete(worker);
    return worker;
  }

  /** A thread that has loaded its module, which does not count for a task. */
  async #newWorker(): Promise<Worker> {
    const { module, memory } = this.#options;
    // Nothing of what this process was started with: not its environment, and no module that it preloads.
    const worker = new Worker(module, {
      env: {},
      execArgv: [],
      resourceLimits: { maxOldGenerationSizeMb: memory },
    });
    this.#all.add(worker);
    worker.once('exit', () => {
      this.#all.delete(worker);
      this.#idle.delete(worker);
    });
    const ended = once(worker, 'exit').then(() => {
      throw new Error('a worker thread ended while it started');
    });
    await Promise.race([once(worker, 'message'), ended]);
    ended.catch(() => undefined); // from now on a task hears of it
    return worker;
  }

  async #runIn(worker: Worker, input: Input): Promise<Result> {
    worker.ref();
    const limit = this.#limitProcessorTime(worker);
    try {
      const answer = await this.#answerOf(worker, input);
      worker.unref();
      this.#idle.add(worker);
      if ('error' in answer) throw answer.error;
      return answer.result;
    } finally {
      limit.stop();
    }
  }

  #answerOf(worker: Worker, input: Input): Promise<{ result: Result } | { error: Error }> {
    const { promise, resolve, reject } = Promise.withResolvers<{ result: Result } | { error: Error }>();
    const onError = (error: NodeJS.ErrnoException) =>
      reject(error.code === 'ERR_WORKER_OUT_OF_MEMORY' ? new TaskTooComplexError() : error);
    const onExit = () =>
      reject(this.#isClosed ? new SlotsFullError(this.#options.full) : new TaskTooComplexError());
    worker.once('message', resolve).once('error', onError).once('exit', onExit);
    worker.postMessage(input);
    return promise.finally(() => worker.off('message', resolve).off('error', onError).off('exit', onExit));
  }

  /** Ends all threads; what waits or runs fails. */
  async close(): Promise<void> {
    this.#isClosed = true;
    await Promise.all([...this.#all].map((worker) => worker.terminate()));
  }

  /** Ends a thread once its task has used up its processor time. */
  #limitProcessorTime(worker: Worker): { stop(): void } {
    let used: number | undefined;
    const timer = setInterval(async () => {
      const { user, system } = await worker.cpuUsage().catch(() => ({ user: 0, system: 0 }));
      used ??= (user + system) / 1000;
      if ((user + system) / 1000 - used > this.#options.cpuTime) void worker.terminate();
    }, CHECK_INTERVAL);
    return { stop: () => clearInterval(timer) };
  }
}
