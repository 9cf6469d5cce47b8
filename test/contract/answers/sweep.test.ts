import { sql } from 'kysely';
import t from 'tap';
import { SCOPES } from '../../../src/http/access/access.ts';
import { RECENT_SECONDS } from '../../../src/http/access/recent-sign-in.ts';
import type { Operation } from '../../../src/http/contract/operations.ts';
import { propertiesOf } from '../../../src/platform/unknown.ts';
import { newKey } from '../../api-keys/arrange.ts';
import { testApp } from '../../support/app/app.ts';
import type { Client, RequestOptions } from '../../support/client/client.ts';
import { partOf, sampleRequest, withQuery } from '../../support/contract/samples.ts';
import { seedExamples } from './example-rows.ts';

/** What holds for every operation there is, without knowing any of them: the cases are made from their schemas. */

const SMALLEST_LIMIT = 1024;
const { app, client, db } = await testApp(t, { config: { MAX_BODY_BYTES: SMALLEST_LIMIT } });
await seedExamples(db);
const root = client.root;
const user = root.as(await client.newUser());
const admin = root.as(await client.asAdmin());
const browser = root.inBrowser((await client.signIn(await client.newUser())).cookie);
const key = root.as(await newKey(await client.asAdmin(), ...SCOPES));

const operations = app.operations.all;
const withBody = operations.filter((operation) => partOf(operation, 'body'));
const forEveryone = ({ config }: Operation) => ['public', 'visitor'].includes(config.access);
const takesNothing = (operation: Operation) =>
  partOf(operation, 'body')?.anyOf?.some(({ type }: { type?: string }) => type === 'null') ?? false;

/** Sends the sample request of an operation, with some of it replaced. */
function send(by: Client, operation: Operation, options: RequestOptions = {}, query = '') {
  const { method, path, options: sample } = sampleRequest(operation);
  const headers = { ...sample.headers, ...options.headers };
  const body = options.raw === undefined ? { ...sample } : {};
  return by.request(method, query ? withQuery(path, query) : path, { ...body, ...options, headers });
}

t.test('without a token, what needs one answers 401 and says how to authenticate', async (t) => {
  for (const operation of operations.filter((one) => !forEveryone(one))) {
    const { status, body, headers } = await send(root, operation);
    t.equal(status, 401, operation.id);
    t.equal(body.code, 'unauthenticated', operation.id);
    t.equal(headers['www-authenticate'], 'Bearer realm="imprint"', operation.id);
  }
});

t.test('a broken token is refused with 401 wherever tokens are read', async (t) => {
  for (const operation of operations.filter(({ config }) => config.access !== 'public')) {
    const { status, body, headers } = await send(root.as('not.a.token'), operation);
    t.equal(status, 401, operation.id);
    t.equal(body.code, 'invalid_token', operation.id);
    t.equal(headers['www-authenticate'], 'Bearer realm="imprint", error="invalid_token"', operation.id);
  }
});

t.test('an operation that says it is public does not look at tokens', async (t) => {
  for (const operation of operations.filter(({ config }) => config.access === 'public')) {
    const { status, body } = await send(root.as('not.a.token'), operation, {}, 'unknown=1');
    t.equal(status, 422, operation.id);
    t.equal(body.errors?.[0]?.pointer, '/query/unknown', operation.id);
  }
});

t.test('with a cookie and a token as well, what looks at either answers 400', async (t) => {
  for (const operation of operations.filter(({ config }) => config.access !== 'public')) {
    const headers = { authorization: 'Bearer token' };
    const { status, body } = await send(browser, operation, { headers });
    t.equal(status, 400, operation.id);
    t.equal(body.code, 'conflicting_credentials', operation.id);
  }
});

