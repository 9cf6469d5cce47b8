import { AsyncLocalStorage } from 'node:async_hooks';

/** What is being done: the request, job or command that a piece of code runs for, however deep it lies. */
export interface Work {
  /** The operationId, or the name of a job or a command; null where a request meets no operation. */
  name: string | null;
  requestId: string;
  /** Whether whoever asked for it has gone away, so that nobody waits for it. */
  isGone(): boolean;
}

const storage = new AsyncLocalStorage<Work>();

/** What the caller runs for; undefined where nobody has said it. */
export const presentWork = (): Work | undefined => storage.getStore();

/** Runs something, and what follows from it, for a piece of work. */
export const during = <T>(work: Work, run: () => T): T => storage.run(work, run);
