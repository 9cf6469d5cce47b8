import type { LogEvent } from 'kysely';
import type { Log } from '../log.ts';
import { presentWork } from '../work.ts';

/** What of a statement is logged, in characters; the longest of ours are shorter. */
const LONGEST = 4_000;

/** Learns of each statement when it has ended; Kysely takes it as `log`. */
export type OnStatement = (event: LogEvent) => void;

/**
 * Tells the log of statements that take long, with the operation and the request that they are for. Their text holds `$1`,
 * `$2` … in the place of values, and the values are never logged. The wait for a connection does not count.
 *
 * @param threshold in milliseconds; 0 measures nothing
 */
export function slowStatements(log: Log, threshold: number): OnStatement | undefined {
  if (threshold === 0) return undefined;
  return ({ level, query, queryDurationMillis: duration }) => {
    if (duration < threshold) return;
    const { name, requestId } = presentWork() ?? {};
    log.warn(
      {
        operation_id: name ?? null,
        request_id: requestId ?? null,
        duration_ms: Math.round(duration * 100) / 100,
        failed: level === 'error',
        statement: query.sql.replace(/\s+/g, ' ').trim().slice(0, LONGEST),
      },
      'slow statement',
    );
  };
}
