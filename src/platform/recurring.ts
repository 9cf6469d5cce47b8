import type { Log } from './log.ts';

/** A periodic task of a process, such as writing counts to the database. */
export interface RecurringTask {
  /** What it does, as the log calls it: `writing views`. */
  readonly name: string;
  /** The time between the starts of two runs, in milliseconds. A run that takes longer delays the next one. */
  readonly interval: number;
  /** Whether it runs a last time at a clean stop, because its data would be lost otherwise. */
  readonly atStop?: boolean;
  /** @param stopping aborted once the process stops: a long run ends early then */
  run(stopping: AbortSignal): Promise<void>;
}

/** So many rows at once keep locks and transactions short. */
const BATCH = 500;
/** In one run at the most; the rest waits for the next one. */
const BATCHES = 200;

/**
 * Does something with many rows in batches, until there are no more: a hundred thousand in a run at the most.
 *
 * @param step does it with at most so many rows, and returns with how many
 */
export async function inBatches(
  stopping: AbortSignal,
  step: (limit: number) => Promise<number>,
): Promise<void> {
  for (let batch = 0; batch < BATCHES && !stopping.aborted; batch++) if ((await step(BATCH)) < BATCH) return;
}

interface Scheduled {
  readonly task: RecurringTask;
  readonly timer: NodeJS.Timeout;
  /** Settles when all runs that were started have ended. */
  last: Promise<void>;
  /** The runs that have not ended. */
  pending: number;
}

/**
 * The periodic tasks of a process. Runs of a task never overlap. A failed run is logged, and the next one starts at its
 * usual time. The timers do not keep the process alive.
 */
export class RecurringWork {
  readonly #log: Log;
  readonly #scheduled = new Map<string, Scheduled>();
  readonly #stopping = new AbortController();

  constructor(log: Log) {
    this.#log = log;
  }

  /** Adds a task; its first run starts after its interval. Each process runs its own tasks. */
  add(task: RecurringTask): void {
    if (this.#scheduled.has(task.name)) throw new Error(`"${task.name}" is recurring work already`);
    const timer = setInterval(() => {
      if (scheduled.pending === 0) void this.#attempt(scheduled);
    }, task.interval);
    timer.unref();
    const scheduled: Scheduled = { task, timer, last: Promise.resolve(), pending: 0 };
    this.#scheduled.set(task.name, scheduled);
  }

  /** Runs a task now, after the run in progress, if any. Rejects if it fails. */
  run(name: string): Promise<void> {
    const scheduled = this.#scheduled.get(name);
    if (!scheduled) throw new Error(`"${name}" is no recurring work`);
    return this.#start(scheduled);
  }

  /**
   * Stops the timers and waits for the runs in progress. Tasks with `atStop` run a last time, and once more if that fails.
   */
  async close(): Promise<void> {
    this.#stopping.abort();
    const all = [...this.#scheduled.values()];
    for (const { timer } of all) clearInterval(timer);
    await Promise.all(
      all.map(async (scheduled) => {
        if (!scheduled.task.atStop) return scheduled.last.catch(() => undefined);
        if (!(await this.#attempt(scheduled))) await this.#attempt(scheduled);
      }),
    );
  }

  async #attempt(scheduled: Scheduled): Promise<boolean> {
    try {
      await this.#start(scheduled);
      return true;
    } catch (error) {
      this.#log.warn({ err: error, task: scheduled.task.name }, `${scheduled.task.name} failed`);
      return false;
    }
  }

  #start(scheduled: Scheduled): Promise<void> {
    scheduled.pending++;
    scheduled.last = scheduled.last
      .catch(() => undefined)
      .then(() => scheduled.task.run(this.#stopping.signal))
      .finally(() => scheduled.pending--);
    return scheduled.last;
  }
}
