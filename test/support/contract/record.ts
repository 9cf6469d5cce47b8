import { appendFileSync, existsSync, mkdirSync, readdirSync, rmSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { HarEntry } from '../../../src/tooling/contract/har.ts';

/**
 * What happened in a run of the test suite: the test files that ran, and the exchanges that showed something of the
 * contract for the first time. A run is known by tap's process, the parent of the process of each test file; each of these writes a file of
 * its own. Without such a run (a test file started by hand) nothing is written.
 */

const RUNS = fileURLToPath(new URL('../../../.tap/contract/', import.meta.url));
/** The folder of this run. */
export const RUN = process.env.IMPRINT_TEST_RUN ?? `${RUNS}${process.ppid}/`;

/** Begins the record of this run, and drops those of runs that are over. */
export function startRecord(): void {
  for (const run of existsSync(RUNS) ? readdirSync(RUNS) : []) {
    if (!isAlive(Number(run))) rmSync(RUNS + run, { recursive: true, force: true });
  }
  rmSync(RUN, { recursive: true, force: true });
  mkdirSync(RUN, { recursive: true });
}

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}

const write = (kind: string, entry: unknown) => {
  if (existsSync(RUN)) appendFileSync(`${RUN}${process.pid}.${kind}`, `${JSON.stringify(entry)}\n`);
};

/** Notes that this process runs a test file. */
export const recordFile = (file: string) => write('files', file);

const noted = new Set<string>();

/** Notes an exchange, where it shows anything that none before it has shown. */
export function recordExchange(facets: string[], entry: () => HarEntry | undefined): void {
  const fresh = [...new Set(facets)].filter((facet) => !noted.has(facet));
  if (fresh.length === 0) return;
  for (const facet of fresh) noted.add(facet);
  write('exchanges', { facets: fresh, entry: entry() });
}
