import { sql } from 'kysely';
import t from 'tap';
import { hashToken } from '../../src/domains/auth/tokens/tokens.opaque.ts';
import type { User } from '../../src/domains/users/users.schemas.ts';
import { read as readToken } from '../auth/forge.ts';
import { testApp } from '../support/app/app.ts';
import { newName, PASSWORD } from '../support/client/client.ts';
import { change, done, entriesOf, leavesFor, refused } from './arrange.ts';

const { client, db } = await testApp(t);
const admin = await client.asAdmin();
const adminId = admin.user.id;
const sidOf = (token: string) => String(readToken(token).claims.sid);

const leaves = leavesFor(admin);

t.test('registering, signing in, refreshing and signing out', async (t) => {
  const account = { email: `${newName()}@example.com`, password: PASSWORD, username: newName() };
  const made = await client.post<User>('/auth/register', account);
  const { id } = made.body;
  const target = { target_type: 'user', target_id: id } as const;
  await leaves(t, made, {
    ...{ action: 'registerUser', actor_id: null, ...done, ...target },
    changes: [
      change('email', null, account.email),
      change('username', null, account.username),
      change('role', null, 'user'),
      change('is_active', null, 'true'),
    ],
  });
  const { body, ...again } = await client.post('/auth/register', account);
  await leaves(t, { body, ...again }, { action: 'registerUser', actor_id: null, ...refused('email_taken') });

  const login = (password: string, email = account.email) =>
    client.post<{ access_token: string; refresh_token: string }>('/auth/login', { email, password });
  const agent = { headers: { 'user-agent': `Reader/1.0 ${'x'.repeat(400)}` }, from: '203.0.113.7' };
  const { email, password } = account;
  const signedIn = await client.post<{ access_token: string; refresh_token: string }>(
    '/auth/login',
    { email, password },
    agent,
  );
  const [entry] = await entriesOf(admin, signedIn);
  t.match(entry, { action: 'login', actor_id: id, ...done, ...target, ip: '203.0.113.7' });
  t.equal(entry?.user_agent, agent.headers['user-agent'].slice(0, 300));
  const wrong = refused('invalid_credentials');
  await leaves(t, await login('not the password'), { action: 'login', actor_id: null, ...wrong, ...target });
  const nobody = { target_type: 'user', target_id: null } as const;
  await leaves(t, await login(PASSWORD, 'nobody@example.com'), {
    action: 'login',
    actor_id: null,
    ...wrong,
    ...nobody,
  });

  const session = { target_type: 'session', target_id: sidOf(signedIn.body.access_token) } as const;
  const { refresh_token } = signedIn.body;
  const next = await client.post<{ access_token: string }>('/auth/refresh', { refresh_token });
  await leaves(t, next, { action: 'refreshTokens', actor_id: id, ...done, ...session });
  const unknown = await client.post('/auth/refresh', { refresh_token: 'imp_rt_unknown' });
  t.equal(unknown.status, 401);
  t.same(await entriesOf(admin, unknown), [], 'a token that was never given out is nobody’s');
  const out = await client.as(next.body.access_token).post('/auth/logout');
  await leaves(t, out, { action: 'logout', actor_id: id, ...done, ...session });
  const late = await client.as(next.body.access_token).post('/auth/logout');
  await leaves(t, late, { action: 'logout', actor_id: id, ...refused('invalid_token') });
});

t.test('a refresh token that was used before, which ends its session', async (t) => {
  const ada = await client.newUser();
  const { refresh_token, access_token } = ada.tokens;
  await client.post('/auth/refresh', { refresh_token });
  await db
    .updateTable('replaced_tokens')
    .set({ replaced_at: sql`replaced_at - interval '1 minute'` })
    .where('token_hash', '=', hashToken(refresh_token))
    .execute();
  const reused = await client.post('/auth/refresh', { refresh_token });
  t.equal(reused.status, 401);
  await leaves(t, reused, {
    ...{ action: 'session.reuse_detected', actor_id: ada.user.id, ...refused('invalid_refresh_token') },
    ...{ target_type: 'session', target_id: sidOf(access_token) },
  });
});

