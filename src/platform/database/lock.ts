import { linkSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';

/** Another live process holds the embedded database. */
export class DatabaseLockedError extends Error {
  constructor(path: string, holder: number) {
    super(
      `the embedded database is in use by process ${holder} (${path}); stop it first, give this process its own DATA_DIR, or set DATABASE_URL to let several processes share a PostgreSQL`,
    );
    this.name = 'DatabaseLockedError';
  }
}

/**
 * Takes a lock file that names this process. A lock whose process is dead is taken over. The embedded engine has no lock
 * of its own, and a second process would lose writes without a word.
 *
 * @throws {DatabaseLockedError} where another live process has it
 */
export function takeLock(path: string): { release(): void } {
  const draft = `${path}.${process.pid}`;
  writeFileSync(draft, `${identity(process.pid)}\n`, { mode: 0o600 });
  try {
    for (;;) {
      // A link is made whole or not at all, so that nobody reads a lock that does not say yet whose it is.
      if (isDone(() => linkSync(draft, path), 'EEXIST')) return held(path);
      const holder = read(path);
      if (holder === undefined) continue;
      if (isAlive(holder)) throw new DatabaseLockedError(path, Number.parseInt(holder, 10));
      // One at a time: otherwise the second of two processes would take away the lock that the first has just put there.
      const turn = takeLock(`${path}.takeover`);
      try {
        if (read(path) !== holder) continue;
        renameSync(draft, path);
        return held(path);
      } finally {
        turn.release();
      }
    }
  } finally {
    rmSync(draft, { force: true });
  }
}

const held = (path: string) => ({ release: () => rmSync(path, { force: true }) });

/** Whether it could be done, where only one error says that it could not. */
function isDone(work: () => void, otherwise: string): boolean {
  try {
    work();
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== otherwise) throw error;
    return false;
  }
}

/** What a lock says; undefined where there is none. */
function read(path: string): string | undefined {
  let content: string | undefined;
  isDone(() => {
    content = readFileSync(path, 'utf8').trim();
  }, 'ENOENT');
  return content;
}

/** A process's number and, where the system tells, its start time: numbers are given out again. */
function identity(pid: number): string {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    return `${pid} ${stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19]}`;
  } catch {
    return String(pid);
  }
}

/** Whether the process that a lock names still runs. */
function isAlive(holder: string): boolean {
  const pid = Number.parseInt(holder, 10);
  if (!(pid > 0)) return false;
  const knowsStart = holder.includes(' ');
  // In a container each run may have the same number; without a start time it can only be that of an earlier run.
  if (pid === process.pid && !knowsStart) return false;
  try {
    process.kill(pid, 0);
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
  return !knowsStart || holder === identity(pid);
}
