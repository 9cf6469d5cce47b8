import t from 'tap';
import {
  Imprint,
  InvalidRefreshTokenError,
  InvalidTokenError,
  ServiceUnavailableError,
} from '../../openapi/sdk/typescript/dist/index.js';
import { until } from '../support/until.ts';
import { type Behaviour, fails, failure, hangsUp, misbehaving, type Received, says } from './arrange.ts';

const OLD = { access_token: 'old', refresh_token: 'r-old' };
const NEW = { access_token: 'new', refresh_token: 'r-new' };
const OTHER = { access_token: 'other', refresh_token: 'r-other' };

/** A service that takes every access token but the old one, and renews as it is told. */
const takesNew =
  (renew: Behaviour): Behaviour =>
  (answer, request) => {
    if (request.url.endsWith('/auth/refresh')) return renew(answer, request);
    const isOld = request.headers.authorization === 'Bearer old';
    return (isOld ? fails(401, 'invalid_token') : says(200, { id: 'x' }))(answer, request);
  };

/** How many of the requests had a token. */
const withToken = (received: Received[], token: string) =>
  received.filter(({ headers }) => headers.authorization === `Bearer ${token}`).length;

/** A behaviour that waits until it is released. */
function held(behaviour: Behaviour): { late: Behaviour; release(): void } {
  const { promise, resolve } = Promise.withResolvers<void>();
  return { late: (answer, request) => void promise.then(() => behaviour(answer, request)), release: resolve };
}

t.test('parallel calls renew an expired token once', async (t) => {
  const { late, release } = held(says(200, NEW));
  const { baseUrl, received } = await misbehaving(t, takesNew(late));
  const client = new Imprint({ baseUrl, tokens: OLD });
  const calls = Array.from({ length: 10 }, () => client.auth.getCurrentUser());
  await until(() => withToken(received, 'old') === 10);
  release();
  await Promise.all(calls);
  const renewals = received.filter(({ url }) => url.endsWith('/auth/refresh'));
  t.equal(renewals.length, 1);
  t.same(JSON.parse(renewals[0]?.body ?? ''), { refresh_token: 'r-old' });
  t.equal(renewals[0]?.headers.authorization, undefined);
  t.same(client.tokens, NEW);
  await client.auth.getCurrentUser();
  t.equal(received.at(-1)?.headers.authorization, 'Bearer new');
});

t.test('a call that was refused late uses what the others have got', async (t) => {
  const { late, release } = held(fails(401, 'invalid_token'));
  const { baseUrl, received } = await misbehaving(t, (answer, request) => {
    const isSecond = request.headers.authorization === 'Bearer old' && withToken(received, 'old') === 2;
    (isSecond ? late : takesNew(says(200, NEW)))(answer, request);
  });
  const client = new Imprint({ baseUrl, tokens: OLD });
  const calls = [client.auth.getCurrentUser(), client.auth.getCurrentUser()];
  await Promise.race(calls); // the one that was refused at once has a new token by now
  release();
  await Promise.all(calls);
  t.equal(received.filter(({ url }) => url.endsWith('/auth/refresh')).length, 1);
});

t.test('the new pair is stored before the calls go on', async (t) => {
  const { baseUrl, received } = await misbehaving(t, takesNew(says(200, NEW)));
  const seen: number[] = [];
  const onTokens = async () => {
    await fetch(`${baseUrl}/after`); // a call that did not wait would have been sent before this
    seen.push(received.length);
  };
  await new Imprint({ baseUrl, tokens: OLD, onTokens }).auth.getCurrentUser();
  t.same(seen, [3]);
  t.equal(received.length, 4);
});

t.test('a call is repeated once only, with its key', async (t) => {
  const refuses: Behaviour = (answer, request) =>
    (request.url.endsWith('/auth/refresh') ? says(200, NEW) : fails(401, 'invalid_token'))(answer, request);
  const { baseUrl, received } = await misbehaving(t, refuses);
  const client = new Imprint({ baseUrl, tokens: OLD });
  t.type(await failure(client.posts.publish('x')), InvalidTokenError);
  t.equal(received.length, 3);
  t.equal(received[2]?.headers['idempotency-key'], received[0]?.headers['idempotency-key']);
});

