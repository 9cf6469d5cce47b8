import t from 'tap';
import { TIERS, writeRateLimits } from '../../src/config/rate-limits.ts';
import { ConfigError, loadConfig } from '../../src/config.ts';
import { testApp } from '../support/app/app.ts';
import { createTestApp } from '../support/app/bare-app.ts';
import { fileDatabase } from '../support/database/database.ts';

const ON = { RATE_LIMIT: 'on' } as const;
const limitsOf = (RATE_LIMITS: string) => loadConfig({ RATE_LIMITS }).RATE_LIMITS;

/** What is said of settings that cannot be used. */
function faultOf(env: NodeJS.ProcessEnv): string {
  try {
    loadConfig(env);
    return '';
  } catch (error) {
    return error instanceof ConfigError ? error.problems.join('\n') : String(error);
  }
}

t.test('a setting gives each limit its number and window; the others keep their defaults', async (t) => {
  t.same(loadConfig({}).RATE_LIMITS, TIERS);
  t.same(limitsOf('reads=6000/60, exports=1/10'), {
    ...TIERS,
    reads: { max: 6_000, window: 60_000 },
    exports: { max: 1, window: 10_000 },
  });
  t.same(limitsOf(writeRateLimits(TIERS)), TIERS, 'the default is written as it is read');
});

t.test('wrong limits and networks are refused in words', async (t) => {
  const wrong: Record<string, RegExp> = {
    'reads=6000': /must be NAME=REQUESTS\/SECONDS such as reads=6000\/60/,
    'reads=0/60': /with 1 to \d+ requests/,
    'reads=5/0': /in 1 to 86400 seconds/,
    'reads=-1/60': /must be NAME/,
    'reads=1e3/60': /must be NAME/,
    'read=10/60': /the name must be one of reads, writes/,
    'constructor=10/60': /the name must be one of reads/,
    'reads=1/60,reads=2/60': /holds reads twice/,
  };
  for (const [RATE_LIMITS, said] of Object.entries(wrong))
    t.match(faultOf({ RATE_LIMITS }), said, RATE_LIMITS);
  for (const TRUSTED_NETWORKS of [
    'everyone',
    '10.0.0.0/33',
    '10.0.0',
    'loopback',
    '::1/129',
    '0.0.0.0/0',
    '::/0',
  ])
    t.match(
      faultOf({ TRUSTED_NETWORKS }),
      /each of the list must be an IP address or a network/,
      TRUSTED_NETWORKS,
    );
  t.same(loadConfig({ TRUSTED_NETWORKS: '10.0.0.0/8, ::1' }).TRUSTED_NETWORKS, ['10.0.0.0/8', '::1']);
});

t.test('the limits that are set are enforced, and said in headers and in the contract', async (t) => {
  const RATE_LIMITS = limitsOf('reads=2/30,key-reads=7000/60');
  const { client } = await testApp(t, { config: { ...ON, RATE_LIMITS } });
  const statuses: number[] = [];
  for (let n = 0; n < 3; n++) {
    const { status, headers } = await client.get('/posts');
    t.equal(headers['ratelimit-policy'], '"reads";q=2;w=30');
    statuses.push(status);
  }
  t.same(statuses, [200, 200, 429]);

  const { body } = await client.root.get<{
    info: { description: string };
    paths: Record<string, Record<string, object>>;
  }>('/openapi.json', { from: '203.0.113.5' });
  t.match(body.paths['/api/v1/posts']?.get, {
    'x-rate-limit': { tier: 'reads', requests: 2, seconds: 30 },
    'x-key-rate-limit': { tier: 'key-reads', requests: 7_000, seconds: 60 },
    description: /Limited to 2 requests per 30 seconds \(`reads`\), by API keys to 7000 requests/,
  });
  t.match(body.info.description, '| `reads` | 2 in 30 seconds |');
});

t.test('a trusted network is not limited by address, and its accounts are', async (t) => {
  const RATE_LIMITS = limitsOf('reads=2/60,auth=2/60');
  const TRUSTED_NETWORKS = ['198.51.100.0/24', '2001:db8::/32'];
  const { client } = await testApp(t, { config: { ...ON, RATE_LIMITS, TRUSTED_NETWORKS } });
  const attempt = { email: 'nobody@example.com', password: 'not the password of anybody' };
  for (const from of ['198.51.100.7', '2001:db8:1::5', '::ffff:198.51.100.9']) {
    for (let n = 0; n < 4; n++) {
      const { status, headers } = await client.get('/posts', { from });
      t.equal(status, 200, from);
      t.equal(headers['ratelimit-policy'], undefined);
      t.equal((await client.root.get('/nowhere', { from })).status, 404);
    }
    for (let n = 0; n < 3; n++)
      t.equal((await client.post('/auth/login', attempt, { from })).status, 401, from);
  }
  const ada = await client.newUser();
  const from = '198.51.100.7';
  for (const status of [200, 200, 429]) t.equal((await ada.get('/auth/me', { from })).status, status);
  for (const status of [200, 200, 429])
    t.equal((await client.get('/posts', { from: '198.51.101.1' })).status, status, 'a network beside it');
});

t.test('the contract names whom the settings name, and otherwise nobody', async (t) => {
  const infoWith = async (config: object) => {
    const app = await createTestApp({ database: await fileDatabase() }, config);
    t.teardown(() => app.close());
    await app.ready();
    const { info }: { info?: object } = await app.contract();
    return info;
  };
  const named = { API_CONTACT_EMAIL: 'api@blog.example', API_TERMS_URL: 'https://blog.example/terms' };
  t.match(await infoWith(named), {
    contact: { email: 'api@blog.example' },
    termsOfService: 'https://blog.example/terms',
  });
  t.notMatch(JSON.stringify(await infoWith({})), /termsOfService|"email":|imprint\.example\/(contact|terms)/);
  for (const API_CONTACT_EMAIL of ['nobody', 'a b@c.de', '<a@b.de>'])
    t.match(faultOf({ API_CONTACT_EMAIL }), /must be an e-mail address such as/);
  t.match(faultOf({ API_TERMS_URL: 'terms.html' }), /must be an address such as https:/);
});
