import { sql } from 'kysely';
import t from 'tap';
import type { Session } from '../../src/domains/auth/sessions/sessions.schemas.ts';
import type { User } from '../../src/domains/users/users.schemas.ts';
import { testApp } from '../support/app/app.ts';
import { PASSWORD } from '../support/client/client.ts';

/** Sessions of browsers: a cookie in the place of tokens. */

const PARTNER = 'https://partner.example';
const { client, db } = await testApp(t, {
  config: {
    PARTNER_CORS_ORIGINS: [PARTNER],
    PUBLIC_URL: 'https://blog.example.net',
  },
});
/** As a page of the service sends it. */
const OWN = { headers: { 'sec-fetch-site': 'same-origin' } };
const COOKIE = /^__Host-sid=imp_bs_[\w-]{43}; Path=\/; HttpOnly; Secure; SameSite=Lax$/;

t.test('signing in sets a cookie that no script can read, and that does what a token does', async (t) => {
  const person = await client.newUser();
  const browser = await client.signIn(person);
  const { status, headers, body, text } = browser.answer;
  t.equal(status, 201);
  t.match(headers['set-cookie'], COOKIE);
  t.equal(headers.location, `/api/v1/auth/sessions/${body.id}`);
  t.match(body, { idle_seconds: 43_200, user: { id: person.user.id } });
  t.notMatch(text, browser.cookie, 'the secret is in the cookie only');

  t.equal((await browser.get<User>('/auth/me')).body.id, person.user.id);
  const post = { title: 'Written in a browser', body: 'With a cookie and no token at all.' };
  t.equal((await browser.post('/posts', post)).status, 201);
});

t.test('the cookie is kept as a hash only, and each sign-in has a new one', async (t) => {
  const person = await client.newUser();
  const [one, other] = [await client.signIn(person), await client.signIn(person)];
  t.not(one.cookie, other.cookie);
  const { rows } = await sql<{ found: string }>`select sessions::text as found from sessions`.execute(db);
  t.notMatch(JSON.stringify(rows), one.cookie);
});

t.test('a session that is to be remembered outlives the browser', async (t) => {
  const person = await client.newUser();
  const { headers, body } = (await client.signIn(person, { remember: true })).answer;
  t.match(headers['set-cookie'], /; Max-Age=7776000;/);
  t.equal(body.idle_seconds, 30 * 86_400);
  t.notMatch((await client.signIn(person)).answer.headers['set-cookie'], /Max-Age|Expires/);
});

t.test('who signs in again in the same browser leaves no session behind', async (t) => {
  const [ada, eve] = [await client.newUser(), await client.newUser()];
  const first = await client.signIn(ada);
  const second = await client.signIn(eve, { cookie: first.cookie });
  t.equal((await first.get('/auth/me')).status, 401);
  t.equal((await second.get<User>('/auth/me')).body.id, eve.user.id);
  t.equal((await ada.get('/auth/me')).status, 200, 'sessions elsewhere stay');
});

t.test('wrong credentials set no cookie', async (t) => {
  const person = await client.newUser();
  const wrong = await client.post('/auth/browser-session', { email: person.email, password: 'wrong' }, OWN);
  t.equal(wrong.status, 401);
  t.equal(wrong.body.code, 'invalid_credentials');
  t.notOk(wrong.headers['set-cookie']);
  await db.updateTable('users').set({ is_active: false }).where('id', '=', person.user.id).execute();
  const disabled = await client.post(
    '/auth/browser-session',
    { email: person.email, password: PASSWORD },
    OWN,
  );
  t.equal(disabled.status, 403);
  t.equal(disabled.body.code, 'account_disabled');
});

t.test('signing out ends the session and empties the cookie', async (t) => {
  const browser = await client.signIn(await client.newUser());
  const { status, headers } = await browser.delete('/auth/browser-session');
  t.equal(status, 204);
  t.equal(headers['set-cookie'], '__Host-sid=; Max-Age=0; Path=/; HttpOnly; Secure; SameSite=Lax');
  const after = await browser.get('/auth/me');
  t.equal(after.status, 401);
  t.equal(after.body.code, 'invalid_token');
  t.equal(after.headers['set-cookie'], headers['set-cookie'], 'one that is over is taken away');
  t.equal((await browser.delete('/auth/browser-session')).status, 401);
});

t.test('it is among the sessions of the account, and can be ended from there', async (t) => {
  const person = await client.newUser();
  const browser = await client.signIn(person);
  const { body } = await browser.get<{ data: Session[] }>('/auth/sessions');
  t.same(body.data.map(({ kind, is_current }) => [kind, is_current]).sort(), [
    ['browser', true],
    ['tokens', false],
  ]);
  t.equal((await person.delete(`/auth/sessions/${browser.answer.body.id}`)).status, 204);
  t.equal((await browser.get('/auth/me')).status, 401);
});

