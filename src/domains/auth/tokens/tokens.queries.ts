import { sql } from 'kysely';
import type { Db, Tx } from '../../../platform/database/index.ts';
import { ACCOUNT_COLUMNS } from '../../users/index.ts';
import { expiry } from '../sessions/sessions.queries.ts';

/** The id of the session that a refresh token was ever issued to. */
export const findSessionByToken = (db: Db, tokenHash: Buffer) =>
  db
    .selectFrom('sessions')
    .select('id')
    .where('token_hash', '=', tokenHash)
    .where('kind', '=', 'tokens')
    .unionAll(db.selectFrom('replaced_tokens').select('session_id as id').where('token_hash', '=', tokenHash))
    .executeTakeFirst();

/** Locks a session; returns it with its current token and its account. */
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

/** Whether a token was replaced at most so many seconds ago; to be read after its session is locked. */
export async function isReplacedWithin(tx: Tx, tokenHash: Buffer, seconds: number): Promise<boolean> {
  const row = await tx
    .selectFrom('replaced_tokens')
    .select('token_hash')
    .where('token_hash', '=', tokenHash)
    .where('replaced_at', '>', sql<string>`clock_timestamp() - make_interval(secs => ${seconds})`)
    .executeTakeFirst();
  return row !== undefined;
}

/** Sets the next token of a session and stores the hash of the previous one as replaced. */
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
