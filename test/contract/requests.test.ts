import t from 'tap';
import { SECURITY_HEADERS } from '../../src/http/wire/base-headers.ts';
import { listening, testApp } from '../support/app/app.ts';
import { broken } from '../support/database/failing-database.ts';

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

const service = await testApp(t, { config: { MAX_BODY_BYTES: 1024 } });
const { app, client } = service;
const ada = await client.newUser();

t.test('a request id that is well formed comes back, in the header and in a problem', async (t) => {
  for (const id of ['a', 'abc-DEF_1.2~3', 'x'.repeat(128)]) {
    const headers = { 'x-request-id': id };
    t.equal((await client.root.get('/health', { headers })).headers['x-request-id'], id);
    const { body } = await client.get('/auth/me', { headers });
    t.equal(body.request_id, id);
  }
});

t.test('a request id that is not well formed is replaced by a new one', async (t) => {
  const seen = new Set<string>();
  for (const id of ['', 'with space', 'x'.repeat(129), '<script>', 'a,b', 'ümlaut', '"', "' or 1=1"]) {
    const { headers } = await client.root.get('/health', { headers: { 'x-request-id': id } });
    t.match(headers['x-request-id'], UUID, id.slice(0, 20));
    seen.add(headers['x-request-id'] ?? '');
  }
  const { headers } = await client.root.get('/health');
  seen.add(headers['x-request-id'] ?? '');
  t.equal(seen.size, 9, 'each its own');
});

t.test('security headers are on every answer', async (t) => {
  const failing = (await testApp(t, { resources: { database: broken() } })).client;
  const token = app.tokens.issue({ sub: ada.user.id, sid: ada.user.id });
  const answers = {
    200: await ada.get('/auth/me'),
    204: await client.as(await client.login(ada)).post('/auth/logout'),
    400: await client.get('/users/%zz'),
    401: await client.get('/auth/me'),
    404: await client.get('/nowhere'),
    405: await client.delete('/auth/login'),
    413: await client.post('/auth/login', undefined, { raw: 'x'.repeat(2000) }),
    415: await client.post('/auth/login', undefined, { raw: 'x', headers: { 'content-type': 'text/plain' } }),
    422: await client.post('/auth/login', {}),
    500: await failing.as(token).get('/auth/me'),
  };
  for (const [status, answer] of Object.entries(answers)) {
    t.equal(answer.status, Number(status));
    t.match(answer.headers, SECURITY_HEADERS, status);
    t.equal(answer.headers['cache-control'], 'no-store', status);
    t.equal(answer.headers['x-powered-by'], undefined, status);
    t.equal(answer.headers.server, undefined, status);
  }
  const heads = {
    200: await ada.head('/auth/me'),
    401: await client.head('/auth/me'),
    404: await client.head('/x'),
  };
  for (const [status, answer] of Object.entries(heads)) {
    t.equal(answer.status, Number(status));
    t.match(answer.headers, SECURITY_HEADERS, `HEAD ${status}`);
  }
});

t.test('an address that does not exist is a 404, and says where to look', async (t) => {
  for (const path of [
    '/api',
    '/api/v1',
    '/api/v1/',
    '/api/v2/users',
    '/api/v1/auth',
    '/health/',
    '/HEALTH',
  ]) {
    const { status, body } = await client.root.get(path);
    t.equal(status, 404, path);
    t.equal(body.code, 'route_not_found', path);
    t.match(body.detail, '/openapi.json');
  }
  t.equal((await client.root.post('/nowhere', { a: 1 })).status, 404);
  t.equal((await client.root.request('PROPFIND', '/health')).status, 405, 'a method there is not');
});

t.test('a method an address does not have is a 405 that names those it has', async (t) => {
  const cases: [string, string, string][] = [
    ['DELETE', '/auth/login', 'POST'],
    ['GET', '/auth/login', 'POST'],
    ['HEAD', '/auth/login', 'POST'],
    ['POST', '/auth/me', 'DELETE, GET, HEAD, PATCH'],
    ['PUT', `/users/${ada.user.id}/restore`, 'POST'],
    ['PATCH', '/users', 'GET, HEAD, POST'],
  ];
  for (const [method, path, allow] of cases) {
    const { status, headers } = await ada.request(method, path);
    t.equal(status, 405, `${method} ${path}`);
    t.equal(headers.allow, allow, `${method} ${path}`);
  }
});

t.test('answers from 500 bytes on are compressed for those who can read it', async (t) => {
  const over = (await listening(t, await testApp(t))).root;
  const small = await over.get('/health', { headers: { 'accept-encoding': 'gzip' } });
  t.equal(small.headers['content-encoding'], undefined);
  for (const encoding of ['gzip', 'br']) {
    const page = await over.get('/problems/malformed_request', { headers: { 'accept-encoding': encoding } });
    t.equal(page.headers['content-encoding'], encoding);
    t.match(page.headers.vary, /accept-encoding/i);
  }
});
