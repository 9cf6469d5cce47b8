import { setTimeout as sleep } from 'node:timers/promises';
import { hash } from '@node-rs/argon2';
import t from 'tap';
import type { TokenPair } from '../../src/domains/auth/tokens/tokens.schemas.ts';
import { MemoryCounters } from '../../src/platform/counters/index.ts';
import { newId } from '../../src/platform/ids.ts';
import { WRONG_PASSWORDS } from '../../src/platform/password-throttle.ts';
import { hashing, verifyPassword } from '../../src/platform/passwords.ts';
import { testApp } from '../support/app/app.ts';
import { newName, PASSWORD } from '../support/client/client.ts';
import { unreachable } from '../support/database/failing-database.ts';

const { client, db } = await testApp(t);
const person = await client.register();
const { email, password } = person;

t.test('signing in gives two tokens and the account', async (t) => {
  const { status, body, headers } = await client.post<TokenPair>('/auth/login', { email, password });
  t.equal(status, 200);
  t.match(body, { token_type: 'Bearer', expires_in: 900, user: { id: person.user.id, email } });
  t.match(body.refresh_token, /^imp_rt_[\w-]{43}$/);
  t.equal(headers['cache-control'], 'no-store');
});

t.test('the address may be written in any case', async (t) => {
  const { status } = await client.post('/auth/login', { email: email.toUpperCase(), password });
  t.equal(status, 200);
});

t.test('an unknown address is answered like a wrong password', async (t) => {
  const wrong = await client.post('/auth/login', { email, password: 'not the password' });
  const unknown = await client.post('/auth/login', { email: 'nobody@example.com', password });
  t.equal(wrong.status, 401);
  t.equal(wrong.body.code, 'invalid_credentials');
  t.same({ ...unknown.body, request_id: '' }, { ...wrong.body, request_id: '' });
  const names = (headers: object) => Object.keys(headers).sort();
  t.same(names(unknown.headers), names(wrong.headers));
});

t.test('for an unknown address a password is hashed as for a wrong one', async (t) => {
  const hashed = t.capture(hashing, 'run', hashing.run);
  await client.post('/auth/login', { email, password: 'not the password' });
  t.equal(hashed().length, 1);
  await client.post('/auth/login', { email: 'nobody@example.com', password });
  t.equal(hashed().length, 1);
});

t.test('a disabled account is told so only by the right password', async (t) => {
  const disabled = await client.register();
  await db.updateTable('users').set({ is_active: false }).where('id', '=', disabled.user.id).execute();
  const right = await client.post('/auth/login', { email: disabled.email, password });
  t.equal(right.status, 403);
  t.equal(right.body.code, 'account_disabled');
  const wrong = await client.post('/auth/login', { email: disabled.email, password: 'not the password' });
  t.equal(wrong.body.code, 'invalid_credentials');
});

t.test('a deleted account, and one that was never claimed, cannot be signed in to', async (t) => {
  const deleted = await client.register();
  await db
    .updateTable('users')
    .set({ deleted_at: new Date().toISOString() })
    .where('id', '=', deleted.user.id)
    .execute();
  const unclaimed = { id: newId(), email: `${newName()}@example.com`, username: newName() };
  await db.insertInto('users').values(unclaimed).execute();
  for (const one of [deleted.email, unclaimed.email]) {
    for (const guess of [PASSWORD, 'the password of nobody']) {
      const { status, body } = await client.post('/auth/login', { email: one, password: guess });
      t.equal(status, 401);
      t.equal(body.code, 'invalid_credentials');
    }
  }
});

t.test('a password hashed with weaker parameters is hashed anew when it is used', async (t) => {
  const weak = await hash(password, { memoryCost: 4096, timeCost: 1, parallelism: 1 });
  const old = await client.register();
  const row = db.selectFrom('users').select('password_hash').where('id', '=', old.user.id);
  await db.updateTable('users').set({ password_hash: weak }).where('id', '=', old.user.id).execute();
  await client.login(old);
  const { password_hash } = await row.executeTakeFirstOrThrow();
  t.match(password_hash, /^\$argon2id\$v=19\$m=19456,t=2,p=1\$/);
  await t.resolves(client.login(old), 'and the password is still the same');
});

t.test('a password hashed with weaker parameters lets in all who use it at once', async (t) => {
  const weak = await hash(password, { memoryCost: 4096, timeCost: 1, parallelism: 1 });
  const old = await client.register();
  await db.updateTable('users').set({ password_hash: weak }).where('id', '=', old.user.id).execute();
  await t.resolves(Promise.all(Array.from({ length: 4 }, () => client.login(old))));
});

