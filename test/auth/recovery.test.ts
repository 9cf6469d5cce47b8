import t from 'tap';
import { commandActor } from '../../src/commands/context.ts';
import { PostImporter } from '../../src/commands/import/post-importer.ts';
import { endMailToken, lockRecipient } from '../../src/domains/auth/mails/mails.queries.ts';
import type { TokenPair } from '../../src/domains/auth/tokens/tokens.schemas.ts';
import { createInThreadRenderer } from '../../src/platform/markdown/index.ts';
import { hashing } from '../../src/platform/passwords.ts';
import type { PostList } from '../posts/arrange.ts';
import { testApp } from '../support/app/app.ts';
import { newName, PASSWORD } from '../support/client/client.ts';
import { isParallel, untilBlocked } from '../support/database/database.ts';
import { NEW_PASSWORD, recovering } from './recovering.ts';

const service = await testApp(t, { config: { PUBLIC_URL: 'https://imprint.example' } });
const { client, db, mails } = service;
const { forgot, reset, signIn, tokenFor, tokensOf } = recovering(service);

t.test('a forgotten password is set anew by the link of a mail', async (t) => {
  const ada = await client.newUser();
  const { status, text } = await forgot(ada.email.toUpperCase());
  t.equal(status, 202);
  t.equal(text, '');
  const mail = await mails.last(ada.email);
  t.match(mail.link, /^https:\/\/imprint\.example\/reset-password#token=imp_mt_[\w-]{43}$/);
  t.match(mail.subject, 'Set a new password');
  const done = await reset(mail.token);
  t.equal(done.status, 204);
  t.equal((await reset(mail.token)).status, 400);
  t.same(
    (await mails.subjects(ada.email)).slice(1),
    ['Your password for imprint.example was changed'],
    'the owner is told of what has happened',
  );
  t.equal((await signIn(ada.email, PASSWORD)).status, 401, 'the old password is gone');
  t.equal((await signIn(ada.email, NEW_PASSWORD)).status, 200);
});

t.test('a reset ends every session, and does not take the address for verified', async (t) => {
  const ada = await client.newUser();
  const other = await client.login(ada);
  t.equal((await reset(await tokenFor(ada.email))).status, 204);
  for (const one of [ada, other]) {
    t.equal((await one.get('/auth/me')).status, 401);
    const refresh = await client.post('/auth/refresh', { refresh_token: one.tokens.refresh_token });
    t.equal(refresh.status, 401);
  }
  const again = await client.login({ ...ada, password: NEW_PASSWORD });
  t.equal(again.tokens.user.email_verified_at, null);
});

t.test('a token works once', async (t) => {
  const ada = await client.newUser();
  const token = await tokenFor(ada.email);
  t.equal((await reset(token)).status, 204);
  const { status, body } = await reset(token, 'a third horse battery');
  t.equal(status, 400);
  t.equal(body.code, 'invalid_mail_token');
  t.equal((await signIn(ada.email, NEW_PASSWORD)).status, 200);
});

t.test('of several who use a token at once, one succeeds', async (t) => {
  const ada = await client.newUser();
  const token = await tokenFor(ada.email);
  const passwords = Array.from({ length: 6 }, (_, index) => `horse battery ${index}`);
  const answers = await Promise.all(passwords.map((password) => reset(token, password)));
  t.same(answers.map(({ status }) => status).sort(), [204, 400, 400, 400, 400, 400]);
  const winner = passwords[answers.findIndex(({ status }) => status === 204)] ?? '';
  t.equal((await signIn(ada.email, winner)).status, 200);
});

t.test(
  'a reset that meets a newer mail in the database is decided, not failed',
  { skip: !isParallel && 'there are no two transactions at once on the embedded engine' },
  async (t) => {
    const ada = await client.newUser();
    const token = await tokenFor(ada.email);
    // Both want the row of the account and that of the token, and each has got one of them.
    const { answer } = await db.transaction().execute(async (tx) => {
      await lockRecipient(tx, ada.email);
      const answer = reset(token);
      await untilBlocked(tx);
      await endMailToken(tx, ada.user.id, 'reset_password');
      return { answer };
    });
    const { status, body } = await answer;
    t.equal(status, 400);
    t.equal(body.code, 'invalid_mail_token');
  },
);

t.test('a token works for ten minutes', async (t) => {
  const ada = await client.newUser();
  const token = await tokenFor(ada.email);
  const [row] = await tokensOf(ada.user.id);
  t.equal(Date.parse(row?.expires_at ?? '') - Date.parse(row?.created_at ?? ''), 600_000);
  const past = new Date(Date.now() - 1).toISOString();
  await db.updateTable('mail_tokens').set({ expires_at: past }).where('user_id', '=', ada.user.id).execute();
  t.equal((await reset(token)).status, 400);
  t.equal((await signIn(ada.email, PASSWORD)).status, 200);
});

t.test('a newer mail takes the place of the one before', async (t) => {
  const ada = await client.newUser();
  const first = await tokenFor(ada.email);
  const second = await tokenFor(ada.email);
  t.not(first, second);
  t.equal((await reset(first)).status, 400);
  t.equal((await reset(second)).status, 204);
});

t.test('a password that is refused leaves the token as it was', async (t) => {
  const ada = await client.newUser();
  const token = await tokenFor(ada.email);
  const weak = await reset(token, 'password1');
  t.equal(weak.status, 422);
  t.equal(weak.body.code, 'weak_password');
  for (const unfit of ['short', 'x'.repeat(129)]) t.equal((await reset(token, unfit)).status, 422);
  t.equal((await reset(token)).status, 204);
});

t.test('what was never a token is refused without hashing a password', async (t) => {
  const hashed = t.capture(hashing, 'run', hashing.run);
  for (const token of ['x', 'imp_mt_', `imp_mt_${'A'.repeat(43)}`, "' or 1=1 --", '🦊'.repeat(50)]) {
    const { status, body } = await reset(token);
    t.equal(status, 400, token);
    t.equal(body.code, 'invalid_mail_token', token);
  }
  t.equal(hashed().length, 0);
  t.equal((await reset('x'.repeat(201))).status, 422);
  t.equal((await reset(undefined)).status, 422);
});

t.test('tokens are stored as hashes only', async (t) => {
  const ada = await client.newUser();
  const token = await tokenFor(ada.email);
  const [row] = await tokensOf(ada.user.id);
  const digest = await crypto.subtle.digest('SHA-256', Buffer.from(token));
  t.same(Buffer.from(row?.token_hash ?? []), Buffer.from(digest));
  t.notMatch(JSON.stringify(row), token);
});

t.test('a token of a mail is no bearer, no refresh token, and good for its own purpose only', async (t) => {
  const ada = await client.newUser();
  const token = await tokenFor(ada.email);
  t.equal((await client.as(token).get('/auth/me')).status, 401);
  t.equal((await client.post('/auth/refresh', { refresh_token: token })).status, 401);
  t.equal((await client.post('/auth/email/verify', { token })).status, 400);
  for (const foreign of [ada.tokens.access_token, ada.tokens.refresh_token])
    t.equal((await reset(foreign.slice(0, 200))).status, 400);
  t.equal((await reset(token)).status, 204, 'and none of that has used it up');
});

t.test('a token is worthless once its account is disabled, deleted or has another address', async (t) => {
  const changes = [
    { is_active: false },
    { deleted_at: new Date().toISOString() },
    { email: `${newName()}@example.com` },
  ];
  for (const change of changes) {
    const ada = await client.newUser();
    const token = await tokenFor(ada.email);
    await db.updateTable('users').set(change).where('id', '=', ada.user.id).execute();
    t.equal((await reset(token)).status, 400, Object.keys(change).join());
    const kept = await db.selectFrom('users').select('password_hash').where('id', '=', ada.user.id).execute();
    t.equal(kept.length, 1);
  }
});

t.test('a link that was sent does not outlive a password changed in the meantime', async (t) => {
  const ada = await client.newUser();
  const token = await tokenFor(ada.email);
  const change = { current_password: PASSWORD, new_password: 'my own new battery' };
  t.equal((await ada.put('/auth/password', change)).status, 204);
  t.equal((await reset(token)).status, 400);
});

t.test('tokens that count no more are dropped, and all of them with the account', async (t) => {
  const ada = await client.newUser();
  await tokenFor(ada.email);
  const old = new Date(Date.now() - 2 * 86_400_000).toISOString();
  await db.updateTable('mail_tokens').set({ created_at: old }).where('user_id', '=', ada.user.id).execute();
  await tokenFor(ada.email);
  await service.app.recurring.run('forgetting mail tokens');
  t.equal((await tokensOf(ada.user.id)).length, 1);
  t.equal((await ada.delete('/auth/me')).status, 204);
  t.same(await tokensOf(ada.user.id), [], 'an erased account leaves no address behind');
});

t.test(
  'an account that importing has made cannot be signed in to until it is claimed by the mail',
  async (t) => {
    const email = `${newName()}@example.com`;
    const author = { name: 'Grace Hopper', email, username: null };
    const dates = { published_at: '2020-01-01T00:00:00.000Z', updated_at: null };
    const post = {
      path: 'a.md',
      slug: newName(),
      title: 'Compilers',
      summary: null,
      body: 'On compilers.',
      ...dates,
    };
    await new PostImporter(db, commandActor('import'), createInThreadRenderer(), newName()).take({
      ...post,
      status: 'published',
      authors: [author],
      tags: [],
    });
    for (const guess of [PASSWORD, NEW_PASSWORD, ' ']) t.equal((await signIn(email, guess)).status, 401);
    t.equal((await reset(await tokenFor(email))).status, 204);
    const { status, body } = await client.post<TokenPair>('/auth/login', { email, password: NEW_PASSWORD });
    t.equal(status, 200);
    const posts = await client.as(body.access_token).get<PostList>('/me/posts');
    t.match(posts.body.data, [{ title: 'Compilers', author: { full_name: 'Grace Hopper' } }]);
  },
);
