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
 * Makes an existing account an admin, for whoever runs the service: no account has to be one for that. As wherever a role
 * rises its API keys end, so that what could do little in the hands of others does not come to do much; its sessions and
 * everything else of it stay. One that is deleted or disabled is left alone.
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
      audit.skip();
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
