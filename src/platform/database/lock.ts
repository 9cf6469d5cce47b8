import { closeSync, openSync, readFileSync, rmSync, writeSync } from 'node:fs';

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
 */
export function takeLock(path: string): { release(): void } {
  for (let attempt = 0; ; attempt++) {
    try {
      const file = openSync(path, 'wx', 0o600);
      writeSync(file, `${identity(process.pid)}\n`);
      closeSync(file);
      return { release: () => rmSync(path, { force: true }) };
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
      const held = readFileSync(path, 'utf8').trim();
      const holder = Number.parseInt(held, 10);
      if (attempt >= 3 || (holder !== process.pid && isAlive(holder, held)))
        throw new DatabaseLockedError(path, holder);
      rmSync(path, { force: true });
    }
  }
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

function isAlive(pid: number, held: string): boolean {
  if (!Number.isInteger(pid)) return false;
  try {
    process.kill(pid, 0);
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
  return !held.includes(' ') || held === identity(pid);
}
