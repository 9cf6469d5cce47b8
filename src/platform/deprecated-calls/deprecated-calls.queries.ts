import { type RawBuilder, sql } from 'kysely';
import type { Db, Slice, Tx } from '../database/index.ts';

/** How many calls of one caller to one operation on one day (`YYYY-MM-DD`, UTC) are to be added. */
export interface CallsOfDay {
  operation: string;
  day: string;
  /** The id of the account; null for an anonymous caller. */
  account: string | null;
  /** The product name of an anonymous caller; otherwise null. */
  agent: string | null;
  calls: number;
}

/**
 * Adds to the counts, and drops those of more than a year ago. An account that is gone, or is being erased at this very
 * moment, is left out: the lock waits for the erasure and then sees it.
 */
export async function addCalls(db: Db, counts: readonly CallsOfDay[]): Promise<void> {
  const column = <K extends keyof CallsOfDay>(name: K) => counts.map((one) => one[name]);
  await sql`
    with counted as (
      select operation, day, account_id, agent, calls
      from unnest(${column('operation')}::text[], ${column('day')}::date[], ${column('account')}::uuid[],
        ${column('agent')}::text[], ${column('calls')}::bigint[]) as c (operation, day, account_id, agent, calls)),
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

/** Deletes the counts of an account; what is counted later is not stored once the account is erased. */
export async function deleteCallsOf(tx: Tx, accountId: string): Promise<void> {
  await tx.deleteFrom('deprecated_calls').where('account_id', '=', accountId).execute();
}

/** Who called a deprecated operation, and how often. */
export interface CallsOfCaller {
  operation: string;
  /** The username of an account; otherwise null. */
  username: string | null;
  /** The product name of an anonymous caller; otherwise null. */
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
