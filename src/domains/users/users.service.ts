import { randomBytes } from 'node:crypto';
import { checkAnswerScope } from '../../http/access/access.ts';
import { Forbidden } from '../../http/contract/problems.ts';
import { type AccountActor, isAdmin, ROLES, type Role } from '../../platform/actor.ts';
import { type Audit, changeOf } from '../../platform/audit/index.ts';
import type { Account, Db, Tx } from '../../platform/database/index.ts';
import type { AccountContext } from './users.context.ts';
import { acceptEmail, conflictOf } from './users.creation.service.ts';
import { notifyOwner } from './users.mails.ts';
import { accountChanges } from './users.mapper.ts';
import { LastAdmin, UserErased, UserNotFound } from './users.problems.ts';
import * as queries from './users.queries.ts';
import { checkApiKeyRoles, recentSignInCheck, recheckRights } from './users.rights.ts';
import type { UpdateUser } from './users.schemas.ts';

/** Keeps at least one active admin. Only where the account is an admin are the other admins locked. @throws {LastAdmin} */
async function keepAnAdmin(tx: Tx, id: string): Promise<void> {
  if ((await queries.findRights(tx, id))?.role !== 'admin') return;
  const admins = await queries.lockAdmins(tx);
  if (admins.includes(id) && admins.length === 1) throw new LastAdmin();
}

const isHigherRole = (from: Role, to: Role | undefined) =>
  to !== undefined && ROLES.indexOf(to) > ROLES.indexOf(from);

const losesAdmin = (change: UpdateUser) =>
  (change.role !== undefined && change.role !== 'admin') || change.is_active === false;

/**
 * Changes an account: its owner may set what describes them, an admin everything. A notice goes to an address that is
 * replaced.
 *
 * @throws {UserNotFound} where there is no such account, or it is somebody else's
 */
export async function updateUser(
  context: AccountContext,
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
  const checkRecentSignIn = await recentSignInCheck(context, actor);
  const [before, after] = await audit.around(context.db, async (tx) => {
    if (losesAdmin(change)) await keepAnAdmin(tx, id);
    const account = await queries.lockUser(tx, id);
    await recheckRights(tx, actor); // first: whose own account is gone is nobody any more
    if (!account || account.deleted_at) throw new UserNotFound();
    checkApiKeyRoles(actor, account.role, change.role);
    checkAnswerScope(actor, 'users:read');
    checkRecentSignIn(account, normalised);
    if (change.is_active === false) await context.accountAccess.endAll(tx, id);
    // A key that somebody else has got hold of must not gain the rights of the new role.
    else if (isHigherRole(account.role, change.role)) await context.accountAccess.endApiKeys(tx, id);
    const isMoved = normalised.email !== undefined && normalised.email !== account.email;
    try {
      const changes = isMoved ? { ...normalised, email_verified_at: null } : normalised;
      const changed = await queries.updateUser(tx, id, changes);
      audit.changes = accountChanges(account, changed);
      return [account, changed] as const;
    } catch (error) {
      throw conflictOf(error);
    }
  });
  if (after.email !== before.email) notifyOwner(context, before, 'email_changed');
  return after;
}

/** Marks the address of an account, which must be locked, as verified. */
export async function verifyUser(tx: Tx, { id }: Account, audit: Audit): Promise<void> {
  await queries.markVerified(tx, id);
  audit.target = id;
  audit.changes = [changeOf('email_verified_at')];
}

/** Soft delete: the account can be restored. Until then nobody can sign in to it or see its profile. */
export async function deleteUser(
  context: AccountContext,
  actor: AccountActor,
  id: string,
  audit: Audit,
): Promise<void> {
  await audit.around(context.db, async (tx) => {
    await keepAnAdmin(tx, id);
    const account = await queries.lockUser(tx, id);
    if (!account || account.deleted_at) throw new UserNotFound();
    await recheckRights(tx, actor);
    checkApiKeyRoles(actor, account.role);
    await context.accountAccess.endAll(tx, id);
    const deleted = await queries.updateUser(tx, id, { deleted_at: new Date().toISOString() });
    audit.changes = accountChanges(account, deleted);
  });
}

/**
 * Erases the personal data in the actor's account; the row stays as the author of what was published. A notice goes to the
 * address that it had.
 *
 * @param eraseRest erases, in the same transaction, what is stored elsewhere about the person
 */
export async function eraseUser(
  context: AccountContext,
  { account }: AccountActor,
  eraseRest: (tx: Tx) => Promise<void>,
  audit: Audit,
): Promise<void> {
  const { id } = account;
  audit.target = id;
  await audit.around(context.db, async (tx) => {
    await keepAnAdmin(tx, id);
    await queries.lockUser(tx, id); // first, so that no session starts meanwhile
    const now = new Date().toISOString();
    const random = randomBytes(16).toString('hex'); // so that nobody can register the name beforehand
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
    await eraseRest(tx);
  });
  notifyOwner(context, account, 'account_deleted');
}

export async function restoreUser(db: Db, actor: AccountActor, id: string, audit: Audit): Promise<Account> {
  return audit.around(db, async (tx) => {
    const account = await queries.lockUser(tx, id);
    if (!account) throw new UserNotFound();
    await recheckRights(tx, actor);
    checkApiKeyRoles(actor, account.role);
    checkAnswerScope(actor, 'users:read');
    if (account.erased_at) throw new UserErased();
    if (!account.deleted_at) return account;
    const restored = await queries.updateUser(tx, id, { deleted_at: null });
    audit.changes = accountChanges(account, restored);
    return restored;
  });
}
