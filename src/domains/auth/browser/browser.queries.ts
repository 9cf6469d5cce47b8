import { sql } from 'kysely';
import type { ClientProgram } from '../../../platform/actor.ts';
import { type Db, type Params, prepared } from '../../../platform/database/index.ts';
import { ACCOUNT_COLUMNS } from '../../users/index.ts';
import { expiry } from '../sessions/sessions.queries.ts';

/** The expiry of a browser's session is moved at most this often. */
const UPDATE_INTERVAL = sql<string>`interval '5 minutes'`;

/** The active account of a live session of a browser, by its cookie: asked at every request with one. */
export const findAccountByCookie = prepared((db, param: Params<{ token_hash: Buffer }>) =>
  db
    .selectFrom('sessions')
    .innerJoin('users', 'users.id', 'sessions.user_id')
    .select(ACCOUNT_COLUMNS.map((column) => `users.${column}` as const))
    .select('sessions.id as session_id')
    .select(sql<boolean>`sessions.last_seen_at < now() - ${UPDATE_INTERVAL}`.as('is_last_seen_outdated'))
    .where('sessions.token_hash', '=', param('token_hash'))
    .where('sessions.kind', '=', 'browser')
    .where('sessions.expires_at', '>', sql<string>`now()`)
    .where('users.is_active', '=', true)
    .where('users.deleted_at', 'is', null),
);

/** Stores when and from where the session of a browser was last used, and moves its expiry. */
export async function updateLastSeen(db: Db, id: string, client: ClientProgram): Promise<void> {
  await db
    .updateTable('sessions')
    .set({
      ...client,
      last_seen_at: sql`now()`,
      expires_at: expiry(sql<number>`idle_seconds`),
    })
    .where('id', '=', id)
    .where('last_seen_at', '<', sql<string>`now() - ${UPDATE_INTERVAL}`)
    .execute();
}
