import t, { type Test } from 'tap';
import { TIERS } from '../../src/config/rate-limits.ts';
import { type Counters, MemoryCounters } from '../../src/platform/counters/index.ts';
import { newId } from '../../src/platform/ids.ts';
import { newKey } from '../api-keys/arrange.ts';
import { testApp } from '../support/app/app.ts';
import type { Client } from '../support/client/client.ts';
import { NO_REDIS, redisCounters, untilRedis, wayToRedis, withoutRedis } from '../support/doubles/redis.ts';

const password = 'not the password of anybody';
const attempt = { email: 'nobody@example.com', password };

t.test('every answer of a limited operation says what is left', async (t) => {
  const { client } = await testApp(t, { tiers: { reads: 3 } });
  const ada = await client.newUser();
  for (const left of [2, 1, 0]) {
    const { status, headers } = await ada.get('/auth/me');
    t.equal(status, 200);
    t.equal(headers['ratelimit-policy'], '"reads";q=3;w=60');
    t.match(headers.ratelimit, new RegExp(`^"reads";r=${left};t=([1-9]|[1-5]\\d|60)$`));
  }
  const { status, headers, body } = await ada.get('/auth/me');
  t.equal(status, 429);
  t.equal(body.code, 'too_many_requests');
  t.ok(Number(headers['retry-after']) <= 60);
});

t.test('the limits are those the contract names', async (t) => {
  t.same(
    Object.entries(TIERS).map(([name, { max, window }]) => [name, max, window]),
    [
      ['reads', 600, 60_000],
      ['writes', 60, 60_000],
      ['auth', 10, 60_000],
      ['refresh', 60, 60_000],
      ['exports', 10, 3_600_000],
      ['key-reads', 1_200, 60_000],
      ['key-writes', 120, 60_000],
    ],
  );
});

t.test('tiers are counted apart, and so are accounts', async (t) => {
  const { client } = await testApp(t, { tiers: { reads: 1, writes: 1 } });
  const [ada, bob] = [await client.newUser(), await client.newUser()];
  t.equal((await ada.get('/auth/me')).status, 200);
  t.equal((await ada.get('/auth/me')).status, 429);
  t.equal((await ada.patch('/auth/me', { bio: null })).status, 200, 'another tier');
  t.equal((await bob.get('/auth/me')).status, 200, 'another account at the same address');
});

t.test('the keys of an account have limits of their own, all together', async (t) => {
  const { client } = await testApp(t, { tiers: { 'key-reads': 4, reads: 3 } });
  const owner = await client.newUser();
  const keys = [await newKey(owner, 'posts:read'), await newKey(owner, 'posts:read')];
  // The first request of each shows whose it is; until then it counts for its address.
  for (const key of keys)
    t.equal((await key.get('/me/posts')).headers['ratelimit-policy'], '"key-reads";q=4;w=60');
  for (const [n, key] of [...keys, ...keys].entries())
    t.match((await key.get('/me/posts')).headers.ratelimit, `"key-reads";r=${3 - n};`);
  t.equal((await keys[0]?.get('/me/posts'))?.status, 429);
  t.match((await owner.get('/auth/me')).headers.ratelimit, /^"reads";r=2;/, 'their owner has others');
});

t.test('a browser is counted by its account, and not beside those who read without any', async (t) => {
  const { client } = await testApp(t, { tiers: { reads: 2 } });
  const owner = await client.newUser();
  const browser = await client.signIn(owner);
  for (const status of [200, 200, 429]) t.equal((await client.get('/posts')).status, status);
  t.equal((await browser.get('/auth/me')).status, 200, 'the first request counts for the address, but apart');
  t.match((await owner.get('/auth/me')).headers.ratelimit, /^"reads";r=1;/);
  t.match((await browser.get('/auth/me')).headers.ratelimit, /^"reads";r=0;/);
});

