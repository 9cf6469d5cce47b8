import t from 'tap';
import {
  IdempotencyKeyReusedError,
  Imprint,
  ImprintConnectionError,
  ImprintTimeoutError,
  InternalError,
  ServiceUnavailableError,
  TooManyRequestsError,
  UsernameTakenError,
} from '../../openapi/sdk/typescript/dist/index.js';
import { type Behaviour, fails, failure, hangsUp, isSilent, misbehaving, POST, says } from './arrange.ts';

const done = says(200, { id: 'x' });

for (const [what, behaviour] of Object.entries<Behaviour>({
  'a 408': fails(408, 'request_timeout'),
  'a 429': fails(429, 'too_many_requests', { 'retry-after': '0' }),
  'a 500': fails(500, 'internal_error'),
  'a 502 of a proxy': says(502, {}, { 'content-type': 'text/html' }),
  'a 503': fails(503, 'service_unavailable', { 'retry-after': '0' }),
  'a connection that breaks': hangsUp,
  'an answer that breaks off': (answer) => {
    answer.writeHead(200, { 'content-type': 'application/json', 'content-length': '100' });
    answer.write('{"id":', () => answer.destroy());
  },
})) {
  t.test(`${what} is tried again where that is safe, with the same key`, async (t) => {
    const { baseUrl, received } = await misbehaving(t, behaviour, done, behaviour, done);
    const client = new Imprint({ baseUrl });
    t.equal((await client.posts.get('x')).id, 'x');
    await client.posts.create(POST);
    const [, , first, second] = received;
    t.equal(received.length, 4);
    t.match(first?.headers['idempotency-key'], /^[0-9a-f]{32}$/);
    t.equal(second?.headers['idempotency-key'], first?.headers['idempotency-key']);
    t.equal(second?.body, first?.body);
  });

  t.test(`${what} is not tried again where that could do harm`, async (t) => {
    const { baseUrl, received } = await misbehaving(t, behaviour);
    const client = new Imprint({ baseUrl });
    await failure(client.auth.login({ email: 'ada@example.com', password: 'secret' }));
    await failure(client.posts.update('x', { title: 'Another title' }, { ifMatch: '"1"' }));
    t.equal(received.length, 2);
    t.equal(received[1]?.headers['if-match'], '"1"');
  });
}

t.test('a request that is still running is asked for again', async (t) => {
  const { baseUrl, received } = await misbehaving(t, fails(409, 'idempotency_key_in_use'), done);
  await new Imprint({ baseUrl }).posts.create(POST);
  t.equal(received[1]?.headers['idempotency-key'], received[0]?.headers['idempotency-key']);
});

t.test('what will not get better is not tried again', async (t) => {
  const { baseUrl, received } = await misbehaving(
    t,
    fails(409, 'username_taken'),
    fails(422, 'idempotency_key_reused'),
  );
  const client = new Imprint({ baseUrl });
  const account = { email: 'ada@example.com', password: 'secret' };
  t.type(await failure(client.auth.registerUser(account)), UsernameTakenError);
  t.type(await failure(client.posts.create(POST)), IdempotencyKeyReusedError);
  t.equal(received.length, 2);
});

t.test('each call has a key of its own, unless one is given', async (t) => {
  const { baseUrl, received } = await misbehaving(t, done);
  const client = new Imprint({ baseUrl });
  await client.posts.create(POST);
  await client.posts.create(POST);
  await client.posts.create(POST, { idempotencyKey: 'mine' });
  await client.posts.get('x');
  const keys = received.map(({ headers }) => headers['idempotency-key']);
  t.equal(new Set(keys).size, 4);
  t.same(keys.slice(2), ['mine', undefined]);
});

t.test('it is tried as often as said, of the client or of the call', async (t) => {
  const { baseUrl, received } = await misbehaving(t, fails(500, 'internal_error'));
  const attempts = async (maxRetries?: number, ofCall?: number) => {
    received.length = 0;
    const client = new Imprint({ baseUrl, maxRetries });
    t.type(await failure(client.posts.get('x', { maxRetries: ofCall })), InternalError);
    return received.length;
  };
  t.equal(await attempts(), 3, 'twice again by default');
  t.equal(await attempts(0), 1);
  t.equal(await attempts(0, 1), 2);
});

t.test('Retry-After is heeded, as seconds and as a date', async (t) => {
  const date = () => new Date(Date.now() + 2000).toUTCString();
  const { baseUrl, received } = await misbehaving(
    t,
    fails(429, 'too_many_requests', { 'retry-after': '1' }),
    (answer, request) => fails(503, 'service_unavailable', { 'retry-after': date() })(answer, request),
    done,
  );
  await new Imprint({ baseUrl }).posts.get('x');
  const [first, second, third] = received.map(({ at }) => at);
  t.ok((second ?? 0) - (first ?? 0) >= 990, 'a second');
  t.ok((third ?? 0) - (second ?? 0) >= 990, 'a date has whole seconds');
});

t.test('nobody waits for minutes', async (t) => {
  const { baseUrl, received } = await misbehaving(
    t,
    fails(429, 'too_many_requests', { 'retry-after': '3600' }),
    fails(503, 'service_unavailable', { 'retry-after': new Date(Date.now() + 3.6e6).toUTCString() }),
  );
  const client = new Imprint({ baseUrl });
  const error = await failure(client.posts.get('x'));
  t.type(error, TooManyRequestsError);
  t.equal(error instanceof TooManyRequestsError && error.headers.get('retry-after'), '3600');
  t.type(await failure(client.posts.get('x')), ServiceUnavailableError);
  t.equal(received.length, 2);
});

t.test('waits grow and are not all alike', async (t) => {
  const waits: number[] = [];
  const { setTimeout: original } = globalThis;
  t.teardown(() => Object.assign(globalThis, { setTimeout: original }));
  // What is waited between attempts is noted instead of waited.
  Object.assign(globalThis, {
    setTimeout: (run: () => void, delay: number) => {
      // Others have timers, too, but no random ones.
      if (!Number.isInteger(delay)) waits.push(delay);
      return original(run, 0);
    },
  });
  const client = new Imprint({
    baseUrl: 'http://localhost',
    timeout: 0,
    maxRetries: 3,
    fetch: async () => Promise.reject(new TypeError('fetch failed')),
  });
  for (let round = 0; round < 20; round++) await failure(client.posts.get('x'));
  for (const [attempt, longest] of [500, 1000, 2000].entries()) {
    const these = waits.filter((_, index) => index % 3 === attempt);
    t.ok(Math.max(...these) <= longest && Math.max(...these) > longest / 2, `up to ${longest} ms`);
    t.ok(new Set(these).size > 15, 'with jitter');
  }
});

t.test('what was given up says why', async (t) => {
  const { baseUrl } = await misbehaving(t, hangsUp);
  const broken = await failure(new Imprint({ baseUrl, maxRetries: 0 }).posts.get('x'));
  t.type(broken, ImprintConnectionError);
  t.notOk(broken instanceof ImprintTimeoutError);
  t.ok(broken instanceof Error && broken.cause instanceof TypeError);
  const { baseUrl: silent, received } = await misbehaving(t, isSilent);
  const late = await failure(new Imprint({ baseUrl: silent, timeout: 50, maxRetries: 1 }).posts.get('x'));
  t.type(late, ImprintTimeoutError);
  t.match(late, { message: 'there was no answer to getPost within 50 ms' });
  t.equal(received.length, 2, 'after another try');
});
