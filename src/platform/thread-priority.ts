import { readlinkSync } from 'node:fs';
import { setPriority } from 'node:os';

/**
 * Lets other threads go first, as far as the system can: on Linux a thread has a priority of its own, by its id. Elsewhere
 * nothing changes.
 *
 * @param nice from 0, like others, to 19, only when nothing else is to be done
 */
export function lowerThreadPriority(nice: number): void {
  try {
    // `PROCESS/task/THREAD`, proc(5)
    const thread = Number(readlinkSync('/proc/thread-self').split('/')[2]);
    if (thread > 0) setPriority(thread, nice);
  } catch {
    // Without it the work is the same, only less considerate.
  }
}
