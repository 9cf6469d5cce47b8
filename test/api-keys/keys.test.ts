import { sql } from 'kysely';
import t from 'tap';
import type { ApiKey, NewApiKey } from '../../src/domains/api-keys/api-keys.schemas.ts';
import { newId } from '../../src/platform/ids.ts';
import { newDraft } from '../posts/arrange.ts';
import { testApp } from '../support/app/app.ts';
import { newName, PASSWORD } from '../support/client/client.ts';
import { newKey } from './arrange.ts';

const { client, db, mails } = await testApp(t);
const list = async (by: typeof client, query = '') =>
  (await by.get<{ data: ApiKey[]; meta: { total: number; next_cursor: string } }>(`/api-keys${query}`)).body;

t.test('a key is shown once, acts for its owner, and says when it was used', async (t) => {
  const owner = await client.newUser();
  const answer = await owner.post<NewApiKey>('/api-keys', { name: 'Static site', scopes: ['posts:read'] });
  t.equal(answer.status, 201);
  const { key, ...made } = answer.body;
  t.match(key, /^imp_live_[0-9a-f]{32}_[0-9a-f]{72}$/);
  t.equal(answer.headers.location, `/api/v1/api-keys/${made.id}`);
  const days = (Date.parse(made.expires_at) - Date.now()) / 86_400_000;
  t.ok(days > 89.9 && days < 90.1);
  t.same((await list(owner)).data, [made]);
  t.equal(made.last_used_at, null);

  const draft = await newDraft(owner);
  t.equal((await client.as(key).get(`/posts/${draft.id}`)).status, 200, 'it sees what its owner sees');
  const [{ last_used_at = null } = {}] = (await list(owner)).data;
  t.ok(last_used_at);
  await client.as(key).get('/posts');
  t.equal((await list(owner)).data[0]?.last_used_at, last_used_at, 'noted once a minute at most');
});

t.test('only a hash of the secret is kept', async (t) => {
  const { key } = await newKey(await client.newUser(), 'posts:read');
  const secret = key.key.split('_').at(-1)?.slice(0, 64) ?? '';
  const { rows } = await sql<{ row: string }>`
    select api_keys::text as row from api_keys union all select audit_log::text from audit_log
    union all select idempotency_keys::text from idempotency_keys`.execute(db);
  t.ok(rows.length > 0);
  t.notMatch(JSON.stringify(rows), secret);
});

t.test('a lost answer is given again for its Idempotency-Key, and is kept encrypted', async (t) => {
  const owner = await client.newUser();
  const headers = { 'idempotency-key': newName() };
  const body = { name: 'Sent twice', scopes: ['posts:read'] };
  const one = await owner.post<NewApiKey>('/api-keys', body, { headers });
  const other = await owner.post<NewApiKey>('/api-keys', body, { headers });
  t.equal(other.headers['idempotency-replayed'], 'true');
  t.same(other.body, one.body);
  const another = await owner.post('/api-keys', { ...body, name: 'Another' }, { headers });
  t.equal(another.body.code, 'idempotency_key_reused');
  t.equal((await list(owner)).meta.total, 1);
  t.match(await mails.subjects(owner.email), [/API key/], 'its owner is told, once');
  const kept = await db
    .selectFrom('idempotency_keys')
    .select('answer')
    .where('principal', '=', owner.user.id);
  t.notMatch(JSON.stringify(await kept.execute()), /imp_live|Sent twice/);
});

t.test('two are in force at a time, so that one can take the place of the other', async (t) => {
  const owner = await client.newUser();
  const [first] = [await newKey(owner, 'posts:read'), await newKey(owner, 'posts:read')];
  const body = { name: 'One too many', scopes: ['posts:read'] };
  const third = await owner.post('/api-keys', body);
  t.equal(third.status, 409);
  t.equal(third.body.code, 'too_many_api_keys');
  t.equal((await owner.delete(`/api-keys/${first.key.id}`)).status, 204);
  t.equal((await owner.post('/api-keys', body)).status, 201);
  const refused = await first.get('/posts');
  t.equal(refused.status, 401);
  t.equal(refused.body.code, 'invalid_token');
});

t.test('of many that are made at once, two are, with an Idempotency-Key each as well', async (t) => {
  const body = { name: 'At once', scopes: ['posts:read'] };
  for (const isKeyed of [false, true]) {
    const owner = await client.newUser();
    const make = () =>
      owner.post('/api-keys', body, isKeyed ? { headers: { 'idempotency-key': newName() } } : {});
    const answers = await Promise.all(Array.from({ length: 6 }, make));
    t.same(answers.map(({ status }) => status).sort(), [201, 201, 409, 409, 409, 409]);
  }
});

t.test('a key that has expired is refused, leaves room for another, and is forgotten in time', async (t) => {
  const owner = await client.newUser();
  const old = await newKey(owner, 'posts:read');
  const expire = () =>
    sql`update api_keys set expires_at = expires_at - interval '91 days' where user_id = ${owner.user.id}`.execute(
      db,
    );
  await expire();
  t.equal((await old.get('/posts')).status, 401);
  for (let made = 0; made < 6; made++) {
    await newKey(owner, 'posts:read');
    await newKey(owner, 'posts:read');
    t.equal(
      (await list(owner)).data.some(({ id }) => id === old.key.id),
      made < 5,
    );
    await expire();
  }
});

t.test('how long it is good for can be said', async (t) => {
  const owner = await client.newUser();
  const body = { name: 'For a day', scopes: ['posts:read'], expires_in: 86_400 };
  const made = (await owner.post<NewApiKey>('/api-keys', body)).body;
  t.equal(Date.parse(made.expires_at) - Date.parse(made.created_at), 86_400_000);
});

