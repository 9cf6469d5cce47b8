import { type RawBuilder, sql } from 'kysely';
import { BatchedCounter, type Counts } from '../../platform/batched-counter.ts';
import type { Db, Slice, Tx } from '../../platform/database/index.ts';
import type { Log } from '../../platform/log.ts';

/** Who called: an account, by its id, or what an anonymous caller says it is; never an address. */
export interface Caller {
  kind: 'account' | 'agent';
  name: string;
}

/** How many callers of deprecated operations a process tells apart; those beyond are counted together, as `other`. */
export const MOST_CALLERS = { account: 10_000, agent: 1_000 };
const OTHER: Caller = { kind: 'agent', name: 'other' };

const PRODUCT = /^[!#$%&'*+.^_`|~0-9A-Za-z-]{1,100}/;

/** The name of the first product in a `User-Agent` (RFC 9110, section 10.1.5), at most 100 characters of it. */
export const productOf = (userAgent: string | undefined): string =>
  PRODUCT.exec(userAgent ?? '')?.[0] ?? 'unknown';

type Key = [operation: string, day: string, account: string | null, agent: string | null];

/** Counts the calls of deprecated operations by caller and day (UTC), and logs each caller once. */
export class DeprecatedCalls extends BatchedCounter {
  readonly #log: Log;
  readonly #known = { account: new Set<string>(), agent: new Set<string>() };

  constructor(db: Db, log: Log) {
    super('calls of deprecated operations', log, (counts) => addCalls(db, counts));
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
    const key: Key = [
      operation,
      new Date().toISOString().slice(0, 10),
      kind === 'account' ? name : null,
      kind === 'agent' ? name : null,
    ];
    this.count(JSON.stringify(key));
  }
}

/**
 * Adds to the counts, and drops those of more than a year ago. An account that is gone, or is being erased at this very
 * moment, is left out: the lock waits for the erasure and then sees it.
 */
async function addCalls(db: Db, counts: Counts): Promise<void> {
  const keys = counts.map(([key]): Key => JSON.parse(key));
  const column = <I extends keyof Key>(index: I) => keys.map((key) => key[index]);
  const calls = counts.map(([, count]) => count);
  await sql`
    with counted as (
      select operation, day, account_id, agent, calls from unnest(${column(0)}::text[], ${column(1)}::date[], ${column(2)}::uuid[], ${column(3)}::text[], ${calls}::bigint[])
        as c (operation, day, account_id, agent, calls)),
    live as (
      select id from users where id in (select account_id from counted) and erased_at is null order by id for share),
    forgotten as (delete from deprecated_calls where day < ${daysAgo(366)})
    insert into deprecated_calls (operation, day, account_id, agent, calls)
    select operation, day, account_id, agent, calls from counted left join live on live.id = account_id
    where account_id is null or live.id is not null order by operation, day, account_id, agent
    on conflict on constraint deprecated_calls_key do update set calls = deprecated_calls.calls + excluded.calls`.execute(
    db,
  );
}

const daysAgo = (days: number): RawBuilder<string> => sql`(now() at time zone 'utc')::date - ${days}::int`;

/** Forgets which deprecated operations an account called; what is counted later is not stored once it is erased. */
export async function forgetCallsOf(tx: Tx, accountId: string): Promise<void> {
  await tx.deleteFrom('deprecated_calls').where('account_id', '=', accountId).execute();
}

/** Who called a deprecated operation, and how often. */
export interface CallsOfCaller {
  operation: string;
  /** The username of an account; otherwise null. */
  username: string | null;
  /** What an anonymous caller says it is; otherwise null. */
  agent: string | null;
  /** In the last 30 days, today included. */
  calls: number;
  /** The last day with a call, `YYYY-MM-DD` in UTC. */
  last_day: string;
}

/** The callers of every deprecated operation, those that call most first. */
export async function listDeprecatedCalls(db: Db): Promise<CallsOfCaller[]> {
  const { rows } = await sql<CallsOfCaller>`
    select c.operation, u.username, c.agent,
      coalesce(sum(c.calls) filter (where c.day > ${daysAgo(30)}), 0)::bigint as calls, max(c.day)::text as last_day
    from deprecated_calls c left join users u on u.id = c.account_id
    group by c.operation, c.account_id, u.username, c.agent
    order by c.operation, calls desc, last_day desc, u.username, c.agent`.execute(db);
  return rows;
}

/** The calls of one account, by day and operation. */
export function listCallsOf(db: Db, accountId: string, { after, limit }: Slice) {
  let calls = db
    .selectFrom('deprecated_calls')
    .select(['operation', sql<string>`day::text`.as('day'), 'calls'])
    .where('account_id', '=', accountId);
  if (after) calls = calls.where(sql<boolean>`(day, operation) > (${after[0]}::date, ${after[1]})`);
  return calls.orderBy('deprecated_calls.day').orderBy('operation').limit(limit).execute();
}
