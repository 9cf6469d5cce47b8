import { type AuditChange, changesBetween } from '../../platform/audit/index.ts';
import type { Account } from '../../platform/database/index.ts';
import { localeOf } from '../../platform/mail/index.ts';
import type { PublicUser, User } from './users.schemas.ts';

/** An account for its owner and for admins, without the hash of the password and the times of deletion. */
export function toUser(row: Account): User {
  const { password_hash: _hash, deleted_at: _deleted, erased_at: _erased, ...user } = row;
  return { ...user, locale: localeOf(row.locale) };
}

/** What the audit log stores of a change of an account. */
export const accountChanges = (before: Account | null, after: Account): AuditChange[] =>
  changesBetween<keyof Account>(before, after, {
    values: ['email', 'username', 'role', 'is_active', 'deleted_at'],
    names: ['full_name', 'bio', 'locale'],
  });

/** The columns that {@link PublicUser} shows. */
export const PUBLIC_USER_COLUMNS = ['id', 'username', 'full_name', 'bio', 'created_at'] as const;

export function toPublicUser(row: Pick<Account, (typeof PUBLIC_USER_COLUMNS)[number]>): PublicUser {
  const { id, username, full_name, bio, created_at } = row;
  return { id, username, full_name, bio, created_at };
}