t.test('what it is made with has to fit', async (t) => {
  const owner = await client.newUser();
  const wrong: [object, string][] = [
    [{ scopes: ['posts:read'] }, '/name'],
    [{ name: '  ', scopes: ['posts:read'] }, '/name'],
    [{ name: 'x', scopes: [] }, '/scopes'],
    [{ name: 'x', scopes: ['everything'] }, '/scopes/0'],
    [{ name: 'x', scopes: ['posts:read', 'posts:read'] }, '/scopes'],
    [{ name: 'x', scopes: ['posts:read'], user_id: newId() }, '/user_id'],
    [{ name: 'x', scopes: ['posts:read'], expires_in: 0 }, '/expires_in'],
    [{ name: 'x', scopes: ['posts:read'], expires_in: 367 * 86_400 }, '/expires_in'],
  ];
  for (const [body, pointer] of wrong) {
    const answer = await owner.post('/api-keys', body);
    t.equal(answer.status, 422, pointer);
    t.equal(answer.body.errors?.[0]?.pointer, pointer);
  }
});

t.test('whatever ends all sessions ends the keys, and so does a rise', async (t) => {
  const admin = await client.asAdmin();
  const change = { current_password: PASSWORD, new_password: 'another long password' };
  const ends: Record<
    string,
    (who: Awaited<ReturnType<typeof client.newUser>>) => Promise<{ status: number }>
  > = {
    'a new password': (who) => who.put('/auth/password', change),
    disabling: ({ user }) => admin.patch(`/users/${user.id}`, { is_active: false }),
    deleting: ({ user }) => admin.delete(`/users/${user.id}`),
    'deleting oneself': (who) => who.delete('/auth/me'),
    'a new password by mail': async ({ email }) => {
      await client.post('/auth/password/forgot', { email });
      const token = await mails.token(email);
      return client.post('/auth/password/reset', { token, new_password: 'another long password' });
    },
    'a higher role, which would let it do more': ({ user }) =>
      admin.patch(`/users/${user.id}`, { role: 'moderator' }),
  };
  for (const [name, end] of Object.entries(ends)) {
    const owner = await client.newUser();
    const key = await newKey(owner, 'posts:read');
    t.ok((await end(owner)).status < 300, name);
    t.equal((await key.get('/posts')).status, 401, name);
    const left = await db.selectFrom('api_keys').select('id').where('user_id', '=', owner.user.id).execute();
    t.same(left, [], name);
  }
});

t.test('keys that were never given out are refused', async (t) => {
  const { key } = (await newKey(await client.newUser(), 'posts:read')).key;
  const [prefix, id = '', secret = ''] = [key.slice(0, 8), key.split('_')[2], key.split('_')[3]];
  const last = key.at(-1) === '0' ? '1' : '0';
  const forged = [
    `${key.slice(0, -1)}${last}`,
    key.slice(0, -1),
    `${key}0`,
    key.toUpperCase(),
    `${prefix}_${newId().replaceAll('-', '')}_${secret}`,
    `${prefix}_${id}_${'0'.repeat(72)}`,
    'imp_live_',
  ];
  for (const one of forged) {
    const { status, body } = await client.as(one).get('/posts');
    t.equal(status, 401, one);
    t.equal(body.code, 'invalid_token', one);
  }
});

t.test('with the checksum right and the secret wrong, a key is refused like an unknown one', async (t) => {
  const { newApiKey } = await import('../../src/domains/api-keys/api-keys.tokens.ts');
  const { key } = await newKey(await client.newUser(), 'posts:read');
  for (const id of [key.id, newId()]) {
    const { status, body } = await client.as(newApiKey(id).key).get('/posts');
    t.equal(status, 401);
    t.equal(body.code, 'invalid_token');
  }
});

t.test('somebody else’s key is not to be seen or revoked', async (t) => {
  const [owner, other] = [await client.newUser(), await client.asAdmin()];
  const { key } = await newKey(owner, 'posts:read');
  const answer = await other.delete(`/api-keys/${key.id}`);
  t.equal(answer.status, 404);
  t.equal(answer.body.code, 'api_key_not_found');
  t.same((await list(other)).data, []);
  t.equal((await client.as(key.key).get('/posts')).status, 200);
});

t.test('the list is read page by page', async (t) => {
  const owner = await client.newUser();
  const [one, other] = [await newKey(owner, 'posts:read'), await newKey(owner, 'posts:write')];
  const first = await list(owner, '?per_page=1');
  const second = await list(owner, `?per_page=1&cursor=${first.meta.next_cursor}`);
  t.same([first.data[0]?.id, second.data[0]?.id], [other.key.id, one.key.id]);
});

t.test('making and revoking are in the audit log, without the secret', async (t) => {
  const [owner, admin] = [await client.newUser(), await client.asAdmin()];
  const { key } = await newKey(owner, 'posts:read');
  await owner.delete(`/api-keys/${key.id}`);
  const { body } = await admin.get<{ data: { action: string; target_type: string; changes: object[] }[] }>(
    `/admin/audit-log?target_id=${key.id}`,
  );
  t.match(body.data, [
    { action: 'revokeApiKey', target_type: 'api_key' },
    { action: 'createApiKey', target_type: 'api_key' },
  ]);
  t.match(body.data[1]?.changes, [{ field: 'scopes', after: 'posts:read' }, { field: 'expires_at' }]);
});

t.test('the owner is told of three keys in an hour, and not of every one', async (t) => {
  const owner = await client.newUser();
  for (let made = 0; made < 5; made++) {
    const { key } = await newKey(owner, 'posts:read');
    t.equal((await owner.delete(`/api-keys/${key.id}`)).status, 204);
  }
  t.equal((await mails.subjects(owner.email)).length, 3);
});
