import t from 'tap';
import type { User } from '../../src/domains/users/users.schemas.ts';
import { testApp } from '../support/app/app.ts';
import { newName, PASSWORD } from '../support/client/client.ts';

const { app, client, db, mails } = await testApp(t);

t.test('one reads oneself, without a trace of the password', async (t) => {
  const ada = await client.newUser();
  const { status, body, headers } = await ada.get<User>('/auth/me');
  t.equal(status, 200);
  t.same(body, ada.user);
  t.same(Object.keys(body).sort(), [
    'bio',
    'created_at',
    'email',
    'email_verified_at',
    'full_name',
    'id',
    'is_active',
    'locale',
    'role',
    'updated_at',
    'username',
  ]);
  t.match(body.created_at, /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);
  t.equal(headers['cache-control'], 'no-store');
});

t.test('one changes what describes oneself, and only what is given', async (t) => {
  const ada = await client.newUser();
  const username = newName();
  const change = { username, full_name: 'Ada', bio: 'Writes about engines.', locale: 'de' };
  const { status, body } = await ada.patch<User>('/auth/me', change);
  t.equal(status, 200);
  t.match(body, { ...change, email: ada.email, role: 'user' });
  const second = await ada.patch<User>('/auth/me', { bio: null });
  t.match(second.body, { ...change, bio: null });
  t.same((await ada.get<User>('/auth/me')).body, second.body);
});

t.test('what nobody may change about oneself is refused, and nothing is changed', async (t) => {
  const ada = await client.newUser();
  const reserved = {
    email: 'x@y.example',
    role: 'admin',
    is_active: false,
    email_verified_at: null,
    id: 'x',
  };
  for (const [name, value] of Object.entries(reserved)) {
    const { status, body } = await ada.patch('/auth/me', { full_name: 'Changed', [name]: value });
    t.equal(status, 422, name);
    t.match(body.errors, [{ pointer: `/${name}`, code: 'unknown' }], name);
  }
  t.equal((await ada.patch('/auth/me', {})).status, 422, 'an empty change');
  t.equal((await ada.patch('/auth/me', { locale: 'fr' })).status, 422, 'a language there is not');
  t.same((await ada.get<User>('/auth/me')).body, ada.user);
});

t.test('a username that somebody has is refused, whatever its case; one’s own is not', async (t) => {
  const [ada, bob] = [await client.newUser(), await client.newUser()];
  const { status, body } = await ada.patch('/auth/me', { username: bob.user.username.toUpperCase() });
  t.equal(status, 409);
  t.equal(body.code, 'username_taken');
  t.equal((await ada.patch('/auth/me', { username: ada.user.username.toUpperCase() })).status, 200);
});

t.test('two who want the same username at once get one each', async (t) => {
  const [ada, bob] = [await client.newUser(), await client.newUser()];
  const username = newName();
  const answers = await Promise.all([ada, bob].map((one) => one.patch('/auth/me', { username })));
  t.same(answers.map(({ status }) => status).sort(), [200, 409]);
});

t.test('deleting oneself erases what is personal and ends every session', async (t) => {
  const person = await client.register();
  const [here, there] = [await client.login(person), await client.login(person)];
  await here.patch('/auth/me', { full_name: 'Ada Lovelace', bio: 'A bio.' });
  t.equal((await here.delete('/auth/me')).status, 204);
  for (const one of [here, there]) t.equal((await one.get('/auth/me')).status, 401);
  const login = await client.post('/auth/login', { email: person.email, password: person.password });
  t.equal(login.status, 401);
  t.equal((await client.get(`/users/${person.user.id}`)).status, 404);
  const row = await db
    .selectFrom('users')
    .selectAll()
    .where('id', '=', person.user.id)
    .executeTakeFirstOrThrow();
  t.notMatch(JSON.stringify(row), new RegExp(`${person.user.username}|Lovelace|A bio`));
  t.match(row, { full_name: null, bio: null, password_hash: null, email_verified_at: null, role: 'user' });
  const again = await client.register({ email: person.email, username: person.user.username });
  t.not(again.user.id, person.user.id, 'the address and the name are free again');
});

t.test('the last admin cannot delete themselves', async (t) => {
  const admin = await client.asAdmin();
  const { status, body } = await admin.delete('/auth/me');
  t.equal(status, 409);
  t.equal(body.code, 'last_admin');
  t.equal((await admin.get('/auth/me')).status, 200);
});

t.test('changing the password needs the current one and ends the other sessions', async (t) => {
  const person = await client.register();
  const [here, there] = [await client.login(person), await client.login(person)];
  const change = { current_password: person.password, new_password: 'another horse battery' };
  t.equal((await here.put('/auth/password', change)).status, 204);
  t.equal((await here.get('/auth/me')).status, 200);
  t.equal((await there.get('/auth/me')).status, 401);
  t.equal((await client.post('/auth/refresh', { refresh_token: there.tokens.refresh_token })).status, 401);
  t.equal((await client.post('/auth/login', { email: person.email, password: person.password })).status, 401);
  await t.resolves(client.login({ ...person, password: change.new_password }));
  const told = (await mails.subjects(person.email)).filter((subject) => /password/.test(subject));
  t.same(told.length, 1, 'and the owner is told');
});

t.test('a wrong current password changes nothing', async (t) => {
  const ada = await client.newUser();
  const attempt = (current_password: string, new_password: string) =>
    ada.put('/auth/password', { current_password, new_password });
  const wrong = await attempt('not the password', 'another horse battery');
  t.equal(wrong.status, 403);
  t.equal(wrong.body.code, 'wrong_password');
  const weak = await attempt(PASSWORD, 'password1');
  t.equal(weak.status, 422);
  t.equal(weak.body.code, 'weak_password');
  for (const unfit of ['short', 'x'.repeat(129)]) t.equal((await attempt(PASSWORD, unfit)).status, 422);
  await t.resolves(client.login(ada));
  t.same(await mails.to(ada.email), [], 'and nobody is told of it');
});

t.test('a change of an account that is erased meanwhile is refused like a token that is over', async (t) => {
  const person = await client.newUser();
  const { isRecentSession } = app;
  t.teardown(() => Object.assign(app, { isRecentSession }));
  // It is asked after the request was let in, and before the account is locked.
  const erasing = async () => {
    Object.assign(app, { isRecentSession });
    t.equal((await person.delete('/auth/me')).status, 204);
    return true;
  };
  Object.assign(app, { isRecentSession: erasing });
  const { status, body } = await person.patch('/auth/me', { bio: 'Too late.' });
  t.equal(status, 401);
  t.equal(body.code, 'invalid_token');
});
