import { type Insertable, type Selectable, sql } from 'kysely';
import type { Slice } from '../../platform/database/index.ts';
import { type ApiKeysTable, type Db, type Params, prepared, type Tx } from '../../platform/database/index.ts';
import { ACCOUNT_COLUMNS } from '../users/index.ts';

const LIMITS = ['reads_limit', 'writes_limit'] as const;
const COLUMNS = ['id', 'name', 'scopes', ...LIMITS, 'created_at', 'expires_at', 'last_used_at'] as const;
const now = sql<string>`now()`;

/** `last_used_at` is exact to the minute, so that a key in use is not written at every request. */
const isLastUseOutdated = sql<boolean>`coalesce(last_used_at < now() - interval '1 minute', true)`;

/** An unexpired key with its active account: asked at every request with a key. */
export const findKeyHolder = prepared((db, param: Params<{ id: string }>) =>
  db
    .selectFrom('api_keys')
    .innerJoin('users', 'users.id', 'api_keys.user_id')
    .select(ACCOUNT_COLUMNS.map((column) => `users.${column}` as const))
    .select(['api_keys.secret_hash', 'api_keys.scopes', 'api_keys.reads_limit', 'api_keys.writes_limit'])
    .select(isLastUseOutdated.as('is_last_use_outdated'))
    .where('api_keys.id', '=', param('id'))
    .where('api_keys.expires_at', '>', now)
    .where('users.is_active', '=', true)
    .where('users.deleted_at', 'is', null),
);

/** Stores that a key was used now: of several requests at once, one writes. */
export async function updateLastUsed(db: Db, id: string): Promise<void> {
  await db
    .updateTable('api_keys')
    .set({ last_used_at: now })
    .where('id', '=', id)
    .where(isLastUseOutdated)
    .execute();
}

/**
 * Locks an account; returns whether it is active and the session still exists. A change of the password that this waited
 * for has ended the session, and a key created after it would not be ended by it.
 */
export async function lockOwnerInSession(tx: Tx, userId: string, sessionId: string): Promise<boolean> {
  const row = await tx
    .selectFrom('users')
    .select('id')
    .where('id', '=', userId)
    .where('is_active', '=', true)
    .where('deleted_at', 'is', null)
    .forNoKeyUpdate()
    .executeTakeFirst();
  // A second statement: the first one does not see what was committed while it waited for the lock.
  const session = tx.selectFrom('sessions').select('id').where('id', '=', sessionId);
  return row !== undefined && (await session.executeTakeFirst()) !== undefined;
}

/** How many unexpired keys an account has. The account must be locked, so that concurrent requests count each other's. */
export async function countActive(tx: Tx, userId: string): Promise<number> {
  const row = await tx
    .selectFrom('api_keys')
    .select((select) => select.fn.countAll<number>().as('total'))
    .where('user_id', '=', userId)
    .where('expires_at', '>', now)
    .executeTakeFirstOrThrow();
  return row.total;
}

/** So many expired keys of an account are kept, so that its owner sees why one stopped working. */
export const EXPIRED_KEPT = 10;

/** Deletes the expired keys of an account but for the latest. */
export async function deleteExpired(tx: Tx, userId: string): Promise<void> {
  const expired = tx
    .selectFrom('api_keys')
    .select('id')
    .where('user_id', '=', userId)
    .where('expires_at', '<=', now)
    .orderBy('expires_at', 'desc')
    .offset(EXPIRED_KEPT);
  await tx.deleteFrom('api_keys').where('id', 'in', expired).execute();
}

/** A key to be stored; `expires_in` is in seconds. */
type NewKey = Omit<Insertable<ApiKeysTable>, 'expires_at'> & { expires_in: number };

export const insertKey = (tx: Tx, { expires_in, ...key }: NewKey) =>
  tx
    .insertInto('api_keys')
    .values({ ...key, expires_at: sql<string>`now() + make_interval(secs => ${expires_in})` })
    .returning(COLUMNS)
    .executeTakeFirstOrThrow();

/** Locks a key of any account, and returns its limits. */
export const lockKeyLimits = (tx: Tx, id: string) =>
  tx.selectFrom('api_keys').select(LIMITS).where('id', '=', id).forNoKeyUpdate().executeTakeFirst();

export const updateKeyLimits = (
  tx: Tx,
  id: string,
  limits: Pick<Selectable<ApiKeysTable>, (typeof LIMITS)[number]>,
) => tx.updateTable('api_keys').set(limits).where('id', '=', id).returning(COLUMNS).executeTakeFirstOrThrow();

export async function deleteKey(tx: Tx, id: string, userId: string): Promise<boolean> {
  const result = await tx
    .deleteFrom('api_keys')
    .where('id', '=', id)
    .where('user_id', '=', userId)
    .executeTakeFirst();
  return result.numDeletedRows > 0n;
}

/** Deletes every key of an account. */
export async function deleteKeys(tx: Tx, userId: string): Promise<void> {
  await tx.deleteFrom('api_keys').where('user_id', '=', userId).execute();
}

/** The newest first. */
export function listKeys(db: Db, userId: string, slice: Slice) {
  let keys = db
    .selectFrom('api_keys')
    .select(COLUMNS)
    .where('user_id', '=', userId)
    .orderBy('created_at', 'desc')
    .orderBy('id', 'desc');
  if (slice.after) {
    const [createdAt, id] = slice.after;
    keys = keys.where(sql<boolean>`(created_at, id) < (${createdAt}::timestamptz, ${id}::uuid)`);
  }
  return keys.limit(slice.limit).offset(slice.offset).execute();
}

export async function countKeys(db: Db, userId: string): Promise<number> {
  const row = await db
    .selectFrom('api_keys')
    .select((select) => select.fn.countAll<number>().as('total'))
    .where('user_id', '=', userId)
    .executeTakeFirstOrThrow();
  return row.total;
}
