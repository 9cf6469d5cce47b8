import type { Account } from '../../platform/database/index.ts';
import { localeOf, type Mailer, type NoticeKind, writeMail } from '../../platform/mail/index.ts';

/** What mails are sent with; the app has it. */
export interface Sender {
  mailer: Mailer;
  publicUrl(): string;
}

/**
 * Tells the owner of an account what has happened to it, in the language of the account. To be called once that is
 * committed, with the account as it was then: what is rolled back was not, and an erased account has no address.
 */
export function notifyOwner(
  { mailer, publicUrl }: Sender,
  { email, locale }: Pick<Account, 'email' | 'locale'>,
  kind: NoticeKind,
): void {
  mailer.send(writeMail({ kind, to: email, locale: localeOf(locale), publicUrl: publicUrl() }));
}
