import type { Config } from '../../config.ts';
import type { Log } from '../log.ts';
import { MailQueue } from './queue.ts';
import type { Locale } from './texts.ts';

/** A mail that is ready to go, with the same words as plain text and as HTML. */
export interface MailMessage {
  /** One bare address. */
  to: string;
  language: Locale;
  subject: string;
  text: string;
  html: string;
}

/** A mail, or how to write it once there is time; `undefined` where there turns out to be nothing to send. */
export type Mail = MailMessage | (() => Promise<MailMessage | undefined>);

/** Sends mails, as far as its callers are concerned. */
export interface Mailer {
  /**
   * Takes a mail over and returns at once. It is written and sent a moment later and, while that fails for a reason that
   * may pass, tried again; no caller waits for it or learns how it went.
   */
  send(mail: Mail): void;
}

/** How mails leave the process. */
export interface Transport {
  /** @throws where the mail was not taken; an error with an SMTP `responseCode` from 500 on is final (RFC 5321, 4.2.1) */
  deliver(message: MailMessage): Promise<void>;
  /** Cuts what is still under way. */
  close(): void;
}

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

export { MailQueue } from './queue.ts';
export { LOCALES, type Locale, localeOf, type NoticeKind } from './texts.ts';
export { inWords, type Letter, writeMail } from './write.ts';
