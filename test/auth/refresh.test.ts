import { sql } from 'kysely';
import t, { type Test } from 'tap';
import type { Session } from '../../src/domains/auth/sessions/sessions.schemas.ts';
import { hashToken } from '../../src/domains/auth/tokens/tokens.opaque.ts';
import type { TokenPair } from '../../src/domains/auth/tokens/tokens.schemas.ts';
import { testApp } from '../support/app/app.ts';
import { read } from './forge.ts';

const { client, db, mails } = await testApp(t);

const refresh = (refresh_token: string) => client.post<TokenPair>('/auth/refresh', { refresh_token });
const refused = async (t: Test, token: string, message: string) => {
  const { status, body } = await client.post('/auth/refresh', { refresh_token: token });
  t.equal(status, 401, message);
  t.equal(body.code, 'invalid_refresh_token', message);
};

/** Makes it look as if a token had been replaced so many seconds ago. */
const replacedAgo = (token: string, seconds: number) =>
  db
    .updateTable('replaced_tokens')
    .set({ replaced_at: sql`replaced_at - make_interval(secs => ${seconds})` })
    .where('token_hash', '=', hashToken(token))
    .execute();

t.test('a refresh token gives the next pair for the same session', async (t) => {
  const ada = await client.newUser();
  const { status, body } = await refresh(ada.tokens.refresh_token);
  t.equal(status, 200);
  t.not(body.refresh_token, ada.tokens.refresh_token);
  t.not(body.access_token, ada.tokens.access_token);
  t.same(body.user, ada.user);
  t.equal(read(body.access_token).claims.sid, read(ada.tokens.access_token).claims.sid);
  t.equal((await client.as(body.access_token).get('/auth/me')).status, 200);
  t.equal((await ada.get('/auth/me')).status, 200, 'the old access token lives out its time');
  const third = await refresh(body.refresh_token);
  t.equal(third.status, 200);
});

t.test('an answer that was lost can be asked for again within ten seconds', async (t) => {
  const ada = await client.newUser();
  const first = await refresh(ada.tokens.refresh_token);
  await replacedAgo(ada.tokens.refresh_token, 8);
  const again = await refresh(ada.tokens.refresh_token);
  t.equal(again.status, 200);
  t.equal(again.body.refresh_token, first.body.refresh_token, 'the same successor');
  t.equal((await refresh(again.body.refresh_token)).status, 200, 'which still works');
});

t.test('a refresh token that comes back after ten seconds ends the session', async (t) => {
  const ada = await client.newUser();
  const { body } = await refresh(ada.tokens.refresh_token);
  await replacedAgo(ada.tokens.refresh_token, 11);
  await refused(t, ada.tokens.refresh_token, 'the old one');
  await refused(t, body.refresh_token, 'and the new one');
  for (const token of [ada.tokens.access_token, body.access_token])
    t.equal((await client.as(token).get('/auth/me')).status, 401, 'and the access tokens');
});

t.test(
  'a refresh token whose successor has been used ends the session even within ten seconds',
  async (t) => {
    const ada = await client.newUser();
    const second = await refresh(ada.tokens.refresh_token);
    const third = await refresh(second.body.refresh_token);
    await refused(t, ada.tokens.refresh_token, 'the grandparent');
    await refused(t, third.body.refresh_token, 'the session is over');
  },
);

t.test('reuse ends one session and leaves the others of the account', async (t) => {
  const person = await client.register();
  const [here, there] = [await client.login(person), await client.login(person)];
  await refresh(here.tokens.refresh_token);
  await replacedAgo(here.tokens.refresh_token, 60);
  await refused(t, here.tokens.refresh_token, 'reused');
  t.equal((await refresh(there.tokens.refresh_token)).status, 200);
});

