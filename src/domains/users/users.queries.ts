import { type Insertable, sql, type Updateable } from 'kysely';
import type { Role } from '../../platform/actor.ts';
import type { Slice } from '../../platform/database/index.ts';
import {
  type Account,
  type Db,
  type Params,
  prepared,
  type Tx,
  type UsersTable,
} from '../../platform/database/index.ts';
import { MAX_COUNTED } from '../../platform/database/searches.ts';
import { PUBLIC_USER_COLUMNS } from './users.mapper.ts';

export const ACCOUNT_COLUMNS = [
  'id',
  'email',
  'username',
  'full_name',
  'bio',
  'password_hash',
  'role',
  'is_active',
  'email_verified_at',
  'locale',
  'created_at',
  'updated_at',
  'deleted_at',
  'erased_at',
] as const satisfies readonly (keyof Account)[];

export interface UserFilters {
  q?: string;
  role?: Role;
  is_active?: boolean;
}

/**
 * Inserts an account. Where a derived username is taken at the same moment, nothing is inserted, without an error that
 * would end the transaction.
 */
export function insertUser(
  db: Db,
  user: Insertable<UsersTable>,
  username: 'chosen' | 'derived',
): Promise<Account | undefined> {
  let insert = db.insertInto('users').values(user);
  if (username === 'derived')
    insert = insert.onConflict((conflict) => conflict.expression(sql`lower(username)`).doNothing());
  return insert.returning(ACCOUNT_COLUMNS).executeTakeFirst();
}

export const findPublicUser = (db: Db, id: string) =>
  db
    .selectFrom('users')
    .select(PUBLIC_USER_COLUMNS)
    .where('id', '=', id)
    .where('deleted_at', 'is', null)
    .executeTakeFirst();

const findAccountByEmail = prepared((db, param: Params<{ email: string }>) =>
  db.selectFrom('users').select(ACCOUNT_COLUMNS).where('email', '=', param('email')),
);

export async function findByEmail(db: Db, email: string): Promise<Account | undefined> {
  const [account] = await findAccountByEmail(db, { email });
  return account;
}

/** The rights of an account as they are now. */
export const findRights = (tx: Tx, id: string) =>
  tx.selectFrom('users').select(['role', 'is_active', 'deleted_at']).where('id', '=', id).executeTakeFirst();

/** Locks an account for a change; deleted ones are found too. */
export const lockUser = (tx: Tx, id: string): Promise<Account | undefined> =>
  tx.selectFrom('users').select(ACCOUNT_COLUMNS).where('id', '=', id).forUpdate().executeTakeFirst();

/** Locks an active account for a change, where its password is still the one that was verified. */
export const lockIfPasswordIs = (
  tx: Tx,
  id: string,
  password_hash: string | null,
): Promise<Account | undefined> =>
  tx
    .selectFrom('users')
    .select(ACCOUNT_COLUMNS)
    .where('id', '=', id)
    .where('password_hash', '=', password_hash)
    .where('is_active', '=', true)
    .where('deleted_at', 'is', null)
    .forUpdate()
    .executeTakeFirst();

export const updateUser = (db: Db, id: string, change: Updateable<UsersTable>): Promise<Account> =>
  db
    .updateTable('users')
    .set({ ...change, updated_at: sql`now()` })
    .where('id', '=', id)
    .returning(ACCOUNT_COLUMNS)
    .executeTakeFirstOrThrow();

/** Marks the address as verified at the time of the database. */
export async function markVerified(tx: Tx, id: string): Promise<void> {
  await tx
    .updateTable('users')
    .set({ email_verified_at: sql`now()`, updated_at: sql`now()` })
    .where('id', '=', id)
    .execute();
}

/** Stores a stronger hash of a password, unless the password has been changed in the meantime. */
export async function replaceHash(db: Db, id: string, old: string, password_hash: string): Promise<void> {
  await db
    .updateTable('users')
    .set({ password_hash })
    .where('id', '=', id)
    .where('password_hash', '=', old)
    .execute();
}

/** Locks every active admin, in the order of ids so that there is no deadlock, and returns the ids. */
export async function lockAdmins(tx: Tx): Promise<string[]> {
  const rows = await tx
    .selectFrom('users')
    .select('id')
    .where('role', '=', 'admin')
    .where('is_active', '=', true)
    .where('deleted_at', 'is', null)
    .orderBy('id')
    .forUpdate()
    .execute();
  return rows.map((row) => row.id);
}

/** The first free one of `base`, `base-2` … `base-200`. */
export async function firstFreeUsername(db: Db, base: string): Promise<string | undefined> {
  const { rows } = await sql<{ name: string }>`
    select name from generate_series(1, 200) as n,
      lateral (select case n when 1 then ${base}::text else ${base}::text || '-' || n end as name) as candidate
    where not exists (select from users where lower(username) = lower(candidate.name))
    order by n limit 1`.execute(db);
  return rows[0]?.name;
}

const matching = (db: Db, { q, role, is_active }: UserFilters) => {
  let users = db.selectFrom('users').where('deleted_at', 'is', null);
  if (role !== undefined) users = users.where('role', '=', role);
  if (is_active !== undefined) users = users.where('is_active', '=', is_active);
  if (q !== undefined) {
    const like = `%${q.replace(/[\\%_]/g, '\\$&')}%`;
    users = users.where((where) =>
      where.or([
        where('email', 'ilike', like),
        where('username', 'ilike', like),
        where('full_name', 'ilike', like),
        where(sql`id::text`, '=', q),
      ]),
    );
  }
  return users;
};

export async function listUsers(db: Db, filters: UserFilters, slice: Slice): Promise<Account[]> {
  let users = matching(db, filters)
    .select(ACCOUNT_COLUMNS)
    .orderBy('created_at', 'desc')
    .orderBy('id', 'desc');
  if (slice.after) {
    const [createdAt, id] = slice.after;
    users = users.where(sql<boolean>`(created_at, id) < (${createdAt}::timestamptz, ${id}::uuid)`);
  }
  return users.limit(slice.limit).offset(slice.offset).execute();
}

/** How many there are; of those that are searched for, up to one more than {@link MAX_COUNTED}. */
export async function countUsers(db: Db, filters: UserFilters): Promise<number> {
  let users = matching(db, filters).select('id');
  if (filters.q !== undefined) users = users.limit(MAX_COUNTED + 1);
  const row = await db
    .selectFrom(users.as('users'))
    .select((select) => select.fn.countAll<number>().as('total'))
    .executeTakeFirstOrThrow();
  return row.total;
}
