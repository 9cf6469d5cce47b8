import { type Audit, withoutValues } from '../../../platform/audit/index.ts';
import { type Account, atomically, type Db, type Tx } from '../../../platform/database/index.ts';
import { localeOf, writeMail } from '../../../platform/mail/index.ts';
import { MailThrottle } from '../../../platform/mail/throttle.ts';
import {
  acceptPassword,
  endAccess,
  lockUser,
  normaliseEmail,
  notifyOwner,
  type Service,
} from '../../users/index.ts';
import { InvalidMailToken } from '../auth.problems.ts';
import { hashToken, newMailToken } from '../tokens/tokens.opaque.ts';
import * as queries from './mails.queries.ts';

/** Mails with a link that anybody can have sent to one address within an hour. */
export const MAILS_PER_HOUR = 3;

/** Where each kind of link leads, and for how long it works, in seconds. */
export const LINKS: Record<queries.MailPurpose, { page: string; life: number }> = {
  reset_password: { page: 'reset-password', life: 10 * 60 },
  verify_email: { page: 'verify-email', life: 24 * 60 * 60 },
};

/**
 * A page of the front end below `PUBLIC_URL`, never of a host that a request names. The token stands in the fragment, which
 * browsers keep to themselves: it gets into no log and no Referer.
 */
const linkTo = (publicUrl: string, page: string, token: string) => `${publicUrl}/${page}#token=${token}`;

/** Makes the token of a mail, unless none is to be sent: to whom, or how often, is decided here. */
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

/** The same, told in the audit log where a token was made: until then nobody knows to whom, or whether to anybody. */
const issueAudited = (db: Db, purpose: queries.MailPurpose, email: string, audit: Audit) =>
  audit.around(db, async (tx) => {
    const issued = await issue(tx, purpose, email);
    if (issued) audit.target = issued.recipient.id;
    else audit.skip();
    return issued;
  });

/**
 * Has a mail with a link written and sent once nobody waits for it.
 *
 * @param audit of a request for this mail; without one it is a part of something that has an entry already
 */
function sendLink(service: Service, purpose: queries.MailPurpose, email: string, audit?: Audit): void {
  const { db, mailer, counters } = service;
  const throttle = new MailThrottle(counters, 'link', MAILS_PER_HOUR);
  const publicUrl = service.publicUrl(); // now: a service that has stopped listening does not know its address any more
  mailer.send(async () => {
    const issued = audit
      ? await issueAudited(db, purpose, email, audit)
      : await atomically(db, (tx) => issue(tx, purpose, email));
    if (!issued) return undefined;
    // Once more, since those to an account that has been erased are not known by the database any more.
    if (!(await throttle.allows(email))) return undefined;
    const { page, life } = LINKS[purpose];
    const url = linkTo(publicUrl, page, issued.token);
    const letter = { kind: purpose, to: email, locale: localeOf(issued.recipient.locale), publicUrl };
    return writeMail({ ...letter, link: { url, life } });
  });
}

/**
 * Sends the link that sets a new password. Whether there is an account is looked up only after the answer: until then the
 * same is done for every address. The one statement before it tells whoever asks that the database is not there.
 */
export async function requestPasswordReset(service: Service, address: string, audit: Audit): Promise<void> {
  audit.defer();
  const email = normaliseEmail(address);
  if ((await queries.countRecentMails(service.db, email)) < MAILS_PER_HOUR)
    sendLink(service, 'reset_password', email, audit);
}

/**
 * Sets a new password with the token of a mail, ends every session and API key, and tells the owner. That the address is the account's
 * own is not taken for verified by it: a person says so by `verifyEmail`.
 *
 * @throws {InvalidMailToken} where the token cannot be used; a password that is refused does not use it up
 */
export async function resetPassword(
  service: Service,
  token: string,
  password: string,
  audit: Audit,
): Promise<void> {
  const tokenHash = hashToken(token);
  // First, because hashing a password is work, which a made-up token must not cause.
  const owner = await queries.findOwnerOfMailToken(service.db, 'reset_password', tokenHash);
  if (!owner) throw new InvalidMailToken();
  audit.target = owner;
  const passwordHash = await acceptPassword(password);
  const account = await useToken(service.db, audit, 'password', async (tx) => {
    await lockUser(tx, owner);
    const changed = await queries.resetPassword(tx, tokenHash, passwordHash);
    if (changed) await endAccess(tx, changed.id);
    return changed;
  });
  notifyOwner(service, account, 'password_changed');
}

/**
 * Uses a token up, whether or not it still changes anything. In a transaction that is repeated where it gets in the way of
 * a mail to the same account that is just being written.
 *
 * @param use gives the account that it has changed, if it has changed one
 */
async function useToken<T extends { id: string }>(
  db: Db,
  audit: Audit,
  field: string,
  use: (tx: Tx) => Promise<T | undefined>,
): Promise<T> {
  const changed = await audit.around(db, async (tx) => {
    const account = await use(tx);
    if (!account) return audit.refuse(InvalidMailToken);
    audit.actorId = account.id;
    audit.target = account.id;
    audit.changes = [withoutValues(field)];
    return account;
  });
  if (!changed) throw new InvalidMailToken();
  return changed;
}

/** Sends the link that verifies the address of an account, unless it is verified already. */
export function sendVerification(service: Service, { email }: Pick<Account, 'email'>): void {
  sendLink(service, 'verify_email', email);
}

/** The same on request. */
export function requestVerification(service: Service, { email }: Pick<Account, 'email'>, audit: Audit): void {
  audit.defer();
  sendLink(service, 'verify_email', email, audit);
}

/** @throws {InvalidMailToken} where the token cannot be used, or the account has another address by now */
export async function verifyEmail(db: Db, token: string, audit: Audit): Promise<void> {
  await useToken(db, audit, 'email_verified_at', (tx) => queries.verifyEmail(tx, hashToken(token)));
}
