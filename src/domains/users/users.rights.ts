import { InsufficientScope, InvalidToken, RecentSignInRequired } from '../../http/contract/problems.ts';
import type { AccountActor, Role } from '../../platform/actor.ts';
import type { Account, Tx } from '../../platform/database/index.ts';
import type { Service } from './users.mails.ts';
import { findActor } from './users.queries.ts';

/** What may be done to accounts, beyond what an operation declares. */

/** What of a change says how grave it is. */
interface Change {
  role?: Role | undefined;
  email?: string | undefined;
}

/**
 * Keeps an API key to plain accounts: by one of a moderator or an admin, whose password or address it could set, it would
 * be more than its scopes.
 */
export function checkReach({ apiKey }: AccountActor, ...roles: (Role | undefined)[]): void {
  if (apiKey && roles.some((role) => role !== undefined && role !== 'user'))
    throw new InsufficientScope(
      'An API key reaches accounts of the role user only. Sign in to make or change others.',
    );
}

/**
 * Refuses who has lost rights since they were let in, such as while a change of theirs waited for their own account to be
 * changed. To be called with that account locked.
 */
export async function checkActor(tx: Tx, { account }: AccountActor): Promise<void> {
  const now = await findActor(tx, account.id);
  if (!now?.is_active || now.deleted_at || now.role !== account.role) throw new InvalidToken();
}

/** Whether a change lets somebody in for good: by a role above that of a user, or by the address that passwords are reset by. */
const isGrave = (before: Pick<Account, 'role' | 'email'> | null, { role, email }: Change): boolean =>
  (role !== undefined && role !== 'user' && role !== before?.role) ||
  (before !== null && email !== undefined && email !== before.email);

/**
 * Asks whether who acts has signed in lately, and gives what refuses a grave change where not. Before any transaction,
 * since the embedded database answers nobody else during one.
 */
export async function recentlySignedIn(
  { isRecentSession }: Pick<Service, 'isRecentSession'>,
  { sessionId }: AccountActor,
): Promise<(before: Pick<Account, 'role' | 'email'> | null, change: Change) => void> {
  const isRecent = sessionId === null || (await isRecentSession(sessionId));
  return (before, change) => {
    if (!isRecent && isGrave(before, change)) throw new RecentSignInRequired();
  };
}
