import { type RawBuilder, sql } from 'kysely';
import { type AuditEntryRow, intoAuditLog } from '../../../platform/audit/index.ts';
import { type Db, type Params, prepared, type Slice } from '../../../platform/database/index.ts';
import { ACCOUNT_COLUMNS } from '../../users/index.ts';
import type { Claims } from '../tokens/tokens.jwt.ts';
import type { SessionKind } from './sessions.schemas.ts';

/** A session ends so many days after its start, however much it is used. */
export const ABSOLUTE_DAYS = 90;
const ABSOLUTE_LIFE = sql<string>`make_interval(days => ${sql.lit(ABSOLUTE_DAYS)})`;

/** When a session that is used now expires. @param idleSeconds a number or the column that holds it */
export const expiry = (idleSeconds: number | RawBuilder<number>) =>
  sql<string>`least(created_at + ${ABSOLUTE_LIFE}, now() + make_interval(secs => ${idleSeconds}))`;

/** The active account of a live session: asked at every request with an access token. */
export const findAccountBySession = prepared((db, param: Params<Claims>) =>
  db
    .selectFrom('sessions')
    .innerJoin('users', 'users.id', 'sessions.user_id')
    .select(ACCOUNT_COLUMNS.map((column) => `users.${column}` as const))
    .where('sessions.id', '=', param('sid'))
    .where('users.id', '=', param('sub'))
    .where('sessions.expires_at', '>', sql<string>`now()`)
    .where('users.is_active', '=', true)
    .where('users.deleted_at', 'is', null),
);

/** Whether a session started at most so many seconds ago. */
export async function isStartedWithin(db: Db, id: string, seconds: number): Promise<boolean> {
  const row = await db
    .selectFrom('sessions')
    .select('id')
    .where('id', '=', id)
    .where('created_at', '>', sql<string>`now() - make_interval(secs => ${seconds})`)
    .executeTakeFirst();
  return row !== undefined;
}

interface NewSession {
  kind: SessionKind;
  sid: string;
  user_id: string;
  /** The hash that the password was verified against. */
  password_hash: string;
  idle_seconds: number;
  token_hash: Buffer;
  /** The hash of the cookie whose session this one replaces. */
  replaced_hash: Buffer | null;
}

/**
 * Starts a session with its first refresh token, ends the one that it replaces, and writes the audit entry, which names the
 * replaced session, in one statement that returns a row. The IP address and the user agent of the session are those of the
 * entry.
 *
 * Nothing is written and no row returned where the account is not active any more or its password was changed since it was
 * verified. The row of the account is locked against such changes: one under way is waited for, a later one finds this
 * session.
 */
export const insertSession = prepared((db, param: Params<NewSession & AuditEntryRow>) => {
  const session = db
    .with('account', (cte) =>
      cte
        .selectFrom('users')
        .select('id')
        .where('id', '=', param('user_id'))
        .where('password_hash', '=', param('password_hash'))
        .where('is_active', '=', true)
        .where('deleted_at', 'is', null)
        .forShare(),
    )
    .with('replaced', (cte) =>
      cte
        .deleteFrom('sessions')
        .where('token_hash', '=', param('replaced_hash'))
        .where('kind', '=', 'browser')
        .where(sql<boolean>`exists (select from account)`)
        .returning('id'),
    )
    .with('started', (cte) =>
      cte
        .insertInto('sessions')
        .columns(['id', 'user_id', 'kind', 'idle_seconds', 'token_hash', 'ip', 'user_agent', 'expires_at'])
        .expression((select) =>
          select
            .selectFrom('account')
            .select([
              param('sid').as('id'),
              'account.id as user_id',
              param('kind').as('kind'),
              param('idle_seconds').as('idle_seconds'),
              param('token_hash').as('token_hash'),
              param('ip').as('ip'),
              param('user_agent').as('user_agent'),
              sql`now() + make_interval(secs => ${param('idle_seconds')})`.as('expires_at'),
            ]),
        )
        .returning('id'),
    );
  const changes = sql`(select jsonb_build_array(
    jsonb_build_object('field', 'session', 'before', replaced.id, 'after', started.id)) from replaced)`;
  return intoAuditLog(session, param, 'started', { changes });
});

/** Deletes sessions that expired more than a day ago, at most so many; returns how many. Those that are locked stay. */
export async function deleteExpired(db: Db, limit: number): Promise<number> {
  const expired = db
    .selectFrom('sessions')
    .select('id')
    .where('expires_at', '<', sql<string>`now() - interval '1 day'`)
    .orderBy('expires_at')
    .limit(limit)
    .forUpdate()
    .skipLocked();
  // As an array, since a subquery in a join may be run more than once.
  const { numDeletedRows } = await db
    .deleteFrom('sessions')
    .where('id', '=', sql<string>`any(array(${expired}))`)
    .executeTakeFirst();
  return Number(numDeletedRows);
}

/** Deletes the sessions of an account, except one where that is to stay. */
export async function deleteSessions(db: Db, userId: string, keep?: string): Promise<void> {
  let sessions = db.deleteFrom('sessions').where('user_id', '=', userId);
  if (keep !== undefined) sessions = sessions.where('id', '<>', keep);
  await sessions.execute();
}

export async function deleteSession(db: Db, id: string, userId: string): Promise<boolean> {
  const result = await db
    .deleteFrom('sessions')
    .where('id', '=', id)
    .where('user_id', '=', userId)
    .executeTakeFirst();
  return result.numDeletedRows > 0n;
}

const SESSION_COLUMNS = [
  'id',
  'kind',
  'ip',
  'user_agent',
  'created_at',
  'last_seen_at',
  'expires_at',
] as const;

const live = (db: Db, userId: string) =>
  db.selectFrom('sessions').where('user_id', '=', userId).where('expires_at', '>', sql<string>`now()`);

export function listSessions(db: Db, userId: string, slice: Slice) {
  let sessions = live(db, userId)
    .select(SESSION_COLUMNS)
    .orderBy('last_seen_at', 'desc')
    .orderBy('id', 'desc');
  if (slice.after) {
    const [lastSeen, id] = slice.after;
    sessions = sessions.where(sql<boolean>`(last_seen_at, id) < (${lastSeen}::timestamptz, ${id}::uuid)`);
  }
  return sessions.limit(slice.limit).offset(slice.offset).execute();
}

/** Every stored session, expired ones included. */
export function listStoredSessions(db: Db, userId: string, { after, limit }: Slice) {
  let sessions = db.selectFrom('sessions').select(SESSION_COLUMNS).where('user_id', '=', userId);
  if (after) sessions = sessions.where('id', '>', String(after[0]));
  return sessions.orderBy('id').limit(limit).execute();
}

export async function countSessions(db: Db, userId: string): Promise<number> {
  const row = await live(db, userId)
    .select((select) => select.fn.countAll<number>().as('total'))
    .executeTakeFirstOrThrow();
  return row.total;
}
