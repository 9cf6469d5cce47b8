import { sql } from 'kysely';
import t from 'tap';
import type { User } from '../../src/domains/users/users.schemas.ts';
import { testApp } from '../support/app/app.ts';
import { newName, PASSWORD, type SignedIn } from '../support/client/client.ts';

const { app, client, db, mails } = await testApp(t, { config: { PUBLIC_URL: 'https://imprint.example' } });
const admin = await client.asAdmin();
const address = () => `${newName()}@example.com`;

const ask = (who: SignedIn) => who.post('/auth/email/verification');
const verify = (token: string | undefined) => client.post('/auth/email/verify', { token });
const register = (email: string, headers: Record<string, string> = {}) =>
  client.post<User>('/auth/register', { email, password: PASSWORD }, { headers });
const verifiedAt = async (who: SignedIn) => (await who.get<User>('/auth/me')).body.email_verified_at;

/** Has a verification mail sent, and gives the token in it. */
async function tokenFor(who: SignedIn): Promise<string> {
  await ask(who);
  const { token } = await mails.last(who.email);
  if (!token) throw new Error('there is no token in the mail');
  return token;
}

t.test('registering sends a mail, and its link verifies the address', async (t) => {
  const email = address();
  const { body: user } = await register(email);
  t.equal(user.email_verified_at, null);
  const mail = await mails.last(email);
  t.match(mail.subject, 'Confirm your address');
  t.match(mail.link, /^https:\/\/imprint\.example\/verify-email#token=imp_mt_[\w-]{43}$/);
  t.equal((await verify(mail.token)).status, 204);
  const ada = await client.login({ user, email, password: PASSWORD });
  const verified = await verifiedAt(ada);
  t.ok(Math.abs(Date.parse(verified ?? '') - Date.now()) < 60_000, `${verified}`);
});

t.test('the mail, and the account, have the language that the person prefers', async (t) => {
  const expected: [string | undefined, string, string][] = [
    ['de-AT, de;q=0.9, en;q=0.5', 'de', 'Adresse bestätigen'],
    ['fr, de;q=0.3, en;q=0.5', 'en', 'Confirm this address'],
    ['fr', 'en', 'Confirm this address'],
    ['\u00ff;;;q=x', 'en', 'Confirm this address'],
    [undefined, 'en', 'Confirm this address'],
  ];
  for (const [header, locale, action] of expected) {
    const email = address();
    const { body } = await register(email, header === undefined ? {} : { 'accept-language': header });
    t.equal(body.locale, locale, `${header}`);
    const mail = await mails.last(email);
    t.match(mail.html, action, `${header}`);
    t.equal(mail.headers['content-language'], locale);
  }
});

t.test('later mails follow the language of the account, not that of who asks', async (t) => {
  const ada = await client.newUser();
  await ada.patch('/auth/me', { locale: 'de' });
  await client.post('/auth/password/forgot', { email: ada.email }, { headers: { 'accept-language': 'en' } });
  t.match((await mails.last(ada.email)).subject, 'Neues Passwort');
});

t.test('a registration that is refused sends nothing, one that is repeated nothing more', async (t) => {
  const email = address();
  const key = { 'idempotency-key': newName() };
  for (const replayed of [undefined, 'true']) {
    const { status, headers } = await register(email, key);
    t.equal(status, 201);
    t.equal(headers['idempotency-replayed'], replayed);
  }
  t.equal((await register(email)).status, 409);
  t.equal((await mails.to(email)).length, 1);
});

t.test('a token works once, for 24 hours, until a newer one takes its place', async (t) => {
  const ada = await client.newUser();
  const first = await tokenFor(ada);
  const second = await tokenFor(ada);
  const refused = await verify(first);
  t.equal(refused.status, 400);
  t.equal(refused.body.code, 'invalid_mail_token');
  const row = db.selectFrom('mail_tokens').selectAll().where('user_id', '=', ada.user.id);
  const { created_at, expires_at } = await row.where('ended_at', 'is', null).executeTakeFirstOrThrow();
  t.equal(Date.parse(expires_at) - Date.parse(created_at), 86_400_000);
  const set = (moment: string) =>
    db.updateTable('mail_tokens').set({ expires_at: moment }).where('user_id', '=', ada.user.id).execute();
  await set(new Date(Date.now() - 1).toISOString());
  t.equal((await verify(second)).status, 400, 'expired');
  await set(expires_at);
  const answers = await Promise.all([1, 2, 3, 4].map(() => verify(second)));
  t.same(answers.map(({ status }) => status).sort(), [204, 400, 400, 400], 'used at once');
});

t.test('whoever is verified gets no more mails, and the same answer', async (t) => {
  const ada = await client.newUser();
  t.equal((await verify(await tokenFor(ada))).status, 204);
  const { status, text } = await ask(ada);
  t.equal(status, 202);
  t.equal(text, '');
  t.equal((await mails.to(ada.email)).length, 1);
});

t.test('mails of both kinds count together, three to an address in an hour', async (t) => {
  const email = address();
  const { body: user } = await register(email);
  const ada = await client.login({ user, email, password: PASSWORD });
  for (let n = 0; n < 2; n++) {
    t.equal((await ask(ada)).status, 202);
    t.equal((await client.post('/auth/password/forgot', { email })).status, 202);
    await mails.mailer.idle();
  }
  t.equal((await mails.to(email)).length, 3);
});

t.test('a token that verifies an address is no bearer, no refresh token, and sets no password', async (t) => {
  const ada = await client.newUser();
  const token = await tokenFor(ada);
  t.equal((await client.as(token).get('/auth/me')).status, 401);
  t.equal((await client.post('/auth/refresh', { refresh_token: token })).status, 401);
  t.equal((await client.post('/auth/password/reset', { token, new_password: PASSWORD })).status, 400);
  t.equal((await verify(ada.tokens.refresh_token)).status, 400);
  t.equal((await verify(token)).status, 204);
});

t.test('another address has to be verified anew, and the old one is told', async (t) => {
  const ada = await client.newUser();
  await ada.patch('/auth/me', { locale: 'de' });
  t.equal((await verify(await tokenFor(ada))).status, 204);
  const before = await mails.to(ada.email);
  const email = address();
  const path = `/users/${ada.user.id}`;
  t.equal((await admin.patch<User>(path, { email })).body.email_verified_at, null);
  const told = (await mails.to(ada.email)).slice(before.length);
  t.equal(told.length, 1);
  t.match(told[0], { subject: 'Ihre Adresse für imprint.example wurde geändert', link: undefined });
  t.notMatch(`${told[0]?.text}${told[0]?.html}`, email, 'and does not learn the new one');
  t.equal((await verify(await tokenFor(Object.assign(ada, { email })))).status, 204);
  t.ok(await verifiedAt(ada));
});

t.test('the old address is told only of a change that has happened', async (t) => {
  const [ada, bob] = [await client.newUser(), await client.newUser()];
  const path = `/users/${ada.user.id}`;
  t.equal((await admin.patch(path, { email: bob.email })).status, 409);
  t.equal((await admin.patch(path, { email: ada.email.toUpperCase() })).status, 200, 'the same address');
  t.equal((await admin.patch(path, { full_name: 'Ada' })).status, 200);
  t.same(await mails.to(ada.email), []);
});

t.test('a token that was sent to one address does not verify another', async (t) => {
  const ada = await client.newUser();
  const token = await tokenFor(ada);
  await admin.patch(`/users/${ada.user.id}`, { email: address() });
  t.equal((await verify(token)).status, 400);
  t.equal(await verifiedAt(ada), null);
});

t.test('disabled and deleted accounts are not verified', async (t) => {
  for (const change of [{ is_active: false }, { deleted_at: new Date().toISOString() }]) {
    const ada = await client.newUser();
    const token = await tokenFor(ada);
    await db.updateTable('users').set(change).where('id', '=', ada.user.id).execute();
    t.equal((await verify(token)).status, 400);
  }
});

t.test('who registers an address again and again sends it no more mails than others', async (t) => {
  const email = `${newName()}@example.com`;
  for (let n = 0; n < 5; n++) {
    const person = await client.register({ email });
    await mails.mailer.idle();
    t.equal((await (await client.login(person)).delete('/auth/me')).status, 204);
  }
  const sent = await mails.to(email);
  t.equal(sent.filter(({ link }) => link).length, 3);
  t.equal(sent.length, 6, 'and three that tell of a deletion');
});

t.test('tokens are forgotten when they are over and a day old', async (t) => {
  const [ada, eve] = [await client.newUser(), await client.newUser()];
  const [first, second] = [await tokenFor(ada), await tokenFor(ada)];
  const fresh = await tokenFor(eve);
  const age = (who: SignedIn, by: string) =>
    sql`
    update mail_tokens set created_at = created_at - ${by}::interval, expires_at = expires_at - ${by}::interval
    where user_id = ${who.user.id}`.execute(db);
  const left = async (who: SignedIn) =>
    (await db.selectFrom('mail_tokens').select('purpose').where('user_id', '=', who.user.id).execute())
      .length;
  const before = [await left(ada), await left(eve)];
  await age(ada, '23 hours');
  await app.recurring.run('forgetting mail tokens');
  t.same([await left(ada), await left(eve)], before, 'not within the day');
  await age(ada, '2 hours');
  await app.recurring.run('forgetting mail tokens');
  t.same([await left(ada), await left(eve)], [0, before[1]]);
  for (const token of [first, second]) t.equal((await verify(token)).status, 400, 'as it was before');
  t.equal((await verify(fresh)).status, 204);
});
