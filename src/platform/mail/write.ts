import { type Html, html } from '../html.ts';
import type { MailMessage } from './mailer.ts';
import { type Locale, type MailKind, TEXTS } from './texts.ts';

/** What a mail is about and to whom it goes. */
export interface Letter {
  kind: MailKind;
  to: string;
  locale: Locale;
  /** The address of the service that clients see. */
  publicUrl: string;
  /** Where the mail leads, and for how many seconds that works; only for the kinds that lead somewhere. */
  link?: { url: string; life: number };
  /** What it is about, in words that nobody has entered. */
  about?: string;
}

/** A time in words, in minutes or in hours: `10 minutes`, `24 Stunden`. */
export function inWords(seconds: number, locale: Locale): string {
  const [unit, value] = seconds < 3600 ? ['minute', seconds / 60] : ['hour', seconds / 3600];
  return new Intl.NumberFormat(locale, { style: 'unit', unit: String(unit), unitDisplay: 'long' }).format(
    Number(value),
  );
}

/** Lines of some 72 characters, as plain text is read best (RFC 3676, section 4.2). */
const wrapped = (paragraph: string): string => paragraph.replace(/(?=.{73})(.{1,72}) /g, '$1\n');

/** Puts a mail into words. */
export function writeMail({ kind, to, locale, publicUrl, link, about = '' }: Letter): MailMessage {
  const life = link ? inWords(link.life, locale) : '';
  const facts = { site: new URL(publicUrl).host, life, about };
  const { subject, before, action, after } = TEXTS[locale][kind](facts);
  const text = [...before.map(wrapped), ...(link ? [link.url] : []), ...after.map(wrapped), publicUrl];
  const content = [
    ...paragraphs(before),
    ...(link && action ? [buttonTo(link.url, action)] : []),
    ...paragraphs(after),
  ];
  return {
    to,
    language: locale,
    subject,
    text: `${text.join('\n\n')}\n`,
    html: page(locale, subject, content, publicUrl).html,
  };
}

const paragraphs = (texts: string[]): Html[] => texts.map((one) => html`<p>${one}</p>\n`);

/** The link is there to be read as well, for those who look where it leads. */
const buttonTo = (
  url: string,
  action: string,
): Html => html`<p><a href="${url}"><strong>${action}</strong></a></p>
<p style="color: #5b6470; overflow-wrap: anywhere">${url}</p>
`;

/** Nothing in it is loaded from anywhere: no images, fonts or styles. */
const page = (locale: Locale, title: string, content: Html[], publicUrl: string): Html => html`<!doctype html>
<html lang="${locale}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${title}</title>
</head>
<body style="margin: 0 auto; max-width: 36rem; padding: 1.5rem 1rem; font: 1rem/1.5 system-ui, sans-serif">
${content}<p style="color: #5b6470">${publicUrl}</p>
</body>
</html>
`;
