import type { Config } from '../../config.ts';
import type { Log } from '../log.ts';
import type { Transport } from './mailer.ts';
import { MailQueue } from './queue.ts';

/**
 * The mailer that the settings name: SMTP where `SMTP_URL` is set, otherwise a folder under `DATA_DIR` into which each mail
 * is written as a file. Nothing is loaded, opened or made before the first mail.
 *
 * @param options.retryAfter how long to wait after each failure, in seconds; as many as these are the further attempts
 */
export function openMailer(
  config: Pick<Config, 'SMTP_URL' | 'MAIL_FROM' | 'DATA_DIR'>,
  log: Log,
  options: { retryAfter?: readonly number[] } = {},
): MailQueue {
  const { SMTP_URL: url, MAIL_FROM: from, DATA_DIR } = config;
  const open = async (): Promise<Transport> => {
    if (url) return (await import('./smtp.ts')).openSmtp({ url, from });
    return (await import('./folder.ts')).openFolder({ path: `${DATA_DIR}/mail`, from }, log);
  };
  return new MailQueue(open, log, options.retryAfter);
}

export type { Mail, Mailer, MailMessage, Transport } from './mailer.ts';
export { MailQueue } from './queue.ts';
export { LOCALES, type Locale, localeOf, type NoticeKind } from './texts.ts';
export { inWords, type Letter, writeMail } from './write.ts';