t.test('logging out, changing the password and disabling end it at once', async (t) => {
  const admin = await client.asAdmin();
  const ends: Record<
    string,
    (who: Awaited<ReturnType<typeof client.newUser>>) => Promise<{ status: number }>
  > = {
    'other sessions': (who) => who.delete('/auth/sessions'),
    password: (who) =>
      who.put('/auth/password', { current_password: PASSWORD, new_password: 'another long password' }),
    disabling: ({ user }) => admin.patch(`/users/${user.id}`, { is_active: false }),
    deleting: ({ user }) => admin.delete(`/users/${user.id}`),
  };
  for (const [name, end] of Object.entries(ends)) {
    const person = await client.newUser();
    const browser = await client.signIn(person);
    t.ok((await end(person)).status < 300, name);
    t.equal((await browser.get('/auth/me')).status, 401, name);
  }
  const browser = await client.signIn(await client.newUser());
  const loggedOut = await browser.post('/auth/logout');
  t.equal(loggedOut.status, 204);
  t.match(loggedOut.headers['set-cookie'], /^__Host-sid=; Max-Age=0;/);
  t.equal((await browser.get('/auth/me')).status, 401, 'logging out');
  const byToken = await (await client.newUser()).post('/auth/logout');
  t.notOk(byToken.headers['set-cookie']);
});

t.test('a session ends when it is idle for too long, and goes on while it is used', async (t) => {
  const person = await client.newUser();
  const browser = await client.signIn(person);
  const id = browser.answer.body.id;
  const age = (interval: string) =>
    sql`update sessions set last_seen_at = now() - ${interval}::interval, expires_at = expires_at - ${interval}::interval
      where id = ${id}`.execute(db);
  const left = async () => {
    const { rows } = await sql<{ hours: number }>`
      select round(extract(epoch from expires_at - now()) / 3600)::int as hours from sessions where id = ${id}`.execute(
      db,
    );
    return rows[0]?.hours;
  };
  await age('11 hours');
  t.equal(await left(), 1);
  t.equal((await browser.get('/auth/me', { from: '203.0.113.9' })).status, 200);
  t.equal(await left(), 12);
  const row = db.selectFrom('sessions').select('ip').where('id', '=', id);
  t.equal((await row.executeTakeFirst())?.ip, '203.0.113.9');
  await age('13 hours');
  t.equal((await browser.get('/auth/me')).status, 401);
});

t.test('however much it is used, it ends after 90 days', async (t) => {
  const browser = await client.signIn(await client.newUser(), { remember: true });
  const id = browser.answer.body.id;
  await sql`update sessions set created_at = now() - interval '90 days' + interval '1 hour',
    last_seen_at = now() - interval '1 day' where id = ${id}`.execute(db);
  t.equal((await browser.get('/auth/me')).status, 200);
  const { rows } = await sql<{ ok: boolean }>`
    select expires_at <= now() + interval '1 hour' as ok from sessions where id = ${id}`.execute(db);
  t.ok(rows[0]?.ok);
});

t.test('a cookie is no token, and a token no cookie', async (t) => {
  const person = await client.newUser();
  const browser = await client.signIn(person);
  t.equal((await client.as(browser.cookie).get('/auth/me')).status, 401);
  for (const secret of [person.tokens.refresh_token, person.tokens.access_token])
    t.equal((await client.inBrowser(secret).get('/auth/me')).status, 401);
  const refresh = await client.as().post('/auth/refresh', { refresh_token: browser.cookie });
  t.equal(refresh.status, 401);
  t.equal((await browser.get('/auth/me')).status, 200, 'and the session is none the worse for it');
});

t.test('the cookie and a token together are refused', async (t) => {
  const person = await client.newUser();
  const browser = await client.signIn(person);
  const headers = { authorization: `Bearer ${person.token}` };
  for (const path of ['/auth/me', '/posts']) {
    const { status, body } = await browser.get(path, { headers });
    t.equal(status, 400, path);
    t.equal(body.code, 'conflicting_credentials', path);
  }
  t.equal((await browser.get('/auth/me', { headers: { authorization: 'Basic eDp5' } })).status, 400);
});

t.test('what everyone may read is read with a cookie that is over, too', async (t) => {
  const browser = await client.signIn(await client.newUser());
  const signedIn = await browser.get('/posts');
  t.equal(signedIn.headers['cache-control'], 'no-store');
  await browser.delete('/auth/browser-session');
  t.equal((await browser.get('/posts')).status, 200);
  t.equal((await client.inBrowser('nonsense').get('/posts')).status, 200);
});

t.test('other cookies mean nothing, and one that cannot be read is none', async (t) => {
  const { cookie } = await client.signIn(await client.newUser());
  const headers = { 'sec-fetch-site': 'same-origin' };
  const get = (value: string) => client.as().get('/auth/me', { headers: { ...headers, cookie: value } });
  t.equal((await get(`theme=dark; __Host-sid=${cookie}; x=1`)).status, 200);
  for (const value of ['theme=dark', `sid=${cookie}`, `x__Host-sid=${cookie}`]) {
    const { body } = await get(value);
    t.equal(body.code, 'unauthenticated', value);
  }
  for (const value of ['__Host-sid=', '__Host-sid=%ff%fe', `__Host-sid="${cookie}x"`])
    t.equal((await get(value)).status, 401, value);
});
