import type { SessionActor } from '../../../platform/actor.ts';
import { type Audit, withoutValues } from '../../../platform/audit/index.ts';
import type { PasswordThrottle } from '../../../platform/password-throttle.ts';
import { verifyPassword } from '../../../platform/passwords.ts';
import {
  acceptPassword,
  endAccess,
  lockWithPassword,
  notifyOwner,
  type Service,
  updateAccount,
} from '../../users/index.ts';
import { WrongPassword } from '../auth.problems.ts';
import { endMailToken } from '../mails/mails.queries.ts';

/**
 * Sets another password, ends every other session, the API keys and a link that was sent for a new password, and notifies
 * the owner.
 */
export async function changePassword(
  service: Service,
  throttle: PasswordThrottle,
  actor: SessionActor,
  change: { current_password: string; new_password: string },
  audit: Audit,
): Promise<void> {
  const { id, password_hash: present } = actor.account;
  audit.target = id;
  await throttle.attempt({ account: id, ip: actor.client.ip }, WrongPassword, async () => {
    if (!(await verifyPassword(present, change.current_password))) throw new WrongPassword();
  });
  const password_hash = await acceptPassword(change.new_password);
  const account = await audit.around(service.db, async (tx) => {
    // A reset in the meantime ended this session, too: the old password must not undo it.
    const account = await lockWithPassword(tx, id, present);
    if (!account) throw new WrongPassword();
    await updateAccount(tx, id, { password_hash });
    await endAccess(tx, id, actor.sessionId);
    await endMailToken(tx, id, 'reset_password');
    audit.changes = [withoutValues('password')];
    return account;
  });
  notifyOwner(service, account, 'password_changed');
}
