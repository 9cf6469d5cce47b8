import t from 'tap';
import type { TokenPair } from '../../src/domains/auth/tokens/tokens.schemas.ts';
import type { User } from '../../src/domains/users/users.schemas.ts';
import { newId } from '../../src/platform/ids.ts';
import { testApp } from '../support/app/app.ts';
import { newName, PASSWORD } from '../support/client/client.ts';
import { isParallel, untilBlocked } from '../support/database/database.ts';

const { client, db } = await testApp(t);
const password = PASSWORD;
const address = () => `${newName()}@example.com`;

t.test('registering makes an account with the role user that can sign in', async (t) => {
  const email = address();
  const username = newName();
  const { status, body, headers } = await client.post<User>('/auth/register', {
    email,
    password,
    username,
    full_name: 'Ada Lovelace',
  });
  t.equal(status, 201);
  t.match(body, { email, username, full_name: 'Ada Lovelace', bio: null, role: 'user', is_active: true });
  t.equal(body.email_verified_at, null);
  t.equal(headers.location, `/api/v1/users/${body.id}`);
  t.notMatch(JSON.stringify(body), 'password');
  const { body: tokens } = await client.post<TokenPair>('/auth/login', { email, password });
  t.same(tokens.user, body);
});

t.test('a username that is not given is made from the address, and is free', async (t) => {
  const name = newName();
  const first = await client.register({ email: `${name}@one.example` });
  const second = await client.register({ email: `${name}@two.example` });
  t.equal(first.user.username, name);
  t.equal(second.user.username, `${name}-2`);
  for (const local of ['ö', '!!', '😀', 'x'.repeat(60)]) {
    const { user } = await client.register({ email: `${local}@${newName()}.example` });
    t.match(user.username, /^[A-Za-z0-9][A-Za-z0-9._-]{2,31}$/, `${local} -> ${user.username}`);
  }
});

t.test('an address is one whatever its case and composition', async (t) => {
  const name = newName();
  await client.register({ email: `${name}.José@Example.com` });
  const twins = [
    `${name}.josé@example.com`,
    `${name.toUpperCase()}.JOSÉ@EXAMPLE.COM`,
    `${name}.jose\u0301@example.com`,
    `${name}.ｊosé@example.com`,
  ];
  for (const email of twins) {
    const { status, body } = await client.post('/auth/register', { email, password });
    t.equal(status, 409, email);
    t.equal(body.code, 'email_taken', email);
  }
});

t.test('twins who race to register get one account and a conflict', async (t) => {
  const name = newName();
  const twins = [
    `${name}@example.com`,
    `${name.toUpperCase()}@Example.com`,
    `ｐ${name.slice(1)}@example.com`,
  ];
  const answers = await Promise.all(
    [...twins, ...twins].map((email) => client.post('/auth/register', { email, password })),
  );
  t.same(answers.map(({ status }) => status).sort(), [201, 409, 409, 409, 409, 409]);
  const rows = await db.selectFrom('users').select('id').where('email', '=', `${name}@example.com`).execute();
  t.equal(rows.length, 1);
});

t.test('usernames that differ in case only are the same', async (t) => {
  const username = newName();
  const answers = await Promise.all(
    [username, username.toUpperCase()].map((one) =>
      client.post('/auth/register', { email: address(), password, username: one }),
    ),
  );
  t.same(answers.map(({ status }) => status).sort(), [201, 409]);
  t.equal(answers.find(({ status }) => status === 409)?.body.code, 'username_taken');
});

t.test('people of the same name at different hosts can register at the same moment', async (t) => {
  const name = newName();
  const register = (host: string, key: string) =>
    client.post<User>(
      '/auth/register',
      { email: `${name}@${host}.example`, password },
      { headers: { 'idempotency-key': key } },
    );
  const together = [register('one', newName()), register('two', newName()), register('three', newName())];
  const answers = await Promise.all(together);
  for (const { status } of answers) t.equal(status, 201);
  t.same(answers.map(({ body }) => body.username).sort(), [name, `${name}-2`, `${name}-3`]);
});