t.test('the owner is told of reuse once, in their language, however often it is tried', async (t) => {
  const ada = await client.newUser();
  await ada.patch('/auth/me', { locale: 'de' });
  const old = ada.tokens.refresh_token;
  const { body } = await refresh(old);
  await refresh(old);
  await refused(t, 'imp_rt_unknown', 'no token of anybody');
  t.same(await mails.to(ada.email), [], 'a lost answer is no reuse');
  await replacedAgo(old, 11);
  await Promise.all(Array.from({ length: 6 }, () => refused(t, old, 'at once')));
  await refused(t, body.refresh_token, 'and later');
  const [mail, ...more] = await mails.to(ada.email);
  t.same(more, []);
  t.match(mail, { subject: /^Ein Gerät wurde bei .+ abgemeldet$/, link: undefined });
  t.match(mail?.text, 'Passwort');
});

t.test('nobody is told of an old token of an account that is gone', async (t) => {
  const ada = await client.newUser();
  await refresh(ada.tokens.refresh_token);
  await replacedAgo(ada.tokens.refresh_token, 11);
  t.equal((await ada.delete('/auth/me')).status, 204);
  await refused(t, ada.tokens.refresh_token, 'erased');
  t.match(await mails.subjects(ada.email), [/was deleted/], 'and of nothing else');
});

t.test('twenty refreshes with one token at once leave one successor that lives', async (t) => {
  const ada = await client.newUser();
  const answers = await Promise.all(Array.from({ length: 20 }, () => refresh(ada.tokens.refresh_token)));
  t.same(
    answers.map(({ status }) => status),
    answers.map(() => 200),
  );
  const successors = new Set(answers.map(({ body }) => body.refresh_token));
  t.equal(successors.size, 1);
  const sid = String(read(ada.tokens.access_token).claims.sid);
  const [successor = ''] = successors;
  const session = db.selectFrom('sessions').select('token_hash').where('id', '=', sid);
  t.same((await session.executeTakeFirst())?.token_hash, hashToken(successor), 'the one that is kept');
  t.equal((await refresh(successor)).status, 200);
});

t.test('a session in use lives on, but never beyond ninety days', async (t) => {
  const ada = await client.newUser();
  const sid = String(read(ada.tokens.access_token).claims.sid);
  const age = (days: number) =>
    db
      .updateTable('sessions')
      .set({
        created_at: sql`now() - make_interval(days => ${days})`,
        expires_at: sql`now() + interval '1 hour'`,
      })
      .where('id', '=', sid)
      .execute();
  const daysLeft = async (token: string) => {
    const { body } = await client.as(token).get<{ data: Session[] }>('/auth/sessions');
    return (Date.parse(body.data[0]?.expires_at ?? '') - Date.now()) / 86_400_000;
  };
  await age(10);
  const young = await refresh(ada.tokens.refresh_token);
  t.ok(Math.abs((await daysLeft(young.body.access_token)) - 30) < 0.1, 'thirty days from its last use');
  await age(80);
  const old = await refresh(young.body.refresh_token);
  t.ok(Math.abs((await daysLeft(old.body.access_token)) - 10) < 0.1, 'ninety days from its beginning');
});

t.test('the session knows where it was last used from', async (t) => {
  const ada = await client.newUser();
  const headers = { 'user-agent': `Reader/1.0 ${'x'.repeat(400)}` };
  await client.post('/auth/refresh', { refresh_token: ada.tokens.refresh_token }, { headers });
  const { body } = await ada.get<{ data: Session[] }>('/auth/sessions');
  t.match(body.data[0]?.user_agent, /^Reader\/1\.0 x{289}$/);
  t.equal(body.data[0]?.ip, '127.0.0.1');
});

t.test('what is no refresh token is refused', async (t) => {
  const ada = await client.newUser();
  for (const token of [
    'x',
    'imp_rt_',
    `imp_rt_${'A'.repeat(43)}`,
    `${ada.tokens.refresh_token} `,
    'ü'.repeat(200),
  ])
    await refused(t, token, token.slice(0, 20));
  for (const wrong of ['', 'x'.repeat(201), 7, null, [ada.tokens.refresh_token], ada.tokens.access_token]) {
    const { status, body } = await client.post('/auth/refresh', { refresh_token: wrong });
    t.equal(status, 422);
    t.match(body.errors, [{ pointer: '/refresh_token' }]);
  }
  t.equal((await refresh(ada.tokens.refresh_token)).status, 200, 'and the right one still works');
});