t.test('a change with the cookie and from another site is refused with 403', async (t) => {
  const changes = operations.filter(({ method, config }) => method !== 'GET' && config.access !== 'public');
  for (const operation of changes) {
    const { status, body } = await send(browser, operation, { headers: { 'sec-fetch-site': 'cross-site' } });
    t.equal(status, 403, operation.id);
    t.equal(body.code, 'cross_site_request', operation.id);
  }
});

t.test(
  'an API key without the scope of an operation is refused with 403, or sees what anyone does',
  async (t) => {
    for (const operation of operations.filter(({ config }) => config.access !== 'public')) {
      const scopes = SCOPES.filter((scope) => scope !== operation.config.scope);
      await db.updateTable('api_keys').set({ scopes }).execute();
      const { status, body } = await send(key, operation, {}, 'unknown=1');
      const isOpen = operation.config.access === 'visitor' && !operation.config.scope;
      if (isOpen) t.equal(status, 422, operation.id);
      else t.match([status, body.code], [403, 'insufficient_scope'], operation.id);
    }
  },
);

t.test('every scope opens something', async (t) => {
  const opened = new Set(operations.map(({ config }) => config.scope).filter(Boolean));
  t.same([...opened].sort(), [...SCOPES].sort());
});

t.test('what needs a recent sign-in is refused with 403 in a session that began long ago', async (t) => {
  const early = await client.newUser();
  await sql`update sessions set created_at = now() - make_interval(secs => ${RECENT_SECONDS + 1})
    where user_id = ${early.user.id}`.execute(db);
  for (const operation of operations.filter(({ config }) => config.recentSignIn)) {
    const { status, body } = await send(root.as(early), operation);
    t.equal(status, 403, operation.id);
    t.equal(body.code, 'recent_sign_in_required', operation.id);
  }
  t.equal((await early.get('/auth/me')).status, 200);
});

t.test('a plain account is refused with 403 what belongs to moderators and admins', async (t) => {
  const higher = operations.filter(({ config }) => ['moderator', 'admin'].includes(config.access));
  for (const operation of higher) {
    const { status, body } = await send(user, operation);
    t.equal(status, 403, operation.id);
    t.equal(body.code, 'forbidden', operation.id);
  }
});

t.test('an unknown query parameter is refused with 422', async (t) => {
  for (const operation of operations) {
    const { status, body } = await send(admin, operation, {}, 'unknown=1');
    t.equal(status, 422, operation.id);
    t.match(body.errors, [{ pointer: '/query/unknown', code: 'unknown' }], operation.id);
  }
});

t.test('NUL in the address is refused with 422', async (t) => {
  for (const operation of operations) {
    const { status } = await send(admin, operation, {}, 'q=%00');
    t.equal(status, 422, operation.id);
  }
});

t.test('a body that is not JSON is refused with 400', async (t) => {
  for (const operation of withBody) {
    for (const raw of ['{"title": ', '', '{"a":1}}', "{'a': 1}", Buffer.from([0x7b, 0xff, 0x7d])]) {
      const { status, body } = await send(admin, operation, { raw });
      t.equal(status, 400, `${operation.id} ${raw}`);
      t.equal(body.code, 'malformed_request', operation.id);
    }
  }
});

t.test('a body of another content type is refused with 415', async (t) => {
  for (const operation of withBody) {
    for (const type of ['text/plain', 'application/xml', 'application/x-www-form-urlencoded', 'junk']) {
      const { status } = await send(admin, operation, { raw: '{}', headers: { 'content-type': type } });
      t.equal(status, 415, `${operation.id} ${type}`);
    }
  }
});

t.test('a body that is not an object is refused with 422', async (t) => {
  for (const operation of withBody) {
    for (const raw of ['null', '[]', '"text"', '1', 'true']) {
      if (raw === 'null' && takesNothing(operation)) continue;
      const { status } = await send(admin, operation, { raw });
      t.equal(status, 422, `${operation.id} ${raw}`);
    }
  }
});

