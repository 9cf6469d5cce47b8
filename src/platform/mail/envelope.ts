import type { SendMailOptions } from 'nodemailer';
import { LOCAL_SENDER } from '../../config.ts';
import type { MailMessage } from './mailer.ts';

/** A message in nodemailer's terms: one recipient, nothing fetched from anywhere, and no automatic replies to it (RFC 3834). */
export function envelopeOf(message: MailMessage, from: string = LOCAL_SENDER): SendMailOptions {
  const { to, subject, text, html, language } = message;
  return {
    from,
    to: { name: '', address: to }, // as an object, so that it is never read as a list
    subject,
    text,
    html,
    headers: { 'Auto-Submitted': 'auto-generated', 'Content-Language': language },
    textEncoding: 'quoted-printable',
    disableFileAccess: true,
    disableUrlAccess: true,
  };
}
