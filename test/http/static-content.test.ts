import { gunzipSync } from 'node:zlib';
import Fastify from 'fastify';
import t, { type Test } from 'tap';
import { ENCODERS, staticContent } from '../../src/http/endpoints/static-content.ts';

const CONTENT = 'what stays the same';

/** Work that fails the first time. */
function failingFirst<A extends unknown[], R>(work: (...args: A) => Promise<R>) {
  let runs = 0;
  const failing = async (...args: A): Promise<R> => {
    if (++runs === 1) throw new Error('too many open files');
    return work(...args);
  };
  return { failing, runs: () => runs };
}

async function serving(t: Test, handler: ReturnType<typeof staticContent>) {
  const app = Fastify();
  app.get('/', handler);
  t.teardown(() => app.close());
  return (headers: Record<string, string> = {}) => app.inject({ url: '/', headers });
}

t.test('content that could not be made is made at the next request, and once', async (t) => {
  const { failing, runs } = failingFirst(async () => CONTENT);
  const get = await serving(t, staticContent('text/plain', failing));
  t.equal((await get()).statusCode, 500);
  for (let n = 0; n < 3; n++) t.equal((await get()).body, CONTENT);
  t.equal(runs(), 2);
});

t.test('a compression that failed is tried again at the next request, and done once', async (t) => {
  const { failing, runs } = failingFirst(ENCODERS.gzip);
  const get = await serving(
    t,
    staticContent('text/plain', async () => CONTENT, { ...ENCODERS, gzip: failing }),
  );
  const gzip = { 'accept-encoding': 'gzip' };
  const refused = await get(gzip);
  t.equal(refused.statusCode, 500);
  t.equal(refused.headers.etag, undefined, 'the failure is not named as the content');
  t.equal((await get()).body, CONTENT, 'another encoding is not affected');
  for (let n = 0; n < 3; n++) {
    const answer = await get(gzip);
    t.equal(answer.headers['content-encoding'], 'gzip');
    t.equal(gunzipSync(answer.rawPayload).toString(), CONTENT);
    const { etag } = answer.headers;
    t.equal((await get({ ...gzip, 'if-none-match': String(etag) })).statusCode, 304);
  }
  t.equal(runs(), 2);
});
