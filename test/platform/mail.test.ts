import { mkdtemp, readdir, readFile, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import t, { type Test } from 'tap';
import { type MailMessage, openMailer } from '../../src/platform/mail/index.ts';
import { testApp } from '../support/app/app.ts';
import { keptLog } from '../support/doubles/log.ts';
import { readMail } from '../support/doubles/mails.ts';
import { smtpServer } from '../support/doubles/smtp.ts';
import { until } from '../support/until.ts';

const TOKEN = `imp_mt_${'x'.repeat(43)}`;
const LINK = `https://imprint.example/reset-password#token=${TOKEN}`;
const message: MailMessage = {
  to: 'ada@example.com',
  language: 'de',
  subject: 'Grüße an Ada',
  text: `Schöne Grüße:\n\n${LINK}\n`,
  html: `<p>Schöne Grüße: <a href="${LINK}">hier</a></p>`,
};
const FROM = 'The Imprint <mail@imprint.example>';

/** A mailer that is closed at the end of the test, and the log it writes to. */
async function mailerFor(
  t: Test,
  settings: { SMTP_URL?: string; MAIL_FROM?: string },
  retryAfter?: number[],
) {
  const root = await mkdtemp(join(tmpdir(), 'imprint-mail-'));
  const log = keptLog();
  const config = { MAIL_FROM: FROM, DATA_DIR: join(root, 'data'), ...settings };
  const mailer = openMailer(config, log.log, retryAfter ? { retryAfter } : {});
  t.teardown(async () => {
    await mailer.close({ drain: 50 });
    await rm(root, { recursive: true, force: true });
  });
  return { mailer, ...log, folder: join(root, 'data', 'mail') };
}

t.test('with SMTP_URL a mail goes out by SMTP, with both parts', async (t) => {
  const smtp = await smtpServer(t);
  const { mailer, lines, folder } = await mailerFor(t, { SMTP_URL: smtp.url });
  mailer.send(message);
  await mailer.idle();
  t.equal(smtp.received.length, 1);
  t.match(smtp.received[0], {
    recipients: ['ada@example.com'],
    to: 'ada@example.com',
    from: 'mail@imprint.example',
    subject: 'Grüße an Ada',
    text: message.text,
    link: LINK,
    headers: { 'auto-submitted': 'auto-generated', 'content-language': 'de' },
  });
  t.match(smtp.received[0]?.html, `<a href="${LINK}">`);
  t.match(smtp.received[0]?.headers['content-type'], 'multipart/alternative');
  t.same(lines, [], 'and the log has nothing to say');
  await t.rejects(readdir(folder), 'nor is there a file');
});

t.test('smtps is TLS from the start, with the name and the password of the address', async (t) => {
  const logins: string[] = [];
  const smtp = await smtpServer(t, {
    secure: true,
    authOptional: false,
    onAuth: ({ username, password }, _session, callback) => {
      logins.push(`${username} ${password}`);
      callback(null, { user: username });
    },
  });
  const address = `smtps://ada:p%40ss%20word@127.0.0.1:${smtp.port}`;
  const trusting = await mailerFor(t, { SMTP_URL: `${address}?tls.rejectUnauthorized=false` });
  trusting.mailer.send(message);
  await trusting.mailer.idle();
  t.equal(smtp.received.length, 1);
  t.same(logins, ['ada p@ss word']);
  const strict = await mailerFor(t, { SMTP_URL: address }, []);
  strict.mailer.send(message);
  await strict.mailer.idle();
  t.equal(smtp.received.length, 1, 'a certificate that nobody vouches for is not believed');
  t.equal(strict.saying('given up').length, 1);
  t.notMatch(JSON.stringify(strict.lines), /p@ss|p%40ss/);
});

t.test('one mail has one recipient, however the address is written', async (t) => {
  const smtp = await smtpServer(t);
  const { mailer } = await mailerFor(t, { SMTP_URL: smtp.url }, []);
  for (const to of ['ada,eve@example.com', '"eve@evil.example,"@example.com', 'eve;ada@example.com'])
    mailer.send({ ...message, to });
  mailer.send({ ...message, to: 'ada@example.com\r\nbcc: eve@evil.example' });
  mailer.send({ ...message, to: 'eve@evil.example>@example.com' });
  await mailer.idle();
  t.same(smtp.received.map(({ recipients }) => recipients.join(' and ')).sort(), [
    '"ada,eve"@example.com',
    '"eve;ada"@example.com',
  ]);
});

t.test('an address that leads nowhere is not tried', async (t) => {
  const smtp = await smtpServer(t);
  const { mailer } = await mailerFor(t, { SMTP_URL: smtp.url });
  mailer.send({ ...message, to: 'some-author@imported.invalid' });
  await mailer.idle();
  t.same(smtp.received, []);
});

t.test('a mail that is refused for the moment is tried again, each time later', async (t) => {
  const smtp = await smtpServer(t);
  const { mailer, saying } = await mailerFor(t, { SMTP_URL: smtp.url }, [0.01, 0.02, 5]);
  smtp.refusals.push({ code: 451, text: 'try later' }, { code: 421, text: 'try later' });
  mailer.send(message);
  await mailer.idle();
  t.equal(smtp.received.length, 1);
  t.match(saying('yet'), [{ retry_after_s: 0.01 }, { retry_after_s: 0.02 }]);
});

t.test('a mail that is refused for good is given up at once', async (t) => {
  const smtp = await smtpServer(t);
  const { mailer, saying } = await mailerFor(t, { SMTP_URL: smtp.url }, [0.01, 0.01]);
  smtp.refusals.push({ code: 554, text: 'no' });
  mailer.send(message);
  await mailer.idle();
  t.same(smtp.received, []);
  t.match(saying('given up'), [{ attempts: 1, reason: { response: /^554/ } }]);
});

t.test('what a server says about a mail does not carry its link into the log', async (t) => {
  const smtp = await smtpServer(t);
  const { mailer, lines } = await mailerFor(t, { SMTP_URL: smtp.url }, [0.01]);
  smtp.refusals.push(
    { code: 451, text: `seen ${LINK}` },
    { code: 554, text: `blocked: ${LINK} by ${TOKEN}` },
  );
  mailer.send(message);
  await mailer.idle();
  t.equal(lines.length, 2);
  t.notMatch(JSON.stringify(lines), /imp_mt|xxx|reset-password/);
});

t.test('without a server a mail is tried as often as it may be and then given up', async (t) => {
  const { port, close } = await smtpServer(t);
  await close();
  const { mailer, saying } = await mailerFor(t, { SMTP_URL: `smtp://127.0.0.1:${port}` }, [0.01, 0.01]);
  mailer.send(message);
  await mailer.idle();
  t.equal(saying('yet').length, 2);
  t.match(saying('given up'), [{ attempts: 3, reason: { code: 'ESOCKET', message: /ECONNREFUSED/ } }]);
});

t.test(
  'what could not even be written is tried again, and what turns out needless is not sent',
  async (t) => {
    const { mailer, saying, folder } = await mailerFor(t, {}, [0.01]);
    let attempts = 0;
    mailer.send(async () => {
      if (++attempts === 1) throw new Error('the database is away');
      return message;
    });
    mailer.send(async () => undefined);
    await mailer.idle();
    t.equal(attempts, 2);
    t.equal(saying('yet').length, 1);
    t.equal((await readdir(folder)).length, 1);
  },
);

t.test('closing sends what waits for its turn, or its next attempt, at once', async (t) => {
  const smtp = await smtpServer(t);
  const { mailer, saying } = await mailerFor(t, { SMTP_URL: smtp.url }, [60]);
  smtp.refusals.push({ code: 451, text: 'try later' });
  mailer.send(message);
  await until(() => saying('yet').length > 0);
  mailer.send({ ...message, to: 'bob@example.com' });
  await mailer.close();
  t.same(smtp.received.map(({ to }) => to).sort(), ['ada@example.com', 'bob@example.com']);
});

t.test('closing does not wait for ever, and says what was left', async (t) => {
  const connected = Promise.withResolvers<void>();
  const smtp = await smtpServer(t, { onConnect: () => connected.resolve() }); // and it never says anything
  const { mailer, saying } = await mailerFor(t, { SMTP_URL: smtp.url });
  mailer.send(message);
  await connected.promise;
  await mailer.close({ drain: 200 });
  t.match(saying('left unsent'), [{ mails: 1 }]);
});

t.test('more mails than memory should hold are dropped, with a line in the log', async (t) => {
  const { mailer, saying } = await mailerFor(t, {});
  for (let n = 0; n < 1_001; n++) mailer.send(async () => undefined);
  t.equal(saying('dropped').length, 1);
  await mailer.idle();
  mailer.send(async () => undefined);
  t.equal(saying('dropped').length, 1, 'and then there is room again');
});

t.test('without SMTP_URL a mail is a file that only its owner reads', async (t) => {
  const { mailer, lines, folder } = await mailerFor(t, {});
  mailer.send(message);
  await mailer.idle();
  const [name, ...more] = await readdir(folder);
  t.same(more, []);
  t.match(name, /\.eml$/);
  const path = join(folder, name ?? '');
  t.equal((await stat(path)).mode & 0o777, 0o600);
  t.equal((await stat(folder)).mode & 0o777, 0o700);
  const mail = await readMail(await readFile(path));
  t.match(mail, { to: 'ada@example.com', subject: 'Grüße an Ada', text: message.text, link: LINK });
  t.match(lines, [{ path, msg: 'a mail was written to a file' }]);
  t.equal(lines.length, 1);
  t.notMatch(JSON.stringify(lines), /imp_mt|ada@example/, 'the log names the file, and nothing in it');
});

t.test('a server that does not answer holds no request up', async (t) => {
  const smtp = await smtpServer(t, { onConnect: () => undefined });
  const { mailer } = await mailerFor(t, { SMTP_URL: smtp.url });
  const { client } = await testApp(t, { resources: { mailer } });
  const ada = await client.register();
  // The server never answers: a request that waited for it would not be answered either.
  const { status } = await client.post('/auth/password/forgot', { email: ada.email });
  t.equal(status, 202);
});
