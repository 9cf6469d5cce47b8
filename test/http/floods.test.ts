import t from 'tap';
import { testApp } from '../support/app/app.ts';
import { exchange } from '../support/client/exchange.ts';
import { NO_REDIS, redisCounters } from '../support/doubles/redis.ts';

/** Whatever a peer sends is counted, also what no operation gets to see. */

const request = (line: string, ...more: string[]) =>
  [`${line} HTTP/1.1`, 'Host: a', 'Connection: close', ...more].join('\r\n').concat('\r\n\r\n');
const json = (length: number) => ['Content-Type: application/json', `Content-Length: ${length}`];

/** Each kind, and what it is answered with as long as there is room. */
const KINDS: Record<string, [bytes: string, status: number]> = {
  'an address there is not': [request('GET /nowhere'), 404],
  'bad JSON for it': [`${request('POST /nowhere', ...json(1))}{`, 404],
  'a large body for it': [`${request('POST /nowhere', ...json(5000))}${' '.repeat(5000)}`, 404],
  'an unknown content type for it': [
    `${request('POST /nowhere', 'Content-Type: x', 'Content-Length: 1')}x`,
    404,
  ],
  'a method that an address does not have': [request('DELETE /health'), 405],
  'a QUERY': [request('QUERY /api/v1/posts'), 405],
  'a CONNECT': [request('CONNECT a:443'), 405],
  'a large body for an address there is': [
    `${request('POST /api/v1/auth/login', ...json(5000))}${' '.repeat(5000)}`,
    413,
  ],
  'a malformed path': [request('GET /%'), 400],
  'a malformed path, below an operation': [request('GET /api/v1/posts/%zz'), 400],
  'a long part of a path': [request(`GET /api/v1/posts/${'x'.repeat(700)}`), 414],
  'an OPTIONS': [request('OPTIONS /nowhere'), 204],
  'two hosts': [request('GET /health', 'Host: b'), 400],
  'a compressed body': [`${request('POST /nowhere', 'Transfer-Encoding: gzip, chunked')}0\r\n\r\n`, 400],
  'no HTTP': ['GARBAGE\r\n\r\n', 400],
  'a method there is not': [request('FOO /health'), 400],
  'a long header': [request('GET /health', `X: ${'x'.repeat(20_000)}`), 431],
};

const settings = { tiers: { reads: 2, auth: 2 }, config: { MAX_BODY_BYTES: 1024 } };

for (const [title, [bytes, status]] of Object.entries(KINDS))
  t.test(`it is limited: ${title}`, async (t) => {
    const { app } = await testApp(t, settings);
    const address = await app.listen({ host: '127.0.0.1', port: 0 });
    for (const expected of [status, status, 429]) {
      const answer = await exchange(address, bytes);
      t.equal(answer.status, expected);
      if (expected !== 429) continue;
      t.match(answer.head, /\r\nretry-after: ([1-9]|[1-5]\d|60)(\r\n|$)/i);
      t.match(JSON.parse(answer.body), { code: 'too_many_requests', status: 429 });
    }
  });

t.test('where nothing can be counted, it is answered as ever', async (t) => {
  const counters = await redisCounters(t, { url: NO_REDIS });
  const { app } = await testApp(t, { ...settings, resources: { counters } });
  const address = await app.listen({ host: '127.0.0.1', port: 0 });
  for (const [title, [bytes, status]] of Object.entries(KINDS)) {
    if (bytes.includes('/auth/')) continue;
    for (let n = 0; n < 3; n++) t.equal((await exchange(address, bytes)).status, status, title);
  }
});
