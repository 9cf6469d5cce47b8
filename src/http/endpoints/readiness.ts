import { memoised } from '../../platform/memoised.ts';

/** Whether the service can work, as one report that everyone who asks shares. */

/** One thing that is looked at. */
export interface Check {
  name: string;
  /** Whether nothing works without it; otherwise the service goes on in part. */
  isRequired: boolean;
  /** What is wrong; null where nothing is. What it throws means that it cannot be reached. */
  run(): Promise<string | null>;
}

/** What came of a check. */
export interface Checked {
  name: string;
  status: 'ok' | 'unavailable';
  duration_ms: number;
  detail: string | null;
}

export interface Report {
  status: 'ok' | 'degraded' | 'unavailable';
  /** When it was made, RFC 3339. */
  checked_at: string;
  checks: Checked[];
}

/** After so many milliseconds a check is given up; it may take an answer with it that comes later. */
const CHECK_TIMEOUT = 2_000;
/** A report is good for so long, in milliseconds, from when it was begun. */
const LIFE = 1_000;

async function runCheck({ name, run }: Check): Promise<Checked> {
  const start = performance.now();
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<string>((resolve) => {
    timer = setTimeout(resolve, CHECK_TIMEOUT, 'did not answer in time');
  });
  const detail = await Promise.race([run(), late]).catch(() => 'cannot be reached');
  clearTimeout(timer);
  const duration_ms = Math.round((performance.now() - start) * 100) / 100;
  return { name, status: detail === null ? 'ok' : 'unavailable', duration_ms, detail };
}

async function reportOn(checks: readonly Check[]): Promise<Report> {
  const checked_at = new Date().toISOString();
  const results = await Promise.all(checks.map(runCheck));
  const isLost = (isRequired: boolean) =>
    checks.some((check, index) => check.isRequired === isRequired && results[index]?.status !== 'ok');
  const status = isLost(true) ? 'unavailable' : isLost(false) ? 'degraded' : 'ok';
  return { status, checked_at, checks: results };
}

/**
 * Gives a function that reports on some checks. They run once a second at most however many ask, and never twice at a
 * time: who asks meanwhile gets the report that is there or is being made.
 *
 * @param clock gives milliseconds
 */
export function sharedReport(
  checks: readonly Check[],
  clock: () => number = () => performance.now(),
): () => Promise<Report> {
  let begun = Number.NEGATIVE_INFINITY;
  let isPending = false;
  const run = async () => {
    begun = clock();
    isPending = true;
    try {
      return await reportOn(checks);
    } finally {
      isPending = false;
    }
  };
  let latest = memoised(run);
  return () => {
    if (!isPending && clock() - begun >= LIFE) latest = memoised(run);
    return latest();
  };
}
