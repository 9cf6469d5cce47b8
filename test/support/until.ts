import { setTimeout as sleep } from 'node:timers/promises';

/** Less than what a test file may take (test/support/runner/process.ts), so that a test says for what it waits in vain; in milliseconds. */
const PATIENCE = 240_000;

/** Waits until something holds, however long the machine takes for it: tests wait for what happens, not for a time. */
export async function until(holds: () => unknown): Promise<void> {
  const end = Date.now() + PATIENCE;
  while (!(await holds())) {
    if (Date.now() > end) throw new Error(`waited in vain for ${holds}`);
    await sleep(5);
  }
}
