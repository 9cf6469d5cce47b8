import t, { type Test } from 'tap';
import { SECURITY_HEADERS } from '../../src/http/wire/base-headers.ts';
import { testApp } from '../support/app/app.ts';
import { exchange } from '../support/client/exchange.ts';

/** What is no request, no whole one, or more than one: it is answered with a problem, and its connection is closed. */

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

const { app } = await testApp(t);
const address = await app.listen({ host: '127.0.0.1', port: 0 });
t.teardown(() => app.server.closeAllConnections());

async function checkProblem(t: Test, title: string, bytes: string, status: number, code: string) {
  const { head, body, ...answer } = await exchange(address, bytes);
  t.equal(answer.status, status, title);
  for (const [name, value] of Object.entries(SECURITY_HEADERS)) t.match(head, `${name}: ${value}`, title);
  t.match(head, 'content-type: application/problem+json', title);
  t.match(head, /\r\nconnection: close/i, title);
  t.match(
    JSON.parse(body),
    { status, code, type: new RegExp(`/problems/${code}$`), request_id: UUID },
    title,
  );
}

const login = (...lines: string[]) =>
  ['POST /api/v1/auth/login HTTP/1.1', 'Content-Type: application/json', ...lines].join('\r\n');
const CHUNKS = '\r\n\r\n2\r\n{}\r\n0\r\n\r\n';

t.test('what is not HTTP, or too much of it, is rejected', async (t) => {
  const long = 'x'.repeat(20_000);
  await checkProblem(t, 'garbage', 'GARBAGE\r\n\r\n', 400, 'malformed_request');
  await checkProblem(
    t,
    'a method there is not',
    'FOO / HTTP/1.1\r\nHost: a\r\n\r\n',
    400,
    'malformed_request',
  );
  await checkProblem(t, 'HTTP/2', 'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n', 400, 'malformed_request');
  const head = 'GET /health HTTP/1.1\r\nHost: a\r\n';
  await checkProblem(
    t,
    'a length that is none',
    `${head}Content-Length: x\r\n\r\n`,
    400,
    'malformed_request',
  );
  await checkProblem(t, 'a long header', `${head}X: ${long}\r\n\r\n`, 431, 'headers_too_large');
  await checkProblem(t, 'many headers', `${head}${'a:\r\n'.repeat(3000)}\r\n`, 431, 'headers_too_large');
  await checkProblem(t, 'a long path', `GET /${long} HTTP/1.1\r\nHost: a\r\n\r\n`, 431, 'headers_too_large');
});

t.test('a request that has no end of its own, or two, is rejected', async (t) => {
  const endings = {
    'a length and chunks': ['Content-Length: 4', 'Transfer-Encoding: chunked'],
    'two lengths': ['Content-Length: 2', 'Content-Length: 2'],
    'chunks that are compressed': ['Transfer-Encoding: gzip, chunked'],
    'chunks that are compressed, in two headers': ['Transfer-Encoding: gzip', 'Transfer-Encoding: chunked'],
    'chunks in chunks': ['Transfer-Encoding: chunked, chunked'],
    'chunks of nothing': ['Transfer-Encoding: , chunked'],
    'no chunks': ['Transfer-Encoding: gzip'],
    'chunks in another spelling': ['Transfer-Encoding: xchunked'],
  };
  for (const [title, lines] of Object.entries(endings))
    await checkProblem(t, title, login('Host: a', ...lines) + CHUNKS, 400, 'malformed_request');
  const chunked = login('Host: a', 'Connection: close', 'Transfer-Encoding: Chunked') + CHUNKS;
  t.equal((await exchange(address, chunked)).status, 422, 'chunks alone are read');
});

t.test('a request is for one host', async (t) => {
  for (const lines of [[], ['Host: a', 'Host: b'], ['Host: a', 'host: a'], ['HOST: a', 'X: y', 'Host: b']])
    for (const path of ['/health', '/nowhere', '/api/v1/auth/me', '/']) {
      const head = [`GET ${path} HTTP/1.1`, ...lines, '', ''].join('\r\n');
      await checkProblem(t, head, head, 400, 'malformed_request');
    }
  const old = await exchange(address, 'GET /health HTTP/1.0\r\n\r\n');
  t.equal(old.status, 200, 'before HTTP/1.1 there was none');
});

t.test('the answer to a HEAD has no body, whatever is wrong', async (t) => {
  const { status, body } = await exchange(address, 'HEAD /health HTTP/1.1\r\n\r\n');
  t.equal(status, 400);
  t.equal(body, '');
});

t.test('what a request expects makes no difference', async (t) => {
  const head = 'GET /health HTTP/1.1\r\nHost: a\r\nConnection: close\r\nExpect: the-unexpected\r\n\r\n';
  t.equal((await exchange(address, head)).status, 200);
});

t.test('what follows a response that has begun is not answered in the middle of it', async (t) => {
  const { head, body } = await exchange(
    address,
    'GET /openapi.json HTTP/1.1\r\nHost: a\r\n\r\nGARBAGE\r\n\r\n',
  );
  t.match(head, /^HTTP\/1\.1 (200|400) /);
  t.notMatch(body, 'HTTP/1.1');
});
