import { setTimeout as sleep } from 'node:timers/promises';
import { type RawBuilder, sql } from 'kysely';
import type { Db, Tx } from './handles.ts';

/** The number of the lock that processes which migrate take; Kysely's, so that earlier versions of the service respect it. */
const LOCK = 3853314791062309107n;
/** How often a process that waits for the lock asks for it, in milliseconds. */
const INTERVAL = 250;

/** Who waits for another process that migrates. */
export interface LockWaiter {
  /** Called when the wait begins, and when the lock has gone to another process. @param holder in words */
  onWait?: ((holder: string) => void) | undefined;
  /** Ends the wait. */
  signal?: AbortSignal | undefined;
}

/**
 * Runs something in a transaction that holds the lock of migrations, as soon as no other process holds it. The lock is
 * asked for again and again, each time in a new transaction: a wait inside PostgreSQL would end at the limit for locks, or
 * have none for tables either, and would keep a connection of a pooler.
 */
export async function withMigrationLock<T>(
  db: Db,
  work: (tx: Tx) => Promise<T>,
  { onWait, signal }: LockWaiter,
): Promise<T> {
  let waitedFor: string | undefined;
  for (;;) {
    const run = await db.transaction().execute(async (tx) => {
      return (await tryLock(tx)) ? { result: await work(tx) } : { holder: await holderOf(tx) };
    });
    if ('result' in run) return run.result;
    if (run.holder !== undefined && run.holder !== waitedFor) {
      waitedFor = run.holder;
      onWait?.(waitedFor);
    }
    await sleep(INTERVAL, undefined, { signal });
  }
}

async function tryLock(tx: Tx): Promise<boolean> {
  const { rows } = await sql<{
    taken: boolean;
  }>`select pg_try_advisory_xact_lock(${sql.lit(LOCK)}) as taken`.execute(tx);
  return rows[0]?.taken === true;
}

interface Session {
  pid: number;
  /** The name that its program gave itself; null where it is not for us to see. */
  program: string | null;
  user: string | null;
  address: string | null;
  /** For how long its transaction has been open, in seconds; null where it is not for us to see. */
  seconds: number | null;
}

/** The sessions that hold locks of some kind, the oldest transaction first. */
async function holders(db: Db, locks: RawBuilder<boolean>): Promise<Session[]> {
  const { rows } = await sql<Session>`
    select a.pid, nullif(a.application_name, '') as program, a.usename as user, host(a.client_addr) as address,
      extract(epoch from clock_timestamp() - a.xact_start)::int as seconds
    from pg_stat_activity a
    where a.pid <> pg_backend_pid() and a.pid in (
      select l.pid from pg_locks l
      where l.granted and l.database = (select oid from pg_database where datname = current_database()) and ${locks})
    order by a.xact_start limit 3`.execute(db);
  return rows;
}

/** Who holds the lock of migrations, in words; undefined where it has just been released. */
async function holderOf(tx: Tx): Promise<string | undefined> {
  const ours = sql<boolean>`l.locktype = 'advisory' and (l.classid::int8 << 32) + l.objid::int8 = ${sql.lit(LOCK)}`;
  const [holder] = await holders(tx, ours);
  if (!holder) return undefined;
  const { pid, program, address } = holder;
  const name = program === null ? 'another process' : `"${program}"`;
  return `${name} (process ${pid} of PostgreSQL${address === null ? '' : `, from ${address}`})`;
}

/** Whose transactions hold locks on tables, in words, and what ends them. */
export async function tableLockHolders(db: Db): Promise<string> {
  const onTables = sql<boolean>`l.locktype = 'relation' and l.relation in (
    select oid from pg_class where relnamespace = current_schema()::regnamespace)`;
  const found = await holders(db, onTables);
  if (found.length === 0) return 'the transaction that held the lock has ended; run it again';
  const told = found.map(({ pid, program, user, seconds }) => {
    const since = seconds === null ? '' : `, open for ${seconds} s`;
    return `process ${pid} of PostgreSQL (${program ?? 'a program without a name'}${user === null ? '' : ` of ${user}`}${since})`;
  });
  const [first] = found;
  return `locks are held by ${told.join(', ')}; end what that does, or the connection with \`select pg_terminate_backend(${first?.pid})\`, and run it again`;
}
