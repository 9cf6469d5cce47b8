import type { Audit } from '../../platform/audit/index.ts';
import type { Account } from '../../platform/database/index.ts';
import type { AccountContext } from './users.context.ts';
import { normaliseEmail } from './users.creation.service.ts';
import { accountChanges } from './users.mapper.ts';
import { UserNotFound } from './users.problems.ts';
import * as queries from './users.queries.ts';

/** What became of an account that was to be made an admin. */
export interface Promotion {
  outcome: 'promoted' | 'was admin already' | 'is deleted' | 'is disabled';
  account: Account;
}

/**
 * Makes an existing account an admin, for the operator of the service: the actor need not have an account. As with every
 * higher role its API keys end: one that somebody else has got hold of must not gain the rights of the role. Its sessions
 * stay. An account that is deleted or disabled is not changed.
 *
 * @throws {UserNotFound} where no account has the address
 */
export async function promoteToAdmin(
  { db, accountAccess }: Pick<AccountContext, 'db' | 'accountAccess'>,
  email: string,
  audit: Audit,
): Promise<Promotion> {
  const found = await queries.findByEmail(db, normaliseEmail(email));
  if (!found) throw new UserNotFound();
  audit.target = found.id;
  return audit.around(db, async (tx): Promise<Promotion> => {
    const account = await queries.lockUser(tx, found.id);
    if (!account) throw new UserNotFound();
    const left = (outcome: Promotion['outcome']): Promotion => {
      audit.skip(); // the account stays as it is
      return { outcome, account };
    };
    if (account.deleted_at) return left('is deleted');
    if (!account.is_active) return left('is disabled');
    if (account.role === 'admin') return left('was admin already');
    await accountAccess.endApiKeys(tx, account.id);
    const promoted = await queries.updateUser(tx, account.id, { role: 'admin' });
    audit.changes = accountChanges(account, promoted);
    return { outcome: 'promoted', account: promoted };
  });
}
