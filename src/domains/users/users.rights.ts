import { InsufficientScope, InvalidToken, RecentSignInRequired } from '../../http/contract/problems.ts';
import type { AccountActor, Role } from '../../platform/actor.ts';
import type { Account, Tx } from '../../platform/database/index.ts';
import type { AccountContext } from './users.context.ts';
import { findRights } from './users.queries.ts';

/** What an actor may do to accounts, beyond what an operation declares. */

/** The part of a change that decides whether it needs a recent sign-in. */
interface Change {
  role?: Role | undefined;
  email?: string | undefined;
}

/**
 * Limits API keys to accounts of the role `user`: a key that could set the password or the address of a moderator or an
 * admin would grant more than its scopes.
 *
 * @param roles of the account, before and after
 */
export function checkApiKeyRoles({ apiKey }: AccountActor, ...roles: (Role | undefined)[]): void {
  if (apiKey && roles.some((role) => role !== undefined && role !== 'user'))
    throw new InsufficientScope(
      'An API key reaches accounts of the role user only. Sign in to make or change others.',
    );
}

/**
 * Rejects an actor whose rights have changed since the request was authenticated, for example while this transaction waited
 * for a lock. To be called after the account that is changed has been locked.
 */
export async function recheckRights(tx: Tx, { account }: AccountActor): Promise<void> {
  const now = await findRights(tx, account.id);
  if (!now?.is_active || now.deleted_at || now.role !== account.role) throw new InvalidToken();
}

/** Whether a change grants lasting access: a role above `user`, or another address, by which the password can be reset. */
const grantsAccess = (before: Pick<Account, 'role' | 'email'> | null, { role, email }: Change): boolean =>
  (role !== undefined && role !== 'user' && role !== before?.role) ||
  (before !== null && email !== undefined && email !== before.email);

/**
 * Looks up whether the actor has signed in recently, and returns a check that rejects changes that need it. To be called
 * before a transaction begins: the embedded database runs nothing else during one.
 */
export async function recentSignInCheck(
  { isRecentSession }: Pick<AccountContext, 'isRecentSession'>,
  { sessionId }: AccountActor,
): Promise<(before: Pick<Account, 'role' | 'email'> | null, change: Change) => void> {
  const isRecent = sessionId === null || (await isRecentSession(sessionId));
  return (before, change) => {
    if (!isRecent && grantsAccess(before, change)) throw new RecentSignInRequired();
  };
}
