import type { InjectOptions } from 'fastify';
import t, { type Test } from 'tap';
import { testApp } from '../../support/app/app.ts';
import { partOf, sampleRequest, withQuery } from '../../support/contract/samples.ts';
import { costFault } from './cost.ts';
import { REPEATED } from './shapes.ts';

/** The largest queries, paths and headers that fit the limit, to every operation. */

const { app, client } = await testApp(t, { config: { TRUST_PROXY: ['127.0.0.1'] } });
const { token } = await client.asAdmin();
const authorization = `Bearer ${token}`;

/** What Node reads of a request before its body, in bytes. */
const LARGEST = 16_000;

const operations = app.operations.all.map((operation) => {
  const { method, path, options } = sampleRequest(operation);
  const headers = { ...options.headers, ...(operation.config.access !== 'public' && { authorization }) };
  const payload = options.body === undefined ? {} : { payload: Object(options.body) };
  return { operation, path, request: { method: method as 'GET', url: path, headers, ...payload } };
});

/** Checks what a request costs that has something large in one place. */
async function check(
  t: Test,
  title: string,
  request: InjectOptions,
  change: (bytes: number) => Pick<InjectOptions, 'url' | 'headers'>,
) {
  const sized = (bytes: number) => {
    const { headers, ...rest } = change(bytes);
    return { ...request, ...rest, headers: { ...request.headers, ...headers } };
  };
  t.equal(await costFault(app, sized, LARGEST), undefined, title);
}

/** A text that repeats another, and is so long in a URL. */
function repeated(unit: string, bytes: number): string {
  const written = encodeURIComponent(unit);
  return written.repeat(bytes / written.length);
}

t.test('a long query costs little, whatever it repeats', async (t) => {
  for (const { operation, path, request } of operations) {
    const names = Object.keys(partOf(operation, 'querystring')?.properties ?? {});
    const query = (pair: (index: number) => string) => (bytes: number) => {
      const pairs = Array.from({ length: bytes / (pair(0).length + 1) }, (_, index) => pair(index));
      return { url: withQuery(path, pairs.join('&')) };
    };
    await check(
      t,
      `${operation.id}: different parameters`,
      request,
      query((n) => `p${n}=`),
    );
    for (const name of ['p', ...names])
      await check(
        t,
        `${operation.id}: ${name} again and again`,
        request,
        query(() => `${name}=1`),
      );
    if (names.length === 0) continue;
    for (const unit of REPEATED)
      await check(t, `${operation.id}: repeating ${unit}`, request, (bytes) => {
        const pairs = names.map((name) => `${name}=${repeated(unit, bytes / names.length)}`);
        return { url: withQuery(path, pairs.join('&')) };
      });
  }
});

t.test('a long path costs little, whatever it repeats', async (t) => {
  for (const { operation, request } of operations) {
    if (!partOf(operation, 'params')) continue;
    for (const unit of REPEATED)
      for (const most of [500, LARGEST])
        await check(t, `${operation.id}: ${most} of ${unit}`, request, (bytes) => ({
          url: operation.url.replace(/:\w+/g, repeated(unit, Math.min(most, bytes))),
        }));
  }
});

t.test('a long header costs little, whatever it repeats, where an operation looks at it', async (t) => {
  for (const { operation, request } of operations)
    for (const { name } of operation.contribution.requestHeaders)
      for (const unit of REPEATED)
        await check(t, `${operation.id}: ${name} repeats ${unit}`, request, (bytes) => ({
          headers: { [name]: unit.repeat(bytes / unit.length) },
        }));
});

/** The headers that are looked at whatever is asked for. */
const EVERYWHERE =
  `accept accept-encoding accept-language authorization cookie content-encoding content-type host origin
  sec-fetch-site user-agent x-request-id x-forwarded-for x-forwarded-host x-forwarded-proto if-none-match
  access-control-request-method access-control-request-headers`.split(/\s+/);

/** How each begins where it is taken for what it is. */
const BEGINNINGS: Record<string, string> = {
  authorization: 'Bearer ',
  cookie: '__Host-sid=',
  'content-type': 'application/json; ',
  'x-forwarded-for': '127.0.0.1, ',
};

t.test('a long header costs little, whatever it repeats, where every request has it', async (t) => {
  const places: InjectOptions[] = [
    { method: 'GET', url: '/api/v1/posts' },
    { method: 'GET', url: '/openapi.json' },
    { method: 'OPTIONS', url: '/api/v1/posts', headers: { origin: 'https://elsewhere.example' } },
    { method: 'POST', url: '/api/v1/auth/login', payload: {} },
  ];
  for (const place of places)
    for (const name of EVERYWHERE)
      for (const unit of [...REPEATED, '127.0.0.1, ', '__Host-sid=a; '])
        await check(t, `${place.method} ${place.url}: ${name} repeats ${unit}`, place, (bytes) => ({
          headers: { [name]: (BEGINNINGS[name] ?? '') + unit.repeat(bytes / unit.length) },
        }));
});
