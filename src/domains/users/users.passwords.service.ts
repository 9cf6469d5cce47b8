import { type Audit, changeOf } from '../../platform/audit/index.ts';
import type { Account, Db, Tx } from '../../platform/database/index.ts';
import { hashPassword, needsRehash } from '../../platform/passwords.ts';
import { isWeakPassword, type KnownOfAccount } from './users.passwords.ts';
import { WeakPassword } from './users.problems.ts';
import { replaceHash, updateUser } from './users.queries.ts';

/**
 * Hashes a new password. That takes a while, so it is to be done before a transaction begins.
 *
 * @param known of the account that it is for
 * @throws {WeakPassword}
 */
export async function acceptPassword(password: string, known: KnownOfAccount): Promise<string> {
  if (await isWeakPassword(password, known)) throw new WeakPassword();
  return hashPassword(password);
}

/** Sets the password of an account, which must be locked. Ending its sessions and API keys is up to the caller. */
export async function setPassword(
  tx: Tx,
  { id }: Account,
  password_hash: string,
  audit: Audit,
): Promise<void> {
  await updateUser(tx, id, { password_hash });
  audit.target = id;
  audit.changes = [changeOf('password')];
}

/**
 * Hashes a password, which has just been verified, with the present parameters, unless that is how it is stored. It stays
 * the same password, so there is no audit entry.
 *
 * @returns the hash that is stored now
 */
export async function rehashPassword(
  db: Db,
  account: { id: string; password_hash: string },
  password: string,
): Promise<string> {
  if (!needsRehash(account.password_hash)) return account.password_hash;
  const password_hash = await hashPassword(password);
  await replaceHash(db, account.id, account.password_hash, password_hash);
  return password_hash;
}
