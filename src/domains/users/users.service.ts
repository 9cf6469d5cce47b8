import { randomBytes } from 'node:crypto';
import slugify from '@sindresorhus/slugify';
import { Forbidden, ValidationFailed } from '../../http/contract/problems.ts';
import type { AccountActor } from '../../platform/actor.ts';
import { isAdmin, ROLES, type Role } from '../../platform/actor.ts';
import type { Audit } from '../../platform/audit/index.ts';
import { violatedConstraint } from '../../platform/database/errors.ts';
import type { Account, Db, Tx } from '../../platform/database/index.ts';
import { forgetCallsOf } from '../../platform/deprecated-calls/index.ts';
import { forgetAnswersAbout } from '../../platform/idempotency/index.ts';
import { newId } from '../../platform/ids.ts';
import { hashPassword } from '../../platform/passwords.ts';
import { notifyOwner, type Service } from './users.mails.ts';
import { accountChanges } from './users.mapper.ts';
import { isCommonPassword } from './users.passwords.ts';
import {
  EmailTaken,
  LastAdmin,
  UserErased,
  UserNotFound,
  UsernameTaken,
  WeakPassword,
} from './users.problems.ts';
import * as queries from './users.queries.ts';
import { checkActor, checkReach, recentlySignedIn } from './users.rights.ts';
import { EMAIL, type UpdateUser } from './users.schemas.ts';

export interface NewAccount {
  email: string;
  /** Without one the account cannot sign in until it is claimed. */
  password_hash?: string | null | undefined;
  username?: string | undefined;
  full_name?: string | null | undefined;
  bio?: string | null | undefined;
  role?: Role | undefined;
  is_active?: boolean | undefined;
  locale?: string | undefined;
}

/** Addresses are one whatever their case and however their characters are composed (NFKC). */
export const normaliseEmail = (email: string): string => email.normalize('NFKC').toLowerCase();

const ADDRESS = new RegExp(EMAIL.pattern);

/** The normalised form of an address to be stored. @throws {ValidationFailed} where that is no address any more */
function acceptEmail(email: string): string {
  const address = normaliseEmail(email);
  if (ADDRESS.test(address) && [...address].length <= EMAIL.maxLength) return address;
  const detail = 'must still be an address when its characters are normalised (NFKC)';
  throw new ValidationFailed(undefined, { errors: [{ pointer: '/email', code: 'format', detail }] });
}

/** Hashes a password that may be set. @throws {WeakPassword} for one of the commonest */
export async function acceptPassword(password: string): Promise<string> {
  if (await isCommonPassword(password)) throw new WeakPassword();
  return hashPassword(password);
}

/** An account to be made, with its password hashed: that takes a while, and so it comes before any transaction. */
export async function acceptAccount<T extends { password: string }>(input: T) {
  const { password, ...account } = input;
  return { ...account, password_hash: await acceptPassword(password) };
}

/** Says whose name is taken, for an error from the database that is about one. */
function conflictOf(error: unknown): unknown {
  const constraint = violatedConstraint(error);
  if (constraint === 'users_email_key') return new EmailTaken();
  if (constraint === 'users_username_key') return new UsernameTaken();
  return error;
}

/** A username made from a preferred one that nobody has yet: `ada`, `ada-2` … */
async function freeUsername(db: Db, preferred: string): Promise<string> {
  const base = slugify(preferred, { separator: '-' }).slice(0, 24).replace(/-+$/, '').padEnd(3, '0');
  return (await queries.firstFreeUsername(db, base)) ?? `${base}-${newId().slice(-6)}`;
}

/** Makes an account. A username that is not given is made from the address. */
async function createUser(db: Db, account: NewAccount): Promise<Account> {
  const { username, password_hash = null, ...rest } = account;
  const email = acceptEmail(account.email);
  const given = Object.fromEntries(Object.entries(rest).filter(([, value]) => value !== undefined));
  const insert = (name: string, how: 'chosen' | 'derived') =>
    queries.insertUser(db, { ...given, id: newId(), email, username: name, password_hash }, how);
  try {
    for (let attempt = 1; attempt <= 5; attempt++) {
      const name = username ?? (await freeUsername(db, email.split('@', 1)[0] ?? 'user'));
      const made = await insert(name, username === undefined ? 'derived' : 'chosen');
      if (made) return made;
    }
  } catch (error) {
    throw conflictOf(error);
  }
  throw new UsernameTaken();
}

/** Makes an account: for somebody else where an account asks for it, otherwise for whoever asks. */
export async function createAccount(db: Db, account: NewAccount, audit: Audit): Promise<Account> {
  const by = audit.actor.account && { ...audit.actor, account: audit.actor.account };
  if (by) checkReach(by, account.role);
  return audit.around(db, async (tx) => {
    if (by) await checkActor(tx, by);
    const made = await createUser(tx, account);
    audit.target = made.id;
    audit.changes = accountChanges(null, made);
    return made;
  });
}

