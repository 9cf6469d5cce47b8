import t from 'tap';
import type { User } from '../../src/domains/users/users.schemas.ts';
import { testApp } from '../support/app/app.ts';
import { newName, PASSWORD } from '../support/client/client.ts';

const { client, db } = await testApp(t);
const admin = await client.asAdmin();
const address = () => `${newName()}@example.com`;

t.test('an admin makes an account with everything set, which may sign in at once', async (t) => {
  const account = {
    email: address(),
    password: PASSWORD,
    username: newName(),
    full_name: 'Grace Hopper',
    bio: 'Compiles.',
    role: 'moderator',
    is_active: true,
    locale: 'de',
  };
  const { status, body, headers } = await admin.post<User>('/users', account);
  t.equal(status, 201);
  t.equal(headers.location, `/api/v1/users/${body.id}`);
  const { password, ...visible } = account;
  t.match(body, visible);
  const grace = await client.login({ user: body, email: account.email, password });
  t.match((await grace.get<User>('/auth/me')).body, visible);
});

t.test('what is left out gets its usual value', async (t) => {
  const { body } = await admin.post<User>('/users', { email: address(), password: PASSWORD });
  t.match(body, { role: 'user', is_active: true, locale: 'en', full_name: null, bio: null });
});

t.test('an account that is made disabled cannot sign in', async (t) => {
  const account = { email: address(), password: PASSWORD, is_active: false };
  t.equal((await admin.post('/users', account)).status, 201);
  const { body } = await client.post('/auth/login', { email: account.email, password: PASSWORD });
  t.equal(body.code, 'account_disabled');
});

t.test('the rules for addresses, names and passwords are those of registering', async (t) => {
  const { user, email } = await client.register();
  const refused: [object, number, string][] = [
    [{ email: email.toUpperCase(), password: PASSWORD }, 409, 'email_taken'],
    [{ email: address(), password: PASSWORD, username: user.username }, 409, 'username_taken'],
    [{ email: address(), password: 'password1' }, 422, 'weak_password'],
    [{ email: address(), password: 'x'.repeat(129) }, 422, 'validation_failed'],
    [{ email: 'none', password: PASSWORD }, 422, 'validation_failed'],
    [{ email: address(), password: PASSWORD, role: 'root' }, 422, 'validation_failed'],
    [{ email: address() }, 422, 'validation_failed'],
  ];
  for (const [account, status, code] of refused) {
    const answer = await admin.post('/users', account);
    t.equal(answer.status, status, code);
    t.equal(answer.body.code, code);
  }
});

t.test('an admin changes anything about an account; another address has to be verified anew', async (t) => {
  const { user } = await client.register();
  await db
    .updateTable('users')
    .set({ email_verified_at: '2026-01-01T00:00:00Z' })
    .where('id', '=', user.id)
    .execute();
  const path = `/users/${user.id}`;
  const named = await admin.patch<User>(path, { full_name: 'Named', email: user.email.toUpperCase() });
  t.equal(named.body.email_verified_at, '2026-01-01T00:00:00.000Z', 'the same address');
  const email = address();
  const moved = await admin.patch<User>(path, { email: email.toUpperCase(), role: 'moderator' });
  t.match(moved.body, { email, role: 'moderator', full_name: 'Named', email_verified_at: null });
  t.ok(moved.body.updated_at > user.updated_at);
  const username = newName();
  t.match((await admin.patch<User>(path, { username })).body, { username, email });
});

t.test('an address or a name that somebody has is refused in every kind of change', async (t) => {
  const [one, two] = [await client.register(), await client.register()];
  const path = `/users/${one.user.id}`;
  const whole = { ...one.user, full_name: null, bio: null };
  const replacement = {
    email: whole.email,
    username: whole.username,
    full_name: null,
    bio: null,
    role: 'user',
    is_active: true,
    locale: 'en',
  };
  const clashes = { email: two.email, username: two.user.username.toUpperCase() };
  for (const [name, value] of Object.entries(clashes)) {
    for (const answer of [
      await admin.patch(path, { [name]: value }),
      await admin.put(path, { ...replacement, [name]: value }),
    ]) {
      t.equal(answer.status, 409, name);
      t.equal(answer.body.code, `${name}_taken`);
    }
  }
  t.equal((await admin.put(path, replacement)).status, 200, 'its own are its own');
});

t.test('of two accounts that are given one address at once, however written, one gets it', async (t) => {
  const name = newName();
  const twins = [`${name}.José@example.com`, `${name.toUpperCase()}.jose\u0301@EXAMPLE.com`];
  const answers = await Promise.all(
    twins.map(async (email) => admin.patch(`/users/${(await client.register()).user.id}`, { email })),
  );
  t.same(answers.map(({ status }) => status).sort(), [200, 409]);
  t.equal(answers.find(({ status }) => status === 409)?.body.code, 'email_taken');
});

t.test('replacing an account needs all of it', async (t) => {
  const { user } = await client.register();
  const { status, body } = await admin.put(`/users/${user.id}`, { email: user.email });
  t.equal(status, 422);
  t.same(
    body.errors?.map(({ pointer }) => pointer).sort(),
    ['/bio', '/full_name', '/is_active', '/locale', '/role', '/username'].sort(),
  );
  const whole = {
    email: address(),
    username: newName(),
    full_name: 'Anew',
    bio: 'All of it.',
    role: 'moderator',
    is_active: false,
    locale: 'de',
  };
  const replaced = await admin.put<User>(`/users/${user.id}`, whole);
  t.equal(replaced.status, 200);
  t.match(replaced.body, { ...whole, id: user.id, created_at: user.created_at });
});

t.test('a deleted account is gone for everyone until it is restored', async (t) => {
  const ada = await client.newUser();
  const path = `/users/${ada.user.id}`;
  t.equal((await admin.delete(path)).status, 204);
  t.equal((await client.get(path)).status, 404);
  t.equal((await admin.delete(path)).status, 404, 'a second time');
  t.equal((await admin.patch(path, { bio: null })).status, 404);
  const { body: list } = await admin.get<{ data: User[] }>(`/users?q=${ada.user.username}`);
  t.same(list.data, []);
  t.equal((await client.post('/auth/register', { email: ada.email, password: PASSWORD })).status, 409);

  const restored = await admin.post<User>(`${path}/restore`);
  t.equal(restored.status, 200);
  t.match(restored.body, { id: ada.user.id, email: ada.email, username: ada.user.username });
  t.equal((await client.get(path)).status, 200);
  await t.resolves(client.login(ada), 'and can be signed in to');
  t.equal((await admin.post(`${path}/restore`)).status, 200, 'one that is there stays as it is');
});

t.test('what was deleted for good cannot be restored', async (t) => {
  const ada = await client.newUser();
  await ada.delete('/auth/me');
  const { status, body } = await admin.post(`/users/${ada.user.id}/restore`);
  t.equal(status, 409);
  t.equal(body.code, 'user_erased');
});
