import t from 'tap';
import { testApp } from '../support/app/app.ts';
import { newName } from '../support/client/client.ts';
import { counting } from '../support/database/counting.ts';
import { fileDatabase } from '../support/database/database.ts';
import { recovering } from './recovering.ts';

/** What asking for a reset mail tells, and how often it can be asked for. */

const service = await testApp(t, { config: { PUBLIC_URL: 'https://imprint.example' } });
const { client, db, mails } = service;
const { forgot, reset, tokensOf } = recovering(service);

t.test('the link is that of PUBLIC_URL, whatever host a request names', async (t) => {
  const ada = await client.newUser();
  const evil = {
    host: 'evil.example',
    'x-forwarded-host': 'evil.example',
    forwarded: 'host=evil.example',
    origin: 'https://evil.example',
    referer: 'https://evil.example/',
  };
  t.equal((await forgot(ada.email, evil)).status, 202);
  const mail = await mails.last(ada.email);
  t.match(mail.link, /^https:\/\/imprint\.example\/reset-password#/);
  t.notMatch(`${mail.text}${mail.html}${mail.subject}`, 'evil');
  const unset = await testApp(t);
  const bob = await client.newUser();
  await recovering(unset).forgot(bob.email, evil);
  const { link } = await mails.last(bob.email);
  t.match(link, /^http:\/\/(localhost|127\.0\.0\.1):\d+\/reset-password#/, 'and where that is not set');
});

t.test('an unknown address is answered the same, and nothing is made for it', async (t) => {
  const ada = await client.newUser();
  const nobody = `${newName()}@example.com`;
  const [known, unknown] = [await forgot(ada.email), await forgot(nobody)];
  t.equal(unknown.status, known.status);
  t.equal(unknown.text, known.text);
  const names = (headers: object) => Object.keys(headers).sort();
  t.same(names(unknown.headers), names(known.headers));
  t.same(await mails.to(nobody), []);
  t.same(await db.selectFrom('mail_tokens').select('email').where('email', '=', nobody).execute(), []);
  t.same(await db.selectFrom('users').select('id').where('email', '=', nobody).execute(), []);
});

t.test('before the answer the same is done for an unknown address as for a known one', async (t) => {
  const counted = counting(await fileDatabase());
  const later: unknown[] = [];
  const mailer = { send: (mail: unknown) => void later.push(mail) };
  const { client } = await testApp(t, { resources: { database: counted.database, mailer } });
  const ada = await client.newUser();
  const statements = async (email: string) => {
    const before = counted.count();
    t.equal((await client.post('/auth/password/forgot', { email })).status, 202);
    return counted.count() - before;
  };
  // The token and the mail are made afterwards: doing it before would take several times as long, and tell which it is.
  t.equal(await statements(ada.email), await statements(`${newName()}@example.com`));
  t.equal(later.length, 2);
});

t.test('disabled and deleted accounts get no mail, and the same answer', async (t) => {
  for (const change of [{ is_active: false }, { deleted_at: new Date().toISOString() }]) {
    const ada = await client.newUser();
    await db.updateTable('users').set(change).where('id', '=', ada.user.id).execute();
    t.equal((await forgot(ada.email)).status, 202);
    t.same(await mails.to(ada.email), []);
    t.same(await tokensOf(ada.user.id), []);
  }
});

t.test('an address gets three mails an hour, and the same answer after that', async (t) => {
  const ada = await client.newUser();
  for (let n = 0; n < 5; n++) {
    const { status, text } = await forgot(ada.email);
    t.equal(`${status}${text}`, '202');
    await mails.mailer.idle();
  }
  const sent = await mails.to(ada.email);
  t.equal(sent.length, 3);
  t.equal((await reset(sent.at(-1)?.token)).status, 204, 'the last one sent still works');
  const earlier = new Date(Date.now() - 3_600_001).toISOString();
  await db
    .updateTable('mail_tokens')
    .set({ created_at: earlier })
    .where('user_id', '=', ada.user.id)
    .execute();
  // What the process itself has counted cannot be made older: this one has just been started.
  const restarted = await testApp(t);
  await restarted.client.post('/auth/password/forgot', { email: ada.email });
  const links = (await mails.to(ada.email)).filter(({ link }) => link !== undefined);
  t.equal(links.length, 4, 'an hour later there is room again');
});

t.test('mails asked for at once are counted one by one', async (t) => {
  const ada = await client.newUser();
  await Promise.all(Array.from({ length: 8 }, () => forgot(ada.email)));
  t.equal((await mails.to(ada.email)).length, 3);
});
