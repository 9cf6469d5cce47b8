import slugify from '@sindresorhus/slugify';
import { ValidationFailed } from '../../http/contract/problems.ts';
import type { Role } from '../../platform/actor.ts';
import type { Audit } from '../../platform/audit/index.ts';
import { violatedConstraint } from '../../platform/database/errors.ts';
import type { Account, Db } from '../../platform/database/index.ts';
import { newId } from '../../platform/ids.ts';
import { accountChanges } from './users.mapper.ts';
import { acceptPassword } from './users.passwords.service.ts';
import type { KnownOfAccount } from './users.passwords.ts';
import { EmailTaken, UsernameTaken } from './users.problems.ts';
import * as queries from './users.queries.ts';
import { checkApiKeyRoles, recheckRights } from './users.rights.ts';
import { EMAIL } from './users.schemas.ts';

export interface NewAccount {
  email: string;
  /** Without one nobody can sign in to the account until its password is set by mail. */
  password_hash?: string | null | undefined;
  username?: string | undefined;
  full_name?: string | null | undefined;
  bio?: string | null | undefined;
  role?: Role | undefined;
  is_active?: boolean | undefined;
  locale?: string | undefined;
}

/** Addresses are compared without regard to case and to how their characters are composed (NFKC). */
export const normaliseEmail = (email: string): string => email.normalize('NFKC').toLowerCase();

const ADDRESS = new RegExp(EMAIL.pattern);

/** The normalised form of an address to be stored. @throws {ValidationFailed} where that is not an address any more */
export function acceptEmail(email: string): string {
  const address = normaliseEmail(email);
  if (ADDRESS.test(address) && [...address].length <= EMAIL.maxLength) return address;
  const detail = 'must still be an address when its characters are normalised (NFKC)';
  throw new ValidationFailed(undefined, { errors: [{ pointer: '/email', code: 'format', detail }] });
}

/** An account to be created, with its password hashed: see {@link acceptPassword}. */
export async function acceptAccount<T extends KnownOfAccount & { password: string }>(input: T) {
  const { password, ...account } = input;
  return { ...account, password_hash: await acceptPassword(password, account) };
}

/** The problem for a violated constraint on an address or a username; any other error as it is. */
export function conflictOf(error: unknown): unknown {
  const constraint = violatedConstraint(error);
  if (constraint === 'users_email_key') return new EmailTaken();
  if (constraint === 'users_username_key') return new UsernameTaken();
  return error;
}

/** A free username derived from a preferred one: `ada`, `ada-2` … */
async function freeUsername(db: Db, preferred: string): Promise<string> {
  const base = slugify(preferred, { separator: '-' }).slice(0, 24).replace(/-+$/, '').padEnd(3, '0');
  return (await queries.firstFreeUsername(db, base)) ?? `${base}-${newId().slice(-6)}`;
}

const ATTEMPTS = 5;

async function insertAccount(db: Db, account: NewAccount): Promise<Account> {
  const { username, password_hash = null, ...rest } = account;
  const email = acceptEmail(account.email);
  const given = Object.fromEntries(Object.entries(rest).filter(([, value]) => value !== undefined));
  const insert = (name: string, how: 'chosen' | 'derived') =>
    queries.insertUser(db, { ...given, id: newId(), email, username: name, password_hash }, how);
  try {
    for (let attempt = 1; attempt <= ATTEMPTS; attempt++) {
      const name = username ?? (await freeUsername(db, email.split('@', 1)[0] ?? 'user'));
      const account = await insert(name, username === undefined ? 'derived' : 'chosen');
      if (account) return account;
    }
  } catch (error) {
    throw conflictOf(error);
  }
  throw new UsernameTaken();
}

/**
 * Creates an account: for somebody else where the actor has an account, otherwise for the actor. A username that is not
 * given is derived from the address.
 */
export async function createAccount(db: Db, account: NewAccount, audit: Audit): Promise<Account> {
  const creator = audit.actor.account && { ...audit.actor, account: audit.actor.account };
  if (creator) checkApiKeyRoles(creator, account.role);
  return audit.around(db, async (tx) => {
    if (creator) await recheckRights(tx, creator);
    const created = await insertAccount(tx, account);
    audit.target = created.id;
    audit.changes = accountChanges(null, created);
    return created;
  });
}
