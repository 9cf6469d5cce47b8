import { BatchedCounter, type Counts } from '../batched-counter.ts';
import type { Db } from '../database/index.ts';
import type { Log } from '../log.ts';
import { addCalls, type CallsOfDay } from './deprecated-calls.queries.ts';

export { deleteCallsOf, listCallsOf, listDeprecatedCalls } from './deprecated-calls.queries.ts';

/** Who called: an account, by its id, or the product name that an anonymous caller sends; never an address. */
export interface Caller {
  kind: 'account' | 'agent';
  name: string;
}

/** How many callers of deprecated operations a process tells apart; those beyond are counted together, as `other`. */
export const MOST_CALLERS = { account: 10_000, agent: 1_000 };
const OTHER: Caller = { kind: 'agent', name: 'other' };

/** Counts the calls of deprecated operations by caller and day (UTC), and logs each caller once for each operation. */
export class DeprecatedCalls extends BatchedCounter {
  readonly #log: Log;
  readonly #known = { account: new Set<string>(), agent: new Set<string>() };

  constructor(db: Db, log: Log) {
    super('calls of deprecated operations', (counts) => addCalls(db, counts.map(toCalls)));
    this.#log = log;
  }

  /** @param sunset when the operation ends, RFC 3339 */
  countCall(operation: string, sunset: string, caller: Caller): void {
    const { kind, name } = caller;
    const known = this.#known[kind];
    const entry = `${operation} ${name}`;
    if (!known.has(entry)) {
      if (known.size >= MOST_CALLERS[kind] && caller !== OTHER) {
        this.countCall(operation, sunset, OTHER);
        return;
      }
      known.add(entry);
      const who = kind === 'account' ? { user_id: name } : { user_agent: name };
      this.#log.warn({ operation_id: operation, ...who, sunset }, 'a deprecated operation is still called');
    }
    this.count([operation, new Date().toISOString().slice(0, 10), kind, name].join(' '));
  }
}

function toCalls([key, calls]: Counts[number]): CallsOfDay {
  const [operation = '', day = '', kind, name = ''] = key.split(' ');
  return {
    operation,
    day,
    calls,
    account: kind === 'account' ? name : null,
    agent: kind === 'agent' ? name : null,
  };
}
