import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { RUN } from '../contract/record.ts';

/**
 * Runs a script of this folder in a process of its own and ends like it. tap measures the coverage of what it runs before
 * and after the tests even where coverage is off, and then complains about it; this process is left alone.
 */
export function apart(script: string): void {
  const { NODE_OPTIONS: _instruments, ...env } = process.env;
  const { status } = spawnSync(process.execPath, [fileURLToPath(new URL(script, import.meta.url))], {
    stdio: 'inherit',
    env: { ...env, IMPRINT_TEST_RUN: RUN, _TAPJS_PROCESSINFO_COVERAGE_: '0' },
  });
  process.exitCode = status ?? 1;
}
