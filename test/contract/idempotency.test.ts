import { sql } from 'kysely';
import t from 'tap';
import type { User } from '../../src/domains/users/users.schemas.ts';
import { testApp } from '../support/app/app.ts';
import { newName, PASSWORD } from '../support/client/client.ts';
import { isParallel } from '../support/database/database.ts';
import { lockedElsewhere } from '../support/database/locked-elsewhere.ts';

const { app, client, db, database } = await testApp(t);

const register = (key: string, body: object) =>
  client.post<User>('/auth/register', body, { headers: { 'idempotency-key': key } });
const account = () => ({ email: `${newName()}@example.com`, password: PASSWORD });
const accounts = async (email: string) =>
  (await db.selectFrom('users').select('id').where('email', '=', email).execute()).length;

t.test('the same request with the same key gets the first answer and has no second effect', async (t) => {
  const [key, body] = [newName(), account()];
  const first = await register(key, body);
  const second = await register(key, body);
  t.equal(first.status, 201);
  t.equal(first.headers['idempotency-replayed'], undefined);
  t.equal(second.status, 201);
  t.equal(second.headers['idempotency-replayed'], 'true');
  t.same(second.body, first.body);
  for (const name of ['location', 'etag']) t.equal(second.headers[name], first.headers[name], name);
  t.equal(await accounts(body.email), 1);
});

t.test('the same key with another body is refused', async (t) => {
  const [key, body] = [newName(), account()];
  await register(key, body);
  for (const other of [account(), { ...body, password: `${PASSWORD}!` }, { ...body, full_name: null }]) {
    const answer = await client.post('/auth/register', other, { headers: { 'idempotency-key': key } });
    t.equal(answer.status, 422);
    t.equal(answer.body.code, 'idempotency_key_reused');
  }
  const admin = await client.asAdmin();
  const headers = { 'idempotency-key': key };
  t.equal((await admin.post('/users', account(), { headers })).status, 201, 'to another operation');
  const again = await admin.post('/users', account(), { headers });
  t.equal(again.body.code, 'idempotency_key_reused', 'and again, with another body');
});

t.test('a key belongs to one account and one operation', async (t) => {
  const key = newName();
  await register(key, account());
  const headers = { 'idempotency-key': key };
  const [one, two] = [await client.asAdmin(), await client.asAdmin()];
  const made = await Promise.all(
    [one, two].map((admin) => admin.post<User>('/users', account(), { headers })),
  );
  for (const { status, headers: got } of made) {
    t.equal(status, 201);
    t.equal(got['idempotency-replayed'], undefined);
  }
  const id = made[0]?.body.id;
  await one.delete(`/users/${id}`);
  const restored = await one.post<User>(`/users/${id}/restore`, undefined, { headers });
  t.equal(restored.status, 200);
  const other = await one.post(`/users/${made[1]?.body.id}/restore`, undefined, { headers });
  t.equal(other.body.code, 'idempotency_key_reused', 'another path is another request');
});

t.test('a request that was refused stores nothing, so that it can be corrected', async (t) => {
  const [key, body] = [newName(), account()];
  const taken = await client.register();
  t.equal((await register(key, { ...body, email: taken.email })).status, 409);
  t.equal((await register(key, { ...body, password: 'password1' })).status, 422);
  t.equal((await register(key, { ...body, extra: 1 })).status, 422);
  t.equal((await register(key, body)).status, 201);
});

t.test('twenty requests with one key at once have one effect', async (t) => {
  const [key, body] = [newName(), account()];
  const answers = await Promise.all(Array.from({ length: 20 }, () => register(key, body)));
  const statuses = new Set(answers.map(({ status }) => status));
  statuses.delete(409);
  t.same([...statuses], [201]);
  t.equal(await accounts(body.email), 1);
  const made = answers.filter(({ status }) => status === 201);
  t.equal(new Set(made.map(({ text }) => text)).size, 1);
  t.equal(made.filter(({ headers }) => !headers['idempotency-replayed']).length, 1);
});

