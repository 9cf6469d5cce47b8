import { appendFileSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

/**
 * What happened in a run of the test suite: the test files that ran, and every pair of operation and status that was
 * seen. A run is known by tap's process, the parent of the process of each test file; each of these writes a file of
 * its own. Without such a run (a test file started by hand) nothing is written.
 */

/** One kind of answer that was seen. */
export interface Sighting {
  operation: string;
  status: number;
  code: string | null;
}

const RUNS = fileURLToPath(new URL('../../.tap/contract/', import.meta.url));
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

/** Notes an answer, once for each kind. */
export function recordSighting(sighting: Sighting): void {
  const name = `${sighting.operation} ${sighting.status} ${sighting.code}`;
  if (noted.has(name)) return;
  noted.add(name);
  write('answers', sighting);
}

function read<T>(kind: string): T[] {
  if (!existsSync(RUN)) return [];
  const files = readdirSync(RUN).filter((file) => file.endsWith(`.${kind}`));
  return files.flatMap((file) =>
    readFileSync(RUN + file, 'utf8')
      .split('\n')
      .filter(Boolean)
      .map((line): T => JSON.parse(line)),
  );
}

/** The test files that ran. */
export const recordedFiles = () => read<string>('files');

/** The kinds of answers that were seen. */
export const recordedSightings = () => read<Sighting>('answers');
