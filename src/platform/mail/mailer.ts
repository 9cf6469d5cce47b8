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
