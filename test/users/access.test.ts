import { sql } from 'kysely';
import t from 'tap';
import type { PublicUser, User } from '../../src/domains/users/users.schemas.ts';
import { RECENT_SECONDS } from '../../src/http/access/recent-sign-in.ts';
import { newId } from '../../src/platform/ids.ts';
import { testApp } from '../support/app/app.ts';
import { newName, PASSWORD } from '../support/client/client.ts';

const { client, db } = await testApp(t);
const [ada, eve, moderator, admin] = [
  await client.newUser(),
  await client.newUser(),
  await client.asModerator(),
  await client.asAdmin(),
];
const full = { email: 'x@y.example', username: 'x-y-z', full_name: null, bio: null };
const replacement = { ...full, role: 'user', is_active: true, locale: 'en' };

t.test('anyone reads the profile of anyone, and no more than the profile', async (t) => {
  for (const who of [client, eve, admin]) {
    const { status, body, text } = await who.get<PublicUser>(`/users/${ada.user.id}`);
    t.equal(status, 200);
    t.same(Object.keys(body).sort(), ['bio', 'created_at', 'full_name', 'id', 'username']);
    t.notMatch(text, ada.email);
  }
});

t.test('an account that is not there is a 404 for everyone', async (t) => {
  const path = `/users/${newId()}`;
  for (const who of [client, eve, admin]) {
    const { status, body } = await who.get(path);
    t.equal(status, 404);
    t.equal(body.code, 'user_not_found');
  }
  t.equal((await admin.patch(path, { bio: null })).status, 404);
  t.equal((await admin.put(path, replacement)).status, 404);
  t.equal((await admin.delete(path)).status, 404);
  t.equal((await admin.post(`${path}/restore`)).status, 404);
});

t.test('nobody but an admin lists, makes, replaces, deletes or restores accounts', async (t) => {
  const path = `/users/${ada.user.id}`;
  for (const who of [eve, moderator, ada]) {
    const attempts = [
      await who.get('/users'),
      await who.post('/users', { email: 'x@y.example', password: 'correct horse battery' }),
      await who.put(path, replacement),
      await who.delete(path),
      await who.post(`${path}/restore`),
    ];
    for (const { status, body } of attempts) {
      t.equal(status, 403);
      t.equal(body.code, 'forbidden');
    }
  }
  t.equal((await ada.get('/auth/me')).status, 200);
});

t.test('with the id of somebody else nothing can be changed, and nothing is told', async (t) => {
  for (const [who, other] of [
    [ada, eve],
    [eve, ada],
    [moderator, ada],
  ] as const) {
    for (const change of [{ full_name: 'Taken over' }, { role: 'admin' }, { email: 'x@y.example' }]) {
      const { status, body } = await who.patch(`/users/${other.user.id}`, change);
      t.equal(status, 404);
      t.equal(body.code, 'user_not_found');
    }
    t.same((await other.get<User>('/auth/me')).body, other.user);
  }
});

t.test('one’s own account can be changed by its id, but for what belongs to admins', async (t) => {
  const me = await client.newUser();
  const path = `/users/${me.user.id}`;
  const { status, body } = await me.patch<User>(path, { full_name: 'Ada', locale: 'de' });
  t.equal(status, 200);
  t.match(body, { full_name: 'Ada', locale: 'de', role: 'user' });
  for (const change of [{ role: 'admin' }, { is_active: false }, { email: `${newName()}@example.com` }]) {
    const answer = await me.patch(path, { ...change, bio: 'changed' });
    t.equal(answer.status, 403, JSON.stringify(change));
    t.equal(answer.body.code, 'forbidden');
  }
  t.match((await me.get<User>('/auth/me')).body, { role: 'user', is_active: true, bio: null });
});

t.test('what nobody may set is refused to admins, too', async (t) => {
  const path = `/users/${eve.user.id}`;
  const reserved = { id: newId(), email_verified_at: null, password: 'correct horse', deleted_at: null };
  for (const [name, value] of Object.entries(reserved)) {
    const { status, body } = await admin.patch(path, { [name]: value });
    t.equal(status, 422, name);
    t.match(body.errors, [{ pointer: `/${name}`, code: 'unknown' }], name);
    t.equal((await admin.put(path, { ...replacement, [name]: value })).status, 422, name);
    if (name === 'password') continue;
    const account = { email: `${newName()}@example.com`, password: 'correct horse', [name]: value };
    t.match((await admin.post('/users', account)).body.errors, [{ pointer: `/${name}`, code: 'unknown' }]);
  }
});

t.test('an admin who signed in long ago lets nobody in for good', async (t) => {
  const [early, target] = [await client.asAdmin(), await client.newUser()];
  await sql`update sessions set created_at = now() - make_interval(secs => ${RECENT_SECONDS + 1})
    where user_id = ${early.user.id}`.execute(db);
  const path = `/users/${target.user.id}`;
  const account = () => ({ email: `${newName()}@example.com`, password: PASSWORD });
  const { email, username } = target.user;
  const whole = { email, username, full_name: null, bio: null, is_active: true, locale: 'en' };
  const refused: [string, string, object][] = [
    ['POST', '/users', { ...account(), role: 'admin' }],
    ['PATCH', path, { role: 'moderator' }],
    ['PATCH', path, { email: `${newName()}@example.com` }],
    ['PUT', path, { ...whole, role: 'admin' }],
  ];
  for (const [method, to, body] of refused) {
    const answer = await early.request(method, to, { body });
    t.equal(answer.status, 403, `${method} ${to} ${JSON.stringify(body)}`);
    t.equal(answer.body.code, 'recent_sign_in_required');
  }
  t.equal((await early.post('/users', account())).status, 201, 'plain accounts are made all the same');
  t.equal((await early.put(path, { ...whole, role: 'user' })).status, 200);
  t.equal((await early.patch(path, { is_active: false })).status, 200, 'and closed');
});