t.test('what does not count any more spends nothing of whose it was, but for the first time', async (t) => {
  const { client } = await testApp(t, { tiers: { reads: 8 } });
  const owner = await client.newUser();
  const stolen = [await client.login(owner), await client.signIn(owner)];
  for (const one of stolen) t.equal((await one.get('/auth/me')).status, 200);
  t.equal((await owner.delete('/auth/sessions')).status, 204);
  for (let n = 0; n < 6; n++) for (const one of stolen) await one.get('/auth/me');
  for (const one of stolen) t.equal((await one.get('/auth/me')).status, 429, 'they count for their address');
  t.match((await owner.get('/auth/me')).headers.ratelimit, /^"reads";r=4;/);
});

t.test('HEAD counts like GET, and a request that is refused counts too', async (t) => {
  const { client } = await testApp(t, { tiers: { reads: 2 } });
  const ada = await client.newUser();
  t.equal((await ada.head('/auth/me')).status, 200);
  t.equal((await ada.get('/auth/me?unknown=1')).status, 422);
  t.equal((await ada.head('/auth/me')).status, 429);
});

t.test('guessing passwords is limited by address', async (t) => {
  const { client } = await testApp(t, { tiers: { auth: 3 } });
  const login = (from: string) => client.post('/auth/login', attempt, { from });
  for (let n = 0; n < 3; n++) t.equal((await login('203.0.113.1')).status, 401);
  t.equal((await login('203.0.113.1')).status, 429);
  t.equal((await login('203.0.113.2')).status, 401, 'another address');
});

t.test('an address in a header counts only where a trusted proxy sends it', async (t) => {
  const forged = (n: number) => ({
    'x-forwarded-for': `198.51.100.${n}`,
    'x-real-ip': `198.51.100.${n}`,
    forwarded: `for=198.51.100.${n}`,
  });
  const direct = (await testApp(t, { tiers: { auth: 2 } })).client;
  const behind = (await testApp(t, { tiers: { auth: 2 }, config: { TRUST_PROXY: ['10.0.0.0/8'] } })).client;
  const from = '203.0.113.9';
  for (const client of [direct, behind]) {
    for (const n of [1, 2])
      t.equal((await client.post('/auth/login', attempt, { from, headers: forged(n) })).status, 401);
    t.equal((await client.post('/auth/login', attempt, { from, headers: forged(3) })).status, 429);
  }
  for (const n of [1, 2, 3, 4]) {
    const { status } = await behind.post('/auth/login', attempt, { from: '10.1.2.3', headers: forged(n) });
    t.equal(status, 401, 'each client behind the proxy has its own budget');
  }
});

t.test('a whole IPv6 network counts as one address', async (t) => {
  const { client } = await testApp(t, { tiers: { auth: 2 } });
  const login = (from: string) => client.post('/auth/login', attempt, { from });
  t.equal((await login('2001:db8:1:2::1')).status, 401);
  t.equal((await login('2001:db8:1:2:ffff::2')).status, 401);
  t.equal((await login('2001:db8:1:2::3')).status, 429);
  t.equal((await login('2001:db8:1:3::1')).status, 401, 'another network');
});

t.test('floods of addresses that do not exist are limited', async (t) => {
  const { client } = await testApp(t, { tiers: { reads: 3 } });
  const statuses: number[] = [];
  for (const method of ['GET', 'POST', 'HEAD', 'DELETE', 'GET'])
    statuses.push((await client.root.request(method, '/wp-admin.php')).status);
  t.same(statuses, [404, 404, 404, 429, 429]);
});

t.test('health checks are never limited', async (t) => {
  const { client } = await testApp(t, { tiers: { reads: 1 } });
  for (let n = 0; n < 5; n++) t.equal((await client.root.get('/health')).status, 200);
});

t.test('a forged token does not open a budget of its own', async (t) => {
  const { client } = await testApp(t, { tiers: { reads: 1 } });
  const who = client.as('not.a.token');
  t.equal((await who.get('/auth/me')).status, 401);
  t.equal((await who.get('/auth/me')).status, 429);
});