t.test(
  'a username that is taken while it is being chosen is not chosen',
  { skip: !isParallel && 'transactions run one after the other here' },
  async (t) => {
    const name = newName();
    const { answer } = await db.transaction().execute(async (tx) => {
      const rival = { id: newId(), email: `${name}@rival.example`, username: name };
      await tx.insertInto('users').values(rival).execute();
      const headers = { 'idempotency-key': newName() };
      const email = `${name}@example.com`;
      const answer = client.post<User>('/auth/register', { email, password }, { headers });
      await untilBlocked(tx);
      return { answer };
    });
    const { status, body } = await answer;
    t.equal(status, 201);
    t.equal(body.username, `${name}-2`);
  },
);

t.test('a password has 8 to 128 characters, of any kind', async (t) => {
  for (const wrong of ['', '1234567', 'x'.repeat(129), '🦊'.repeat(129)]) {
    const { status, body } = await client.post('/auth/register', { email: address(), password: wrong });
    t.equal(status, 422, `${[...wrong].length} characters`);
    t.match(body.errors, [{ pointer: '/password' }]);
  }
  for (const right of ['tr0ub4d&', 'ab '.repeat(42), '🦊'.repeat(128), ' q7 zäh w ']) {
    const person = await client.register({ password: right });
    await t.resolves(client.login(person), `${[...right].length} characters`);
  }
});

t.test('every byte of a long password counts', async (t) => {
  const start = 'zäh wie grüne Eßkastanien ÄÖÜ äöü ßßß éèê ñ ÄÖÜ éèêëïîùûç abcdefgh klm';
  const person = await client.register({ password: `${start}x1` });
  t.equal(Buffer.byteLength(person.password), 100);
  const twin = { email: person.email, password: `${start}x2` };
  t.equal((await client.post('/auth/login', twin)).status, 401);
});

t.test('what is not an address is refused', async (t) => {
  const wrong = [
    'ada',
    'ada@',
    '@example.com',
    'ada@example',
    'a b@example.com',
    'ada@exa mple.com',
    'a@b@c.de',
  ];
  for (const email of [...wrong, 'ada@example.com\n', 'ada@.com', `${'x'.repeat(250)}@a.de`]) {
    const { status, body } = await client.post('/auth/register', { email, password });
    t.equal(status, 422, email);
    t.match(body.errors, [{ pointer: '/email' }], email);
  }
});

t.test('what is an address only until it is normalised is refused', async (t) => {
  // NFKC makes an @ of the wide one, spaces of a ligature, and a long text of a short one.
  for (const email of ['ada＠evil.example@example.com', 'ﷺ@example.com', `${'ﬃ'.repeat(100)}@example.com`]) {
    const { status, body } = await client.post('/auth/register', { email, password });
    t.equal(status, 422, email);
    t.match(body.errors, [{ pointer: '/email', code: 'format' }], email);
  }
});

t.test('nobody gives themselves a role, a flag, an id or a verified address', async (t) => {
  const email = address();
  const extras = {
    role: 'admin',
    is_active: true,
    email_verified_at: '2026-01-01T00:00:00.000Z',
    id: '01932b6e-8f2a-7c3d-9b4e-5a6f7c8d9e0f',
    password_hash: 'x',
    deleted_at: null,
  };
  const { status, body } = await client.post('/auth/register', { email, password, ...extras });
  t.equal(status, 422);
  t.same(
    body.errors?.map(({ pointer, code }) => `${pointer} ${code}`).sort(),
    Object.keys(extras)
      .map((name) => `/${name} unknown`)
      .sort(),
  );
  t.equal((await client.post('/auth/login', { email, password })).status, 401, 'nothing was made');
});

t.test('everything that is wrong is said at once', async (t) => {
  const { status, body } = await client.post('/auth/register', { email: 7, username: 'a!', extra: 1 });
  t.equal(status, 422);
  t.same(
    body.errors?.map(({ pointer, code }) => `${pointer} ${code}`).sort(),
    ['/email type', '/extra unknown', '/password required', '/username format', '/username too_short'].sort(),
  );
});
