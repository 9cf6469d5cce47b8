import t from 'tap';
import { testApp } from '../support/app/app.ts';
import type { Client } from '../support/client/client.ts';
import { sampleRequest } from '../support/contract/samples.ts';

const OWN = 'https://app.example';
const PARTNER = 'https://partner.example';
const { app, client } = await testApp(t, {
  config: { CORS_ORIGINS: [OWN], PARTNER_CORS_ORIGINS: [PARTNER], APP_ENV: 'production' },
});
const STRANGERS = [
  'null',
  'https://evil.example',
  'https://app.example.evil.example',
  'https://evilapp.example',
  'https://app.example:8443',
  'http://app.example',
  'https://app.exampl',
  'https://sub.app.example',
  'https://app.example/',
  'https://app.example https://evil.example',
  '*',
  '',
];

const from = (origin: string, path: string, by: Client = client.root) =>
  by.get(path, { headers: { origin } });
const preflight = (origin: string, path: string, method: string) =>
  client.root.request('OPTIONS', path, {
    headers: {
      origin,
      'access-control-request-method': method,
      'access-control-request-headers': 'authorization,content-type,idempotency-key,if-match',
    },
  });
const allowed = (answer: { headers: Record<string, string> }) =>
  answer.headers['access-control-allow-origin'];

t.test('pages of a listed origin may read answers and the headers that matter', async (t) => {
  const answer = await from(OWN, '/health');
  t.equal(allowed(answer), OWN);
  t.match(answer.headers.vary, /origin/i);
  t.equal(answer.headers['access-control-allow-credentials'], 'true', 'with the cookie of a session');
  const exposed = (answer.headers['access-control-expose-headers'] ?? '').split(', ');
  for (const name of ['ETag', 'Location', 'Link', 'Retry-After', 'X-Request-ID', 'WWW-Authenticate'])
    t.ok(exposed.includes(name), name);
});

t.test('they may read what went wrong, too', async (t) => {
  const paths = ['/api/v1/auth/me', '/nowhere', '/api/v1/users/x', '/api/v1/auth/login'];
  for (const path of paths) {
    const answer = await from(OWN, path);
    t.ok(answer.status >= 400, path);
    t.equal(allowed(answer), OWN, path);
  }
});

t.test('no other origin may, however alike it looks', async (t) => {
  for (const origin of STRANGERS) {
    for (const path of ['/health', '/nowhere', '/api/v1/auth/me']) {
      const answer = await from(origin, path);
      t.equal(allowed(answer), undefined, `${origin} ${path}`);
      t.match(answer.headers.vary, /origin/i, 'so that no cache mixes them up');
    }
    t.equal(allowed(await preflight(origin, '/api/v1/users', 'POST')), undefined, origin);
  }
  const without = await client.root.get('/health');
  t.equal(allowed(without), undefined);
});

t.test('a preflight names the methods and headers that may be sent', async (t) => {
  const answer = await preflight(OWN, '/api/v1/auth/me', 'PATCH');
  t.equal(answer.status, 204);
  t.equal(allowed(answer), OWN);
  for (const method of ['GET', 'POST', 'PUT', 'PATCH', 'DELETE'])
    t.match(answer.headers['access-control-allow-methods'], method);
  const headers = (answer.headers['access-control-allow-headers'] ?? '').toLowerCase();
  for (const name of ['authorization', 'content-type', 'idempotency-key', 'if-match', 'if-none-match'])
    t.match(headers, name);
  t.equal(answer.headers['access-control-max-age'], '600');
});

t.test('partners’ pages may call the operations that are for partners, and no other', async (t) => {
  const partners = app.operations.all.filter(({ config }) => config.cors === 'partners');
  t.ok(partners.length > 0);
  for (const operation of app.operations.all) {
    const { method, path } = sampleRequest(operation);
    const expected = operation.config.cors === 'partners' ? PARTNER : undefined;
    t.equal(allowed(await preflight(PARTNER, path, method)), expected, `preflight of ${operation.id}`);
    t.equal(allowed(await preflight(OWN, path, method)), OWN, operation.id);
    const answer = await client.root.request(method, `${path}?unknown=1`, { headers: { origin: PARTNER } });
    t.equal(allowed(answer), expected, operation.id);
  }
  t.equal(allowed(await from(PARTNER, '/nowhere')), undefined);
});

t.test('where nothing is listed, no page may read anything', async (t) => {
  const closed = (await testApp(t, { config: { CORS_ORIGINS: [], PARTNER_CORS_ORIGINS: [] } })).client;
  for (const origin of [OWN, PARTNER, 'http://localhost:3000', ...STRANGERS])
    t.equal(allowed(await from(origin, '/health', closed.root)), undefined, origin);
});