/** Refuses to leave the service without an active admin. Nobody else's account holds the admins up. */
async function keepAnAdmin(tx: Tx, id: string): Promise<void> {
  if ((await queries.findActor(tx, id))?.role !== 'admin') return;
  const admins = await queries.lockAdmins(tx);
  if (admins.includes(id) && admins.length === 1) throw new LastAdmin();
}

const rises = (from: Role, to: Role | undefined) =>
  to !== undefined && ROLES.indexOf(to) > ROLES.indexOf(from);

const losesAdmin = (change: UpdateUser) =>
  (change.role !== undefined && change.role !== 'admin') || change.is_active === false;

/**
 * Changes an account: its owner may set what describes them, an admin everything. An address that is given up is told so.
 *
 * @throws {UserNotFound} where it is not there, or is somebody else's
 */
export async function updateUser(
  service: Service,
  actor: AccountActor,
  id: string,
  change: UpdateUser,
  audit: Audit,
): Promise<Account> {
  audit.target = id;
  if (!isAdmin(actor)) {
    if (actor.account.id !== id) throw new UserNotFound();
    const reserved = ['email', 'role', 'is_active'].filter((name) => name in change);
    if (reserved.length > 0) throw new Forbidden(`Only an admin may set ${reserved.join(', ')}.`);
  }
  const normalised = change.email === undefined ? change : { ...change, email: acceptEmail(change.email) };
  const checkRecent = await recentlySignedIn(service, actor);
  const [before, after] = await audit.around(service.db, async (tx) => {
    if (losesAdmin(change)) await keepAnAdmin(tx, id);
    const account = await queries.lockUser(tx, id);
    if (!account || account.deleted_at) throw new UserNotFound();
    await checkActor(tx, actor);
    checkReach(actor, account.role, change.role);
    checkRecent(account, normalised);
    if (change.is_active === false) await queries.endAccess(tx, id);
    // What could do little in the hands of others must not come to do much.
    else if (rises(account.role, change.role)) await queries.endKeys(tx, id);
    const moved = normalised.email !== undefined && normalised.email !== account.email;
    try {
      const changes = moved ? { ...normalised, email_verified_at: null } : normalised;
      const changed = await queries.updateUser(tx, id, changes);
      audit.changes = accountChanges(account, changed);
      return [account, changed] as const;
    } catch (error) {
      throw conflictOf(error);
    }
  });
  if (after.email !== before.email) notifyOwner(service, before, 'email_changed');
  return after;
}

/** Soft delete: the account can be restored, and until then its tokens, sessions and page are gone. */
export async function deleteUser(db: Db, actor: AccountActor, id: string, audit: Audit): Promise<void> {
  await audit.around(db, async (tx) => {
    await keepAnAdmin(tx, id);
    const account = await queries.lockUser(tx, id);
    if (!account || account.deleted_at) throw new UserNotFound();
    await checkActor(tx, actor);
    checkReach(actor, account.role);
    await queries.endAccess(tx, id);
    const deleted = await queries.updateUser(tx, id, { deleted_at: new Date().toISOString() });
    audit.changes = accountChanges(account, deleted);
  });
}

/** A person deletes their own account: its personal data is erased and what they published stays, under no name. */
export async function eraseUser(service: Service, account: Account, audit: Audit): Promise<void> {
  const { id } = account;
  audit.target = id;
  await audit.around(service.db, async (tx) => {
    await keepAnAdmin(tx, id);
    await queries.lockUser(tx, id); // before its sessions are looked for, so that none begins meanwhile
    const now = new Date().toISOString();
    await forgetAnswersAbout(tx, id);
    await queries.endAccess(tx, id);
    const random = randomBytes(16).toString('hex'); // so that nobody can take the name beforehand
    await queries.updateUser(tx, id, {
      email: `${random}@deleted.invalid`,
      username: `deleted-${random.slice(0, 16)}`,
      full_name: null,
      bio: null,
      password_hash: null,
      email_verified_at: null,
      role: 'user',
      locale: 'en',
      deleted_at: now,
      erased_at: now,
    });
    await queries.forgetAuditedChanges(tx, id);
    await forgetCallsOf(tx, id);
    await queries.deleteMailTokens(tx, id);
  });
  notifyOwner(service, account, 'account_deleted');
}

export async function restoreUser(db: Db, actor: AccountActor, id: string, audit: Audit): Promise<Account> {
  return audit.around(db, async (tx) => {
    const account = await queries.lockUser(tx, id);
    if (!account) throw new UserNotFound();
    await checkActor(tx, actor);
    checkReach(actor, account.role);
    if (account.erased_at) throw new UserErased();
    if (!account.deleted_at) return account;
    const restored = await queries.updateUser(tx, id, { deleted_at: null });
    audit.changes = accountChanges(account, restored);
    return restored;
  });
}
