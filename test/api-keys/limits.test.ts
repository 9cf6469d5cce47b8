import t from 'tap';
import type { ApiKey } from '../../src/domains/api-keys/api-keys.schemas.ts';
import { newId } from '../../src/platform/ids.ts';
import { testApp } from '../support/app/app.ts';
import type { Client } from '../support/client/client.ts';
import { newKey } from './arrange.ts';

/** Rate limits that an admin sets for one API key. */

const { client } = await testApp(t, { tiers: { 'key-reads': 3, 'key-writes': 2 } });
const admin = await client.asAdmin();
const pathOf = (id: string) => `/admin/api-keys/${id}/limits`;
const setLimits = (id: string, limits: object) => admin.put<ApiKey>(pathOf(id), limits);
const policyOf = async (key: Client) => (await key.get('/me/posts')).headers['ratelimit-policy'];

t.test('a key is counted by its own limit, and the other key of its account by the shared one', async (t) => {
  const owner = await client.newUser();
  const [key, other] = [await newKey(owner, 'posts:read'), await newKey(owner, 'posts:read')];
  for (const one of [key, other]) await one.get('/me/posts'); // shows whose it is
  const answer = await setLimits(key.key.id, { key_reads: 5, key_writes: null });
  t.equal(answer.status, 200);
  t.same(answer.body.limits, { key_reads: 5, key_writes: null });

  t.equal(await policyOf(key), '"key-reads";q=3;w=60', 'as it was when the key was last loaded');
  for (const left of [4, 3, 2, 1, 0]) {
    const { status, headers } = await key.get('/me/posts');
    t.equal(status, 200);
    t.equal(headers['ratelimit-policy'], '"key-reads";q=5;w=60');
    t.match(headers.ratelimit, new RegExp(`^"key-reads";r=${left};`));
  }
  const beyond = await key.get('/me/posts');
  t.equal(beyond.status, 429);
  t.match(beyond.body.detail, /5 requests per 60 seconds for key-reads/);
  t.match((await other.get('/me/posts')).headers.ratelimit, /^"key-reads";r=1;/);
});

t.test('reads and writes have limits of their own, and null shares that of the account again', async (t) => {
  const owner = await client.newUser();
  const key = await newKey(owner, 'posts:read', 'posts:write');
  const write = () => key.post('/posts', { title: 'By a key', body: 'Of a program.' });
  await setLimits(key.key.id, { key_reads: null, key_writes: 7 });
  await write();
  t.equal((await write()).headers['ratelimit-policy'], '"key-writes";q=7;w=60');
  t.equal(await policyOf(key), '"key-reads";q=3;w=60');
  const reset = await setLimits(key.key.id, { key_reads: null, key_writes: null });
  t.same(reset.body.limits, { key_reads: null, key_writes: null });
  await write();
  t.equal((await write()).headers['ratelimit-policy'], '"key-writes";q=2;w=60');
});

t.test('its owner sees the limits of a key and cannot set them', async (t) => {
  const owner = await client.newUser();
  const { key } = await newKey(owner, 'posts:read');
  t.same(key.limits, { key_reads: null, key_writes: null });
  const limits = { key_reads: 6_000, key_writes: 600 };
  const answer = await setLimits(key.id, limits);
  const listed = (await owner.get<{ data: ApiKey[] }>('/api-keys')).body.data;
  t.same(listed, [answer.body]);
  t.same(listed[0]?.limits, limits);
  const refused: [Client, string][] = [
    [owner, 'forbidden'],
    [await client.asModerator(), 'forbidden'],
    [await newKey(admin, 'users:write'), 'insufficient_scope'],
  ];
  for (const [who, code] of refused) t.equal((await who.put(pathOf(key.id), limits)).body.code, code);
  t.equal((await client.put(pathOf(key.id), limits)).status, 401);
});

t.test('limits that do not fit are refused', async (t) => {
  const { key } = await newKey(await client.newUser(), 'posts:read');
  const right = { key_reads: 1, key_writes: null };
  const wrong: [object, string][] = [
    [{ key_reads: 1 }, '/key_writes'],
    [{ ...right, key_reads: 0 }, '/key_reads'],
    [{ ...right, key_reads: 10_000_001 }, '/key_reads'],
    [{ ...right, key_writes: 1.5 }, '/key_writes'],
    [{ ...right, key_writes: '5' }, '/key_writes'],
    [{ ...right, auth: 5 }, '/auth'],
  ];
  for (const [body, pointer] of wrong) {
    const answer = await admin.put(pathOf(key.id), body);
    t.equal(answer.status, 422, pointer);
    t.equal(answer.body.errors?.[0]?.pointer, pointer);
  }
  const missing = await admin.put(pathOf(newId()), right);
  t.equal(missing.status, 404);
  t.equal(missing.body.code, 'api_key_not_found');
});

t.test('the audit log has who set which limits', async (t) => {
  const { key } = await newKey(await client.newUser(), 'posts:read');
  await setLimits(key.id, { key_reads: 50, key_writes: null });
  await setLimits(key.id, { key_reads: 60, key_writes: null });
  const { body } = await admin.get<{ data: object[] }>(
    `/admin/audit-log?action=setApiKeyLimits&target_id=${key.id}`,
  );
  t.match(body.data, [
    { target_type: 'api_key', changes: [{ field: 'reads_limit', before: 50, after: 60 }] },
    { target_type: 'api_key', changes: [{ field: 'reads_limit', before: null, after: 50 }] },
  ]);
});
