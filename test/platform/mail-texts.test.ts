import t from 'tap';
import { inWords, LOCALES, writeMail } from '../../src/platform/mail/index.ts';
import { MAIL_KINDS, TEXTS } from '../../src/platform/mail/texts.ts';

const publicUrl = 'https://imprint.example/blog';
const link = { url: `${publicUrl}/page#token=imp_mt_${'x'.repeat(43)}`, life: 600 };
const facts = { site: 'imprint.example', life: '10 minutes', about: 'something' };
const write = (kind: (typeof MAIL_KINDS)[number], locale: (typeof LOCALES)[number], url = link.url) => {
  const leads = TEXTS[locale][kind](facts).action !== undefined;
  const letter = { kind, to: 'ada@example.com', locale, publicUrl, about: facts.about };
  return { leads, mail: writeMail({ ...letter, ...(leads && { link: { ...link, url } }) }) };
};

t.test('every mail is there in every language, complete and in its own words', async (t) => {
  for (const locale of LOCALES) t.same(Object.keys(TEXTS[locale]).sort(), [...MAIL_KINDS].sort(), locale);
  for (const kind of MAIL_KINDS) {
    const [first, ...others] = LOCALES.map((locale) => TEXTS[locale][kind](facts));
    for (const text of [first, ...others]) {
      const words = [text?.subject, ...(text?.before ?? []), ...(text?.after ?? [])];
      t.ok(words.length > 2 && words.every((one) => one && one.trim().length > 4), `${kind}: ${words}`);
    }
    for (const other of others) {
      t.not(other.subject, first?.subject, kind);
      t.equal(other.action === undefined, first?.action === undefined, kind);
      t.equal(other.before.length, first?.before.length, kind);
      t.equal(other.after.length, first?.after.length, kind);
    }
  }
});

t.test('both parts of a mail say the same, and where it leads', async (t) => {
  for (const locale of LOCALES) {
    for (const kind of MAIL_KINDS) {
      const { leads, mail } = write(kind, locale);
      const life = inWords(link.life, locale);
      const { before, after, action } = TEXTS[locale][kind]({ ...facts, life });
      t.equal(mail.text.includes(`\n\n${link.url}\n\n`), leads, `${locale} ${kind}`);
      t.equal(mail.html.includes(`<a href="${link.url}">`), leads, `${locale} ${kind}`);
      t.equal(mail.html.includes(`<strong>${action}</strong>`), leads, `${locale} ${kind}`);
      const unwrapped = mail.text.replaceAll('\n', ' ');
      for (const paragraph of [...before, ...after]) {
        t.match(unwrapped, paragraph, `${locale} ${kind}`);
        t.match(mail.html, `<p>${paragraph}</p>`, `${locale} ${kind}`);
      }
      t.match(mail.html, `<html lang="${locale}">`);
    }
  }
});

t.test('times are said in the language of the mail', async (t) => {
  t.match(write('reset_password', 'en').mail.text, 'for 10 minutes');
  t.match(write('reset_password', 'de').mail.text.replaceAll('\n', ' '), '10 Minuten lang');
  const day = { url: link.url, life: 86_400 };
  const letter = { kind: 'verify_email', to: 'ada@example.com', publicUrl, link: day } as const;
  t.match(writeMail({ ...letter, locale: 'en' }).text, '24 hours');
  t.match(writeMail({ ...letter, locale: 'de' }).text, '24 Stunden');
});

t.test('plain text has short lines, but for the link', async (t) => {
  for (const locale of LOCALES) {
    for (const kind of MAIL_KINDS) {
      const lines = write(kind, locale).mail.text.split('\n');
      const long = lines.filter((line) => line.length > 72 && line !== link.url);
      t.same(long, [], `${locale} ${kind}`);
    }
  }
});

t.test('what is put into the HTML is escaped, and nothing is loaded from anywhere', async (t) => {
  const url = `https://imprint.example/a"onclick='x'&b<script>#token=x`;
  for (const locale of LOCALES) {
    for (const kind of MAIL_KINDS) {
      const { html } = write(kind, locale, url).mail;
      t.notMatch(html, /<script|"onclick|'x'|&b/, `${locale} ${kind}`);
      t.notMatch(html, /<(img|link|style|iframe|object|video|svg|form)|\bsrc=|url\(|@import/i);
    }
  }
  t.match(write('reset_password', 'en', url).mail.html, 'a&quot;onclick=&#39;x&#39;&amp;b&lt;script&gt;');
});
