import type { Account } from '../../platform/database/index.ts';
import { localeOf, type NoticeKind, writeMail } from '../../platform/mail/index.ts';
import { MailThrottle } from '../../platform/mail/throttle.ts';
import type { MailContext } from './users.context.ts';

/** At most so many notices of one kind go to an address in an hour: it may belong to somebody else. */
const NOTICES_PER_HOUR = 3;

/**
 * Sends a notice about an account to its owner, in the language of the account. To be called after the commit, with the
 * account as it was before the change.
 *
 * @param about which thing it is about; must not contain text that users have entered
 */
export function notifyOwner(
  { mailer, counters, publicUrl }: MailContext,
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
