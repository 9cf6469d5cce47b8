import { sql } from 'kysely';
import type { Claims } from '../../http/access.ts';
import { type AuditEntryRow, intoAuditLog } from '../../http/audit.ts';
import type { Slice } from '../../http/pagination.ts';
import { type Db, type Params, prepared, type Tx } from '../../platform/database/index.ts';
import { ACCOUNT_COLUMNS } from '../users/index.ts';

/** 90 days after it began a session ends, however much it is used. */
const ABSOLUTE_LIFE = sql<string>`interval '90 days'`;

const expiry = (idleSeconds: number) =>
  sql<string>`least(created_at + ${ABSOLUTE_LIFE}, now() + make_interval(secs => ${idleSeconds}))`;

/** The account of a live session, where both are active: asked at every request with a token. */
export const findPrincipal = prepared((db, param: Params<Claims>) =>
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

interface NewSession {
  session_id: string;
  user_id: string;
  idle_seconds: number;
  token_hash: Buffer;
}

/**
 * Begins a session with its first refresh token, drops the account's sessions that are over, and writes the entry in the
 * audit log, in one statement. The session comes from where the entry says.
 */
export const insertSession = prepared((db, param: Params<NewSession & AuditEntryRow>) => {
  const session = db
    .with('over', (cte) =>
      cte
        .deleteFrom('sessions')
        .where('user_id', '=', param('user_id'))
        .where('expires_at', '<', sql<string>`now()`),
    )
    .with('begun', (cte) =>
      cte.insertInto('sessions').values({
        id: param('session_id'),
        user_id: param('user_id'),
        token_hash: param('token_hash'),
        ip: param('ip'),
        user_agent: param('user_agent'),
        expires_at: sql<string>`now() + make_interval(secs => ${param('idle_seconds')})`,
      }),
    );
  return intoAuditLog(session, param);
});

/** The id of the session that a refresh token was ever given to. */
export const findSessionOf = (db: Db, tokenHash: Buffer) =>
  db
    .selectFrom('sessions')
    .select('id')
    .where('token_hash', '=', tokenHash)
    .unionAll(db.selectFrom('replaced_tokens').select('session_id as id').where('token_hash', '=', tokenHash))
    .executeTakeFirst();

/** A session, locked, with its current token and the account behind it. */
export const lockSession = (tx: Tx, id: string) =>
  tx
    .selectFrom('sessions')
    .innerJoin('users', 'users.id', 'sessions.user_id')
    .select(ACCOUNT_COLUMNS.map((column) => `users.${column}` as const))
    .select(['sessions.id as session_id', 'sessions.token_hash'])
    .select(sql<boolean>`sessions.expires_at > now()`.as('is_live'))
    .where('sessions.id', '=', id)
    .forUpdate(['sessions'])
    .executeTakeFirst();

/** Whether a token was replaced within so many seconds; to be read after its session is locked. */
export async function isJustReplaced(tx: Tx, tokenHash: Buffer, seconds: number): Promise<boolean> {
  const row = await tx
    .selectFrom('replaced_tokens')
    .select('token_hash')
    .where('token_hash', '=', tokenHash)
    .where('replaced_at', '>', sql<string>`clock_timestamp() - make_interval(secs => ${seconds})`)
    .executeTakeFirst();
  return row !== undefined;
}

/** Gives a session its next token, and keeps the one before as replaced. */
export async function replaceToken(
  tx: Tx,
  session: { id: string; token_hash: Buffer },
  next: { token_hash: Buffer; idle_seconds: number; ip: string; user_agent: string | null },
): Promise<void> {
  const { idle_seconds, ...changes } = next;
  await tx
    .insertInto('replaced_tokens')
    .values({
      token_hash: session.token_hash,
      session_id: session.id,
      replaced_at: sql<string>`clock_timestamp()`,
    })
    .execute();
  await tx
    .updateTable('sessions')
    .set({ ...changes, last_seen_at: sql`now()`, expires_at: expiry(idle_seconds) })
    .where('id', '=', session.id)
    .execute();
}

export async function deleteSession(db: Db, id: string, userId: string): Promise<boolean> {
  const result = await db
    .deleteFrom('sessions')
    .where('id', '=', id)
    .where('user_id', '=', userId)
    .executeTakeFirst();
  return result.numDeletedRows > 0n;
}

const SESSION_COLUMNS = ['id', 'ip', 'user_agent', 'created_at', 'last_seen_at', 'expires_at'] as const;

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

/** Every session that is stored, those that are over too. */
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