t.test('what somebody does to their own account', async (t) => {
  const person = await client.register();
  const [here, there] = [await client.login(person), await client.login(person)];
  const who = { actor_id: person.user.id, target_type: 'user', target_id: person.user.id } as const;
  const username = newName();
  const changed = await here.patch('/auth/me', { username, bio: 'Never to be seen in the log.' });
  const told = [change('username', person.user.username, username), change('bio', null, null)];
  await leaves(t, changed, { action: 'updateCurrentUser', ...who, ...done, changes: told });
  const taken = await here.patch('/auth/me', { username: admin.user.username });
  await leaves(t, taken, { action: 'updateCurrentUser', ...who, ...refused('username_taken') });

  const set = (current_password: string, new_password: string) =>
    here.put('/auth/password', { current_password, new_password });
  const wrong = await set('not the password', 'something quite different');
  await leaves(t, wrong, { action: 'changePassword', ...who, ...refused('wrong_password') });
  const right = await set(PASSWORD, 'something quite different');
  await leaves(t, right, {
    action: 'changePassword',
    ...who,
    ...done,
    changes: [change('password', null, null)],
  });

  const sid = sidOf(there.tokens.access_token);
  const gone = await here.delete(`/auth/sessions/${sid}`);
  const session = { target_type: 'session', target_id: sid } as const;
  await leaves(t, gone, {
    action: 'revokeSession',
    actor_id: person.user.id,
    ...session,
    ...refused('session_not_found'),
  });
  const third = await client.login({ ...person, password: 'something quite different' });
  const id = sidOf(third.tokens.access_token);
  const ended = await here.delete(`/auth/sessions/${id}`);
  await leaves(t, ended, { action: 'revokeSession', actor_id: person.user.id, target_id: id, ...done });
  await leaves(t, await here.delete('/auth/sessions'), { action: 'revokeOtherSessions', ...who, ...done });
  await leaves(t, await here.delete('/auth/me'), {
    action: 'deleteCurrentUser',
    ...who,
    ...done,
    changes: [],
  });
});

t.test('what an admin does to an account', async (t) => {
  const account = {
    email: `${newName()}@example.com`,
    password: PASSWORD,
    username: newName(),
    role: 'moderator',
  };
  const made = await admin.post<User>('/users', account);
  const { id } = made.body;
  const target = { actor_id: adminId, target_type: 'user', target_id: id } as const;
  await leaves(t, made, {
    ...{ action: 'createUser', ...target, ...done },
    changes: [
      change('email', null, account.email),
      change('username', null, account.username),
      change('role', null, 'moderator'),
      change('is_active', null, 'true'),
    ],
  });
  const weak = await admin.post('/users', { email: 'weak@example.com', password: 'password1' });
  await leaves(t, weak, {
    action: 'createUser',
    actor_id: adminId,
    target_id: null,
    ...refused('weak_password'),
  });

  const email = `${newName()}@example.com`;
  const patched = await admin.patch(`/users/${id}`, {
    role: 'user',
    is_active: false,
    email,
    full_name: 'A Name',
  });
  const told = [
    change('email', account.email, email),
    change('role', 'moderator', 'user'),
    change('is_active', 'true', 'false'),
    change('full_name', null, null),
  ];
  await leaves(t, patched, { action: 'updateUser', ...target, ...done, changes: told });
  const disabled = await client.post('/auth/login', { email, password: PASSWORD });
  await leaves(t, disabled, {
    action: 'login',
    actor_id: null,
    target_id: id,
    ...refused('account_disabled'),
  });
  const { username } = account;
  const whole = { email, username, full_name: null, bio: null, role: 'user', is_active: true, locale: 'de' };
  const put = await admin.put(`/users/${id}`, whole);
  const all = [
    change('is_active', 'false', 'true'),
    change('full_name', null, null),
    change('locale', null, null),
  ];
  await leaves(t, put, { action: 'replaceUser', ...target, ...done, changes: all });

  const deleted = await admin.delete(`/users/${id}`);
  await leaves(t, deleted, { action: 'deleteUser', ...target, ...done });
  const missing = await admin.delete(`/users/${id}`);
  await leaves(t, missing, { action: 'deleteUser', ...target, ...refused('user_not_found') });
  const restored = await admin.post(`/users/${id}/restore`);
  await leaves(t, restored, { action: 'restoreUser', ...target, ...done });
  t.match((await entriesOf(admin, restored))[0]?.changes, [
    { field: 'deleted_at', before: /Z$/, after: null },
  ]);
});