t.test('while the first request with a key is running, a second one is answered 409', async (t) => {
  const [key, body] = [newName(), account()];
  const headers = { 'idempotency-key': key };
  if (isParallel) {
    await db.transaction().execute(async (tx) => {
      const name = `anonymous registerUser ${key}`;
      await sql`select pg_advisory_xact_lock(hashtextextended(${name}, 0))`.execute(tx);
      const { status, body: problem } = await client.post('/auth/register', body, { headers });
      t.equal(status, 409);
      t.equal(problem.code, 'idempotency_key_in_use');
    });
  } else {
    const { client: other } = await testApp(t, { resources: { database: lockedElsewhere(database) } });
    const { status, body: problem } = await other.post('/auth/register', body, { headers });
    t.equal(status, 409);
    t.equal(problem.code, 'idempotency_key_in_use');
  }
  t.equal(await accounts(body.email), 0);
  t.equal((await register(key, body)).status, 201, 'and later it can be sent again');
});

t.test('after a day a key is forgotten', async (t) => {
  const [key, body] = [newName(), account()];
  await register(key, body);
  await db
    .updateTable('idempotency_keys')
    .set({ created_at: sql`now() - interval '25 hours'` })
    .where('key', '=', key)
    .execute();
  t.equal((await register(key, body)).status, 409, 'the address is taken by now');
});

t.test('keys of more than a day ago are dropped outside of requests, the others stay', async (t) => {
  const old = Array.from({ length: 1200 }, (_, number) => ({
    principal: 'anonymous',
    operation: 'registerUser',
    key: `old-${number}`,
    request_hash: 'a hash',
    answer: '{}',
    concerns: [],
    created_at: sql<string>`now() - interval '25 hours'`,
  }));
  await db.insertInto('idempotency_keys').values(old).execute();
  const key = newName();
  const stored = async (pattern: string) =>
    (await db.selectFrom('idempotency_keys').select('key').where('key', 'like', pattern).execute()).length;
  t.equal((await register(key, account())).status, 201);
  t.equal(await stored('old-%'), 1200, 'a request drops none');
  await app.recurring.run('forgetting idempotency keys');
  t.equal(await stored('old-%'), 0);
  t.equal(await stored(key), 1);
});

t.test('keys that another process is dropping are left to it', { skip: !isParallel }, async (t) => {
  const old = {
    principal: 'anonymous',
    operation: 'registerUser',
    request_hash: 'a hash',
    answer: '{}',
    concerns: [],
  };
  const created_at = sql<string>`now() - interval '25 hours'`;
  await db
    .insertInto('idempotency_keys')
    .values(['one', 'two'].map((key) => ({ ...old, key, created_at })))
    .execute();
  await db.transaction().execute(async (tx) => {
    await tx.selectFrom('idempotency_keys').select('key').where('key', '=', 'one').forUpdate().execute();
    await app.recurring.run('forgetting idempotency keys');
    const left = await tx
      .selectFrom('idempotency_keys')
      .select('key')
      .where('operation', '=', 'registerUser');
    t.same(
      (await left.where('key', 'in', ['one', 'two']).execute()).map(({ key }) => key),
      ['one'],
    );
  });
});

t.test('what is kept of a request says nothing about the password in it', async (t) => {
  const [key, body] = [newName(), account()];
  await register(key, body);
  const kept = await db
    .selectFrom('idempotency_keys')
    .selectAll()
    .where('key', '=', key)
    .executeTakeFirstOrThrow();
  t.notMatch(kept.answer, PASSWORD);
  const plain = Buffer.from(
    await crypto.subtle.digest('SHA-256', Buffer.from(JSON.stringify([{}, body]))),
  ).toString('base64url');
  t.not(kept.request_hash, plain);
});

t.test('without a key a request has its effect each time', async (t) => {
  const body = account();
  t.equal((await client.post('/auth/register', body)).status, 201);
  t.equal((await client.post('/auth/register', body)).status, 409);
});
