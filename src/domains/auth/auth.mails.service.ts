import { type Account, atomically, type Db } from '../../platform/database/index.ts';
import { localeOf, type Mailer, writeMail } from '../../platform/mail/index.ts';
import { acceptPassword, normaliseEmail } from '../users/index.ts';
import * as queries from './auth.mails.queries.ts';
import { InvalidMailToken } from './auth.problems.ts';
import { hashToken, newMailToken } from './auth.tokens.ts';

/** What mails with a link are made and sent with; the app has it. */
export interface Post {
  db: Db;
  mailer: Mailer;
  publicUrl(): string;
}

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
async function issue(db: Db, purpose: queries.MailPurpose, email: string) {
  return atomically(db, async (tx) => {
    const recipient = await queries.lockRecipient(tx, email);
    if (!recipient || (purpose === 'verify_email' && recipient.email_verified_at)) return undefined;
    if ((await queries.countRecentMails(tx, email)) >= MAILS_PER_HOUR) return undefined;
    const token = newMailToken();
    const { life } = LINKS[purpose];
    const token_hash = hashToken(token);
    await queries.replaceMailToken(tx, { token_hash, user_id: recipient.id, purpose, email, life });
    return { token, locale: localeOf(recipient.locale) };
  });
}

/** Has a mail with a link written and sent once nobody waits for it. */
function sendLink(post: Post, purpose: queries.MailPurpose, email: string): void {
  const { db, mailer } = post;
  const publicUrl = post.publicUrl(); // now: a service that has stopped listening does not know its address any more
  mailer.send(async () => {
    const issued = await issue(db, purpose, email);
    if (!issued) return undefined;
    const { page, life } = LINKS[purpose];
    const url = linkTo(publicUrl, page, issued.token);
    const letter = { kind: purpose, to: email, locale: issued.locale, publicUrl };
    return writeMail({ ...letter, link: { url, life } });
  });
}

/**
 * Sends the link that sets a new password. Whether there is an account is looked up only after the answer: until then the
 * same is done for every address. The one statement before it tells whoever asks that the database is not there.
 */
export async function requestPasswordReset(post: Post, address: string): Promise<void> {
  const email = normaliseEmail(address);
  if ((await queries.countRecentMails(post.db, email)) < MAILS_PER_HOUR)
    sendLink(post, 'reset_password', email);
}

/**
 * Sets a new password with the token of a mail and ends every session. That the address is the account's own is not taken
 * for verified by it: a person says so by `verifyEmail`.
 *
 * @throws {InvalidMailToken} where the token cannot be used; a password that is refused does not use it up
 */
export async function resetPassword(db: Db, token: string, password: string): Promise<void> {
  const tokenHash = hashToken(token);
  // First, because hashing a password is work, which a made-up token must not cause.
  if (!(await queries.isMailTokenLive(db, 'reset_password', tokenHash))) throw new InvalidMailToken();
  const passwordHash = await acceptPassword(password);
  // In a transaction for its repetition: it may get in the way of a mail to the same account that is just being written.
  const isSet = await atomically(db, (tx) => queries.resetPassword(tx, tokenHash, passwordHash));
  if (!isSet) throw new InvalidMailToken();
}

/** Sends the link that verifies the address of an account, unless it is verified already. */
export function sendVerification(post: Post, { email }: Pick<Account, 'email'>): void {
  sendLink(post, 'verify_email', email);
}

/** @throws {InvalidMailToken} where the token cannot be used, or the account has another address by now */
export async function verifyEmail(db: Db, token: string): Promise<void> {
  const isVerified = await atomically(db, (tx) => queries.verifyEmail(tx, hashToken(token)));
  if (!isVerified) throw new InvalidMailToken();
}
