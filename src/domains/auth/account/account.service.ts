import type { SessionActor } from '../../../platform/actor.ts';
import type { Audit } from '../../../platform/audit/index.ts';
import type { PasswordThrottle } from '../../../platform/password-throttle.ts';
import { verifyPassword } from '../../../platform/passwords.ts';
import {
  type AccountContext,
  acceptPassword,
  lockIfPasswordIs,
  notifyOwner,
  setPassword,
} from '../../users/index.ts';
import { WrongPassword } from '../auth.problems.ts';
import { endMailToken } from '../mails/mails.queries.ts';
import { endAccess } from '../sessions/sessions.service.ts';

/**
 * Sets another password, ends every other session, the API keys and a link that was sent for a new password, and notifies
 * the owner.
 */
export async function changePassword(
  context: AccountContext,
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
  const password_hash = await acceptPassword(change.new_password, actor.account);
  const account = await audit.around(context.db, async (tx) => {
    // A reset in the meantime ended this session, too: the old password must not undo it.
    const account = await lockIfPasswordIs(tx, id, present);
    if (!account) throw new WrongPassword();
    await setPassword(tx, account, password_hash, audit);
    await endAccess(tx, id, actor.sessionId);
    await endMailToken(tx, id, 'reset_password');
    return account;
  });
  notifyOwner(context, account, 'password_changed');
}