t.test('when the session has ended, every call that waits is told', async (t) => {
  const { late, release } = held(fails(401, 'invalid_refresh_token'));
  const { baseUrl, received } = await misbehaving(t, takesNew(late));
  const client = new Imprint({ baseUrl, tokens: OLD });
  const calls = [client.auth.getCurrentUser(), client.auth.getCurrentUser()].map(failure);
  await until(() => withToken(received, 'old') === 2);
  release();
  for (const error of await Promise.all(calls)) t.type(error, InvalidRefreshTokenError);
  t.equal(received.filter(({ url }) => url.endsWith('/auth/refresh')).length, 1);
});

t.test('a renewal that fails for the moment is tried again by the next call', async (t) => {
  const renewals = [fails(503, 'service_unavailable'), says(200, NEW)];
  const { baseUrl } = await misbehaving(
    t,
    takesNew((answer, request) => renewals.shift()?.(answer, request)),
  );
  const client = new Imprint({ baseUrl, tokens: OLD });
  t.type(await failure(client.auth.getCurrentUser()), ServiceUnavailableError);
  t.match(await client.auth.getCurrentUser(), { id: 'x' });
});

t.test('a renewal whose answer was lost is asked for once more', async (t) => {
  const renewals = [hangsUp, says(200, NEW)];
  const { baseUrl } = await misbehaving(
    t,
    takesNew((answer, request) => renewals.shift()?.(answer, request)),
  );
  t.match(await new Imprint({ baseUrl, tokens: OLD }).auth.getCurrentUser(), { id: 'x' });
});

t.test('who has been signed in meanwhile stays so', async (t) => {
  const { late, release } = held(says(200, NEW));
  const { baseUrl, received } = await misbehaving(t, takesNew(late));
  const stored: unknown[] = [];
  const client = new Imprint({ baseUrl, tokens: OLD, onTokens: (next) => void stored.push(next) });
  const call = client.auth.getCurrentUser();
  await until(() => received.length === 2);
  client.tokens = OTHER;
  release();
  await call;
  t.same(client.tokens, OTHER);
  t.same(stored, []);
});

t.test('nobody’s call is repeated in the name of somebody else', async (t) => {
  const { late, release } = held(takesNew(says(200, NEW)));
  const { baseUrl, received } = await misbehaving(t, late);
  const client = new Imprint({ baseUrl, tokens: OLD });
  const call = failure(client.posts.publish('x'));
  await until(() => received.length === 1);
  client.tokens = OTHER;
  release();
  t.type(await call, InvalidTokenError);
  t.equal(received.length, 1);
});

t.test('one call that is aborted ends at once, and does not take the renewal from the others', async (t) => {
  const { late, release } = held(says(200, NEW));
  const { baseUrl, received } = await misbehaving(t, takesNew(late));
  const client = new Imprint({ baseUrl, tokens: OLD });
  const abort = new AbortController();
  const aborted = failure(client.auth.getCurrentUser({ signal: abort.signal }));
  const other = client.auth.getCurrentUser();
  await until(() => received.some(({ url }) => url.endsWith('/auth/refresh')));
  abort.abort();
  t.match(await aborted, { name: 'AbortError' });
  release();
  t.match(await other, { id: 'x' });
});

t.test('operations that are open to anyone are sent no token', async (t) => {
  const { baseUrl, received } = await misbehaving(t, takesNew(says(200, NEW)));
  const client = new Imprint({
    baseUrl,
    tokens: OLD,
    headers: { 'X-Request-ID': 'r-1', accept: 'text/plain' },
  });
  await client.health.check({ headers: { 'x-request-id': 'r-2' } });
  t.equal(received[0]?.headers.authorization, undefined);
  t.equal(received[0]?.headers['x-request-id'], 'r-2', 'a header of the call goes before that of the client');
});