t.test('when more passwords are to be hashed than can be, the overflow is answered 503', async (t) => {
  const cheap = await hash('x', { memoryCost: 8, timeCost: 1, parallelism: 1 });
  let isFlooding = true;
  const flood = Array.from({ length: 400 }, async () => {
    while (isFlooding) await verifyPassword(cheap, 'x').catch(() => sleep(1)); // there is no room
  });
  const health = client.root.get('/health');
  const answers = await Promise.all([
    client.post('/auth/login', { email, password }),
    client.post('/auth/register', { email: `${newName()}@example.com`, password }),
  ]);
  isFlooding = false;
  await Promise.all(flood);
  t.equal((await health).status, 200, 'nobody else notices');
  for (const { status, body, headers } of answers) {
    t.equal(status, 503);
    t.match(body.detail, 'Too many passwords');
    t.match(headers['retry-after'], /^\d+$/);
  }
  t.equal((await client.post('/auth/login', { email, password })).status, 200, 'and then it goes on');
});

const wrong = 'not the password of anybody';
/** More than any of these tests needs, so that only the throttle is in the way. */
const tiers = { auth: 1000 };

t.test('ten wrong passwords for an account from one address are enough for a while', async (t) => {
  const counters = new MemoryCounters();
  const { client } = await testApp(t, { tiers, resources: { counters } });
  const ada = await client.newUser();
  const login = (from: string, body: object, headers = {}) =>
    client.post('/auth/login', { email: ada.email, ...body }, { from, headers });
  const at = (n: number) => `2001:db8:7:7::${n}`; // one network
  for (let n = 0; n < WRONG_PASSWORDS.max; n++) {
    const guess = { email: n % 2 ? ada.email : ada.email.toUpperCase(), password: wrong };
    const forged = { 'x-forwarded-for': `198.51.100.${n}` }; // by nobody who is trusted
    t.equal((await login(at(n), guess, forged)).status, 401);
  }
  const { status, body, headers } = await login(at(99), { password });
  t.equal(status, 429);
  t.equal(body.code, 'too_many_requests');
  t.match(body.detail, /^There were 10 wrong passwords .* within 15 minutes; try again in \d+ seconds\.$/);
  t.ok(Number(headers['retry-after']) > 600 && Number(headers['retry-after']) <= 900);
  t.match(headers.ratelimit, /^"auth";/);

  t.equal((await login('2001:db8:7:8::1', { password })).status, 200, 'there is no lock: another address');
  const bob = await client.newUser();
  t.equal((await login(at(0), { email: bob.email, password })).status, 200, 'another account');

  const blind = await testApp(t, { tiers, resources: { counters, database: unreachable() } });
  const unseen = await blind.client.post('/auth/login', { email: ada.email, password }, { from: at(0) });
  t.equal(unseen.status, 429, 'it is refused before anybody looks at the password');
});

t.test('right passwords use nothing up', async (t) => {
  const { client } = await testApp(t, { tiers });
  const ada = await client.newUser();
  const login = async (password: string) =>
    (await client.post('/auth/login', { email: ada.email, password })).status;
  for (let n = 0; n < WRONG_PASSWORDS.max - 1; n++) t.equal(await login(wrong), 401);
  for (let n = 0; n < 3; n++) t.equal(await login(password), 200);
  t.equal(await login(wrong), 401);
  t.equal(await login(password), 429);
});

t.test('a hundred attempts at once get no further, and an unknown address is no other case', async (t) => {
  const { client } = await testApp(t, { tiers });
  const body = { email: `${newName()}@example.com`, password: wrong };
  const attempts = Array.from({ length: 100 }, () => client.post('/auth/login', body));
  const statuses = Map.groupBy(await Promise.all(attempts), ({ status }) => status);
  t.equal(statuses.get(401)?.length, WRONG_PASSWORDS.max);
  t.equal(statuses.get(429)?.length, 100 - WRONG_PASSWORDS.max);
});

t.test('the present password cannot be guessed at either', async (t) => {
  const { client } = await testApp(t, { tiers });
  const ada = await client.newUser();
  const change = async (current_password: string) =>
    await ada.put('/auth/password', { current_password, new_password: 'another password for ada' });
  const guesses = Array.from({ length: WRONG_PASSWORDS.max }, () => change(wrong));
  for (const { status } of await Promise.all(guesses)) t.equal(status, 403);
  const { status, headers } = await change(password);
  t.equal(status, 429);
  t.ok(headers['retry-after']);
});

t.test('with the limits off nobody is held back', async (t) => {
  const ada = await client.newUser();
  const guesses = Array.from({ length: WRONG_PASSWORDS.max + 1 }, () =>
    client.post('/auth/login', { email: ada.email, password: wrong }),
  );
  for (const { status } of await Promise.all(guesses)) t.equal(status, 401);
});
