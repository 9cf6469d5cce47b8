import type { Counters } from '../../platform/counters/index.ts';
import type { Account, Db } from '../../platform/database/index.ts';
import { localeOf, type Mailer, type NoticeKind, writeMail } from '../../platform/mail/index.ts';
import { MailThrottle } from '../../platform/mail/throttle.ts';

/** What mails are sent with; the app has it. */
export interface Sender {
  mailer: Mailer;
  counters: Counters;
  publicUrl(): string;
}

/** What services need that change an account and tell its owner; the app has it. */
export interface Service extends Sender {
  db: Db;
  /** Whether a session has begun lately. */
  isRecentSession(sessionId: string): Promise<boolean>;
}

/** Notices of one kind that go to an address in an hour: whoever has registered it need not be the one who reads them. */
const NOTICES_PER_HOUR = 3;

/**
 * Tells the owner of an account what has happened to it, in the language of the account. To be called once that is
 * committed, with the account as it was then: what is rolled back was not.
 *
 * @param about what it is about in particular, in words that nobody has entered
 */
export function notifyOwner(
  { mailer, counters, publicUrl }: Sender,
  { email, locale }: Pick<Account, 'email' | 'locale'>,
  kind: NoticeKind,
  about?: string,
): void {
  const letter = {
    kind,
    to: email,
    locale: localeOf(locale),
    publicUrl: publicUrl(),
    ...(about && { about }),
  };
  const throttle = new MailThrottle(counters, kind, NOTICES_PER_HOUR);
  mailer.send(async () => ((await throttle.allows(email)) ? writeMail(letter) : undefined));
}
