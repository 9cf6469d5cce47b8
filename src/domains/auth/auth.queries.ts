import { type RawBuilder, sql } from 'kysely';
import type { ClientProgram } from '../../platform/actor.ts';
import { type AuditEntryRow, intoAuditLog } from '../../platform/audit/index.ts';
import type { Slice } from '../../platform/database/index.ts';
import { type Db, type Params, prepared, type Tx } from '../../platform/database/index.ts';
import { ACCOUNT_COLUMNS } from '../users/index.ts';
import type { SessionKind } from './auth.schemas.ts';
import type { Claims } from './auth.tokens.ts';

/** So many days after it began a session ends, however much it is used. */
export const ABSOLUTE_DAYS = 90;
const ABSOLUTE_LIFE = sql<string>`make_interval(days => ${sql.lit(ABSOLUTE_DAYS)})`;

/** When a session ends that is used now. @param idleSeconds or the column that holds them */
const expiry = (idleSeconds: number | RawBuilder<number>) =>
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

/** A request of a browser moves the end of its session at most this often. */
const VISIT_INTERVAL = sql<string>`interval '5 minutes'`;

/** The same by the cookie of a browser. */
export const findBrowser = prepared((db, param: Params<{ token_hash: Buffer }>) =>
  db
    .selectFrom('sessions')
    .innerJoin('users', 'users.id', 'sessions.user_id')
    .select(ACCOUNT_COLUMNS.map((column) => `users.${column}` as const))
    .select('sessions.id as session_id')
    .select(sql<boolean>`sessions.last_seen_at < now() - ${VISIT_INTERVAL}`.as('is_visit_to_be_noted'))
    .where('sessions.token_hash', '=', param('token_hash'))
    .where('sessions.kind', '=', 'browser')
    .where('sessions.expires_at', '>', sql<string>`now()`)
    .where('users.is_active', '=', true)
    .where('users.deleted_at', 'is', null),
);

/** Notes that a browser is there, and where; its session lives on. */
export async function noteVisit(db: Db, id: string, client: ClientProgram): Promise<void> {
  await db
    .updateTable('sessions')
    .set({
      ...client,
      last_seen_at: sql`now()`,
      expires_at: expiry(sql<number>`idle_seconds`),
    })
    .where('id', '=', id)
    .where('last_seen_at', '<', sql<string>`now() - ${VISIT_INTERVAL}`)
    .execute();
}

/** Whether a session began so many seconds ago or less. */
export async function hasBegunWithin(db: Db, id: string, seconds: number): Promise<boolean> {
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
  /** The one that was found to be right. */
  password_hash: string;
  idle_seconds: number;
  token_hash: Buffer;
}

/**
 * Begins a session with its first refresh token, drops the account's sessions that are over, and writes the entry in the
 * audit log, in one statement that gives a row. The session comes from where the entry says.
 *
 * No session begins, nothing is told and no row given where the account is not active any more or has another password
 * than the one that was proven. Its row is locked against changes of that: one under way is waited for, a later one finds
 * this session.
 */
export const insertSession = prepared((db, param: Params<NewSession & AuditEntryRow>) => {
  const session = db
    .with('proven', (cte) =>
      cte
        .selectFrom('users')
        .select('id')
        .where('id', '=', param('user_id'))
        .where('password_hash', '=', param('password_hash'))
        .where('is_active', '=', true)
        .where('deleted_at', 'is', null)
        .forShare(),
    )
    .with('over', (cte) =>
      cte
        .deleteFrom('sessions')
        .where('user_id', '=', param('user_id'))
        .where('expires_at', '<', sql<string>`now()`),
    )
    .with('begun', (cte) =>
      cte
        .insertInto('sessions')
        .columns(['id', 'user_id', 'kind', 'idle_seconds', 'token_hash', 'ip', 'user_agent', 'expires_at'])
        .expression((select) =>
          select
            .selectFrom('proven')
            .select([
              param('sid').as('id'),
              'proven.id as user_id',
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
  return intoAuditLog(session, param, 'begun');
});

/** The id of the session that a refresh token was ever given to. */
export const findSessionOf = (db: Db, tokenHash: Buffer) =>
  db
    .selectFrom('sessions')
    .select('id')
    .where('token_hash', '=', tokenHash)
    .where('kind', '=', 'tokens')
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

/** Ends the session of a browser that begins another; gives its id. */
export async function deleteBrowser(db: Db, tokenHash: Buffer): Promise<string | undefined> {
  const row = await db
    .deleteFrom('sessions')
    .where('token_hash', '=', tokenHash)
    .where('kind', '=', 'browser')
    .returning('id')
    .executeTakeFirst();
  return row?.id;
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