t.test('an unknown property in a body is refused with 422', async (t) => {
  for (const operation of withBody) {
    const { options } = sampleRequest(operation);
    const { status, body } = await send(admin, operation, {
      body: { ...propertiesOf(options.body), nonsense: 1 },
    });
    t.equal(status, 422, operation.id);
    t.match(body.errors, [{ pointer: '/nonsense', code: 'unknown' }], operation.id);
  }
});

t.test('a body above the limit is refused with 413', async (t) => {
  for (const operation of withBody) {
    const raw = JSON.stringify({ filler: 'x'.repeat(SMALLEST_LIMIT) });
    const { status, body } = await send(admin, operation, { raw });
    t.equal(status, 413, operation.id);
    t.equal(body.code, 'body_too_large', operation.id);
  }
});

t.test('an Idempotency-Key that is empty, too long or not ASCII is refused with 422', async (t) => {
  for (const operation of operations.filter(({ config }) => config.idempotent)) {
    for (const key of ['', 'x'.repeat(256), 'with space', 'schlüssel']) {
      const { status, body } = await send(admin, operation, { headers: { 'idempotency-key': key } });
      t.equal(status, 422, `${operation.id} "${key.slice(0, 20)}"`);
      t.match(body.errors, [{ pointer: '/header/idempotency-key' }], operation.id);
    }
  }
});

t.test('a change of something with versions needs If-Match, else 428', async (t) => {
  for (const operation of operations.filter(({ config }) => config.ifMatch)) {
    const { method, path, options } = sampleRequest(operation);
    const { status, body } = await admin.request(method, path, { ...options, headers: {} });
    t.equal(status, 428, operation.id);
    t.equal(body.code, 'precondition_required', operation.id);
  }
});

t.test('a read whose answer the caller already has is answered with 304 and nothing else', async (t) => {
  for (const operation of operations.filter(({ method, config }) => method === 'GET' && config.etag)) {
    const first = await send(admin, operation);
    t.equal(first.status, 200, `${operation.id} finds what test/contract/fixtures.ts seeds`);
    const etag = first.headers.etag ?? '';
    for (const held of [etag, `W/${etag}`, `"other", ${etag}`, '*']) {
      const second = await send(admin, operation, { headers: { 'if-none-match': held } });
      t.equal(second.status, 304, `${operation.id} ${held}`);
      t.equal(second.headers.etag, etag, operation.id);
    }
    const other = await send(admin, operation, { headers: { 'if-none-match': '"other"' } });
    t.equal(other.status, 200, operation.id);
  }
});

t.test('HEAD answers as GET does, without the body, and lets nobody in whom GET refuses', async (t) => {
  for (const operation of operations.filter(({ method }) => method === 'GET')) {
    const { path } = sampleRequest(operation);
    for (const who of [root, root.as('not.a.token'), user, admin, browser, key]) {
      const [get, head] = [await who.get(path), await who.head(path)];
      t.equal(head.status, get.status, operation.id);
      for (const name of ['content-type', 'etag', 'www-authenticate', 'cache-control'])
        t.equal(head.headers[name], get.headers[name], `${operation.id} ${name}`);
    }
  }
});

t.test('a body sent to an operation that takes none is ignored, or refused for what it is', async (t) => {
  const bodiless = operations.filter(({ method }) => method !== 'GET').filter((one) => !partOf(one, 'body'));
  const expected: [string, string, number][] = [
    ['application/json', '', 422],
    ['application/json', '{"role":"admin"}', 422],
    ['application/json', '{"a":', 400],
    ['text/plain', 'text', 415],
    ['application/json', 'x'.repeat(SMALLEST_LIMIT + 1), 413],
  ];
  for (const operation of bodiless) {
    for (const [type, raw, status] of expected) {
      // The unknown parameter keeps the operation from having its effect.
      const answer = await send(admin, operation, { raw, headers: { 'content-type': type } }, 'unknown=1');
      t.equal(answer.status, status, `${operation.id} ${raw.slice(0, 20)}`);
    }
  }
});
