import type { AccountActor } from '../../../platform/actor.ts';
import type { Audit } from '../../../platform/audit/index.ts';
import { type Account, atomically, type Db, type Tx } from '../../../platform/database/index.ts';
import { localeOf, writeMail } from '../../../platform/mail/index.ts';
import { MailThrottle } from '../../../platform/mail/throttle.ts';
import { inBatches, type RecurringTask } from '../../../platform/recurring.ts';
import {
  type AccountContext,
  acceptPassword,
  lockUser,
  normaliseEmail,
  notifyOwner,
  setPassword,
  verifyUser,
} from '../../users/index.ts';
import { InvalidMailToken } from '../auth.problems.ts';
import { endAccess } from '../sessions/sessions.service.ts';
import { hashToken, newMailToken } from '../tokens/tokens.opaque.ts';
import * as queries from './mails.queries.ts';

/** At most so many mails with a link go to one address in an hour, whoever requests them. */
export const MAILS_PER_HOUR = 3;

/** Deletes, every ten minutes, the tokens of links that are over, a day after they were sent. */
export const forgettingMailTokens = (db: Db): RecurringTask => ({
  name: 'forgetting mail tokens',
  interval: 600_000,
  run: (stopping) => inBatches(stopping, (limit) => queries.deleteOldMailTokens(db, limit)),
});

/** The page that each kind of link leads to, and how long it works, in seconds. */
export const LINKS: Record<queries.MailPurpose, { page: string; life: number }> = {
  reset_password: { page: 'reset-password', life: 10 * 60 },
  verify_email: { page: 'verify-email', life: 24 * 60 * 60 },
};

/**
 * A page of the front end below `PUBLIC_URL`, never of a host that a request names. The token is in the fragment, which
 * browsers do not send: it gets into no log and no Referer.
 */
const linkTo = (publicUrl: string, page: string, token: string) => `${publicUrl}/${page}#token=${token}`;

/** Makes the token of a mail, unless no mail may go to that address, or none any more for now. */
async function issue(tx: Tx, purpose: queries.MailPurpose, email: string) {
  const recipient = await queries.lockRecipient(tx, email);
  if (!recipient || (purpose === 'verify_email' && recipient.email_verified_at)) return undefined;
  if ((await queries.countRecentMails(tx, email)) >= MAILS_PER_HOUR) return undefined;
  const token = newMailToken();
  const { life } = LINKS[purpose];
  const token_hash = hashToken(token);
  await queries.replaceMailToken(tx, { token_hash, user_id: recipient.id, purpose, email, life });
  return { token, recipient };
}

/** The same with an audit entry where a token was made: only then the account is known. */
const issueAudited = (db: Db, purpose: queries.MailPurpose, email: string, audit: Audit) =>
  audit.around(db, async (tx) => {
    const issued = await issue(tx, purpose, email);
    if (issued) audit.target = issued.recipient.id;
    else audit.skip(); // no mail is sent, and the account may not exist
    return issued;
  });

/**
 * Writes and sends a mail with a link in the background.
 *
 * @param audit of a request for this mail; without one it is a part of something that has an entry already
 */
function sendLink(context: AccountContext, purpose: queries.MailPurpose, email: string, audit?: Audit): void {
  const { db, mailer, counters } = context;
  const throttle = new MailThrottle(counters, 'link', MAILS_PER_HOUR);
  const publicUrl = context.publicUrl(); // now, while the service listens: later it does not know its address
  mailer.send(async () => {
    const issued = audit
      ? await issueAudited(db, purpose, email, audit)
      : await atomically(db, (tx) => issue(tx, purpose, email));
    if (!issued) return undefined;
    // Counted once more in the cache: in the database the mails to an erased account are gone.
    if (!(await throttle.allows(email))) return undefined;
    const { page, life } = LINKS[purpose];
    const url = linkTo(publicUrl, page, issued.token);
    const letter = { kind: purpose, to: email, locale: localeOf(issued.recipient.locale), publicUrl };
    return writeMail({ ...letter, link: { url, life } });
  });
}

/**
 * Sends the link that sets a new password. Whether there is an account is looked up only after the answer, so that the
 * answer takes as long for every address. The one statement before it makes the request fail where the database is down.
 */
export async function requestPasswordReset(
  context: AccountContext,
  address: string,
  audit: Audit,
): Promise<void> {
  audit.defer();
  const email = normaliseEmail(address);
  if ((await queries.countRecentMails(context.db, email)) < MAILS_PER_HOUR)
    sendLink(context, 'reset_password', email, audit);
}

/**
 * Sets a new password with the token of a mail, ends every session and API key, and notifies the owner. It does not verify
 * the address: for that there is `verifyEmail`.
 *
 * @throws {InvalidMailToken} where the token cannot be used; a password that is refused does not use it up
 */
export async function resetPassword(
  context: AccountContext,
  token: string,
  password: string,
  audit: Audit,
): Promise<void> {
  const found = await findMailToken(context.db, 'reset_password', token, audit);
  // After the token was found: hashing is expensive, and a made-up token must not cause it.
  const passwordHash = await acceptPassword(password, found.owner);
  const account = await useToken(context.db, found, audit, async (tx, account) => {
    await setPassword(tx, account, passwordHash, audit);
    await endAccess(tx, account.id);
  });
  notifyOwner(context, account, 'password_changed');
}

/** @throws {InvalidMailToken} where the token cannot be used, or the account has another address by now */
export async function verifyEmail(db: Db, token: string, audit: Audit): Promise<void> {
  const found = await findMailToken(db, 'verify_email', token, audit);
  await useToken(db, found, audit, (tx, account) => verifyUser(tx, account, audit));
}

interface FoundToken {
  purpose: queries.MailPurpose;
  hash: Buffer;
  owner: Pick<Account, 'id' | 'email' | 'username' | 'full_name'>;
}

async function findMailToken(
  db: Db,
  purpose: queries.MailPurpose,
  token: string,
  audit: Audit,
): Promise<FoundToken> {
  const hash = hashToken(token);
  const owner = await queries.findOwnerOfMailToken(db, purpose, hash);
  if (!owner) throw new InvalidMailToken();
  audit.target = owner.id;
  return { purpose, hash, owner };
}

/**
 * Uses a token up, and then changes its account, where that is still active and has the address that the mail was sent to.
 * The account is locked first, as where tokens are made: so there is no deadlock, and a session that starts meanwhile is
 * found by what ends sessions.
 *
 * @param change is given the account, locked
 * @returns the account as it was before the change
 */
async function useToken(
  db: Db,
  { purpose, hash, owner }: FoundToken,
  audit: Audit,
  change: (tx: Tx, account: Account) => Promise<void>,
): Promise<Account> {
  const changed = await audit.around(db, async (tx) => {
    const account = await lockUser(tx, owner.id);
    const used = await queries.useMailToken(tx, purpose, hash);
    const isUsable = used && account?.is_active && !account.deleted_at && account.email === used.email;
    if (!isUsable) return audit.refuse(InvalidMailToken);
    audit.actorId = owner.id;
    await change(tx, account);
    return account;
  });
  if (!changed) throw new InvalidMailToken();
  return changed;
}

/** Sends the link that verifies the address of a new account. A part of something that has an audit entry of its own. */
export function sendVerification(context: AccountContext, { email }: { email: string }): void {
  sendLink(context, 'verify_email', email);
}

/** Sends the actor the link that verifies their address, unless it is verified already. */
export function requestVerification(context: AccountContext, { account }: AccountActor, audit: Audit): void {
  audit.defer();
  sendLink(context, 'verify_email', account.email, audit);
}