t.test('switched off, nothing is counted', async (t) => {
  const { client } = await testApp(t);
  const { headers } = await client.post('/auth/login', attempt);
  t.equal(headers.ratelimit, undefined);
});

const statusesOf = (answers: { status: number }[]) => answers.map(({ status }) => status);

/** Two services that count in one store, and what each answers to a client at one address and to one account. */
async function shareBudget(t: Test, counters: [Counters, Counters]): Promise<void> {
  const tiers = { auth: 3, reads: 3 };
  const [one, other] = await Promise.all(
    counters.map(async (each) => (await testApp(t, { tiers, resources: { counters: each } })).client),
  );
  if (!one || !other) throw new Error('there are not two');
  const ada = await one.newUser();
  const answers = { auth: [] as number[], reads: [] as number[] };
  for (const client of [one, other, one, other, one]) {
    answers.auth.push((await client.post('/auth/login', attempt, { from: '203.0.113.77' })).status);
    answers.reads.push((await client.as(ada).get('/auth/me')).status);
  }
  t.same(answers, { auth: [401, 401, 401, 429, 429], reads: [200, 200, 200, 429, 429] });
}

t.test('two instances with the same counters share one budget', async (t) => {
  const counters = new MemoryCounters();
  await shareBudget(t, [counters, counters]);
});

t.test('two instances with one Redis share one budget', { skip: withoutRedis }, async (t) => {
  const prefix = `imprint-test:${newId()}:`;
  const counters = [await redisCounters(t, { prefix }), await redisCounters(t, { prefix })] as const;
  for (const one of counters) await untilRedis('there', one);
  await shareBudget(t, [...counters]);
});

/** What a service answers whose counters are lost. */
async function checkLost(t: Test, client: Client, ada: Client): Promise<void> {
  for (const answer of [await ada.get('/auth/me'), await ada.patch('/auth/me', { bio: null })]) {
    t.equal(answer.status, 200, 'reads and writes are open');
    t.equal(answer.headers.ratelimit, undefined);
    t.equal(answer.headers['ratelimit-policy'], undefined);
  }
  t.equal((await client.root.get('/nowhere')).status, 404);
  const { status, body, headers } = await client.post('/auth/login', attempt);
  t.equal(status, 503, 'and auth is closed');
  t.equal(body.code, 'service_unavailable');
  t.match(body.detail, 'cannot be counted');
  t.ok(headers['retry-after']);
  const ready = await client.root.get<{ status: string; checks: object[] }>('/health/ready');
  t.equal(ready.status, 200, 'or all processes would be taken out at once');
  t.equal(ready.body.status, 'degraded');
  t.match(
    ready.body.checks.find((one) => 'name' in one && one.name === 'cache'),
    { status: 'unavailable', detail: 'cannot be reached' },
  );
  t.equal((await client.root.get('/health')).status, 200);
}

t.test('a service whose Redis is not there leaves reads and writes open and closes auth', async (t) => {
  const counters = await redisCounters(t, { url: NO_REDIS });
  const { client } = await testApp(t, { tiers: {}, resources: { counters } });
  await checkLost(t, client, await client.newUser());
});

t.test(
  'a Redis that goes within a window and comes back goes on counting',
  { skip: withoutRedis },
  async (t) => {
    const way = await wayToRedis(t);
    const counters = await redisCounters(t, { url: way.url });
    await untilRedis('there', counters);
    const { client } = await testApp(t, { tiers: { reads: 2, auth: 2 }, resources: { counters } });
    const ada = await client.newUser();
    const me = () => ada.get('/auth/me');
    const login = () => client.post('/auth/login', attempt);
    t.match((await me()).headers.ratelimit, /^"reads";r=1;/);
    t.equal((await login()).status, 401);

    way.cut();
    await untilRedis('away', counters);
    await checkLost(t, client, ada);

    way.restore();
    await untilRedis('there', counters);
    t.match((await me()).headers.ratelimit, /^"reads";r=0;/, 'what was counted before still counts');
    t.same(statusesOf([await me(), await login(), await login()]), [429, 401, 429]);
  },
);
