import t from 'tap';
import { Imprint, ImprintTimeoutError } from '../../openapi/sdk/typescript/dist/index.js';
import { until } from '../support/until.ts';
import { fails, failure, isSilent, misbehaving, POST, says } from './arrange.ts';

t.test('a call ends at once when its signal is aborted, with the reason it was given', async (t) => {
  const abort = new AbortController();
  const { baseUrl, received } = await misbehaving(t, () => abort.abort());
  const { posts } = new Imprint({ baseUrl });
  const call = failure(posts.get('x', { signal: abort.signal }));
  t.match(await call, { name: 'AbortError' });
  t.equal(received.length, 1, 'and is not tried again');

  const reason = new Error('nobody looks at it any more');
  t.equal(await failure(posts.get('x', { signal: AbortSignal.abort(reason) })), reason);
  t.equal(received.length, 1, 'nothing is sent for one that was aborted before');
});

t.test('waiting for another try ends, too', async (t) => {
  const { baseUrl, received } = await misbehaving(
    t,
    fails(503, 'service_unavailable', { 'retry-after': '30' }),
  );
  const abort = new AbortController();
  const call = failure(new Imprint({ baseUrl }).posts.get('x', { signal: abort.signal }));
  await until(() => received.length === 1);
  abort.abort();
  t.match(await call, { name: 'AbortError' });
});

t.test('walking through a list ends', async (t) => {
  const meta = {
    page: null,
    per_page: 1,
    total: null,
    total_is_exact: null,
    pages: null,
    next_cursor: 'next',
  };
  const { baseUrl, received } = await misbehaving(t, says(200, { data: [{ id: 'x' }], meta }));
  const abort = new AbortController();
  const read = async () => {
    let count = 0;
    for await (const _ of new Imprint({ baseUrl }).posts.list({}, { signal: abort.signal }))
      if (++count === 3) abort.abort();
  };
  t.match(await failure(read()), { name: 'AbortError' });
  t.equal(received.length, 3);
  t.equal(received[2]?.url, '/api/v1/posts?cursor=next');
});

t.test('leaving a list early reads no more of it', async (t) => {
  const meta = {
    page: null,
    per_page: 2,
    total: null,
    total_is_exact: null,
    pages: null,
    next_cursor: 'next',
  };
  const { baseUrl, received } = await misbehaving(t, says(200, { data: [{ id: 'a' }, { id: 'b' }], meta }));
  for await (const _ of new Imprint({ baseUrl }).posts.list()) break;
  t.equal(received.length, 1);
});

t.test('a call that takes too long is given up, as the client or the call says', async (t) => {
  const { baseUrl } = await misbehaving(t, isSilent);
  const { posts } = new Imprint({ baseUrl, timeout: 20_000 });
  t.type(await failure(posts.create(POST, { timeout: 30, maxRetries: 0 })), ImprintTimeoutError);
  t.type(
    await failure(new Imprint({ baseUrl, timeout: 30, maxRetries: 0 }).posts.get('x')),
    ImprintTimeoutError,
  );
});

t.test('an answer that does not end is too late as well', async (t) => {
  const { baseUrl } = await misbehaving(t, (answer) => {
    answer.writeHead(200, { 'content-type': 'application/json' }).write('{');
  });
  const { posts } = new Imprint({ baseUrl, timeout: 50, maxRetries: 0 });
  t.type(await failure(posts.get('x')), ImprintTimeoutError);
});

t.test('without a limit a slow answer is waited for', async (t) => {
  const { baseUrl } = await misbehaving(t, (answer, request) => {
    setTimeout(() => says(200, { id: 'x' })(answer, request), 100); // later than the limit of the client
  });
  const { posts } = new Imprint({ baseUrl, timeout: 20 });
  t.equal((await posts.get('x', { timeout: 0 })).id, 'x');
});
