import type { Log } from './log.ts';

/** Work that a process does again and again while it runs, such as writing what it has counted. */
export interface RecurringTask {
  /** What it does, as the log calls it: `writing views`. */
  readonly name: string;
  /** The time between the starts of two runs, in milliseconds. A run that takes longer delays the next one. */
  readonly interval: number;
  /** Whether it is run a last time at a clean stop, because it writes what would otherwise be lost. */
  readonly atStop?: boolean;
  /** @param stopping aborted once the process stops: a long run ends early then */
  run(stopping: AbortSignal): Promise<void>;
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
 * The recurring work of a process. Two runs of a task never overlap. A run that fails is logged, and the next one comes at
 * its usual time. The timers do not keep the process alive.
 */
export class RecurringWork {
  readonly #log: Log;
  readonly #scheduled = new Map<string, Scheduled>();
  readonly #stopping = new AbortController();

  constructor(log: Log) {
    this.#log = log;
  }

  /** Starts to run a task, the first time after its interval. Of several processes each runs it. */
  add(task: RecurringTask): void {
    if (this.#scheduled.has(task.name)) throw new Error(`"${task.name}" is recurring work already`);
    const timer = setInterval(() => {
      if (scheduled.pending === 0) void this.#attempt(scheduled);
    }, task.interval);
    timer.unref();
    const scheduled: Scheduled = { task, timer, last: Promise.resolve(), pending: 0 };
    this.#scheduled.set(task.name, scheduled);
  }

  /** Runs a task now, after the run that is under way. Rejects where it fails. */
  run(name: string): Promise<void> {
    const scheduled = this.#scheduled.get(name);
    if (!scheduled) throw new Error(`"${name}" is no recurring work`);
    return this.#start(scheduled);
  }

  /**
   * Starts no further run, waits for those under way, and runs for the last time what is run at a stop; once more where
   * that fails, since no later run can make up for it.
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
