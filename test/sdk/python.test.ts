import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { join } from 'node:path';
import t from 'tap';
import { propertiesOf } from '../../src/platform/unknown.ts';
import { committedContract } from '../../src/tooling/contract/document.ts';
import { testApp } from '../support/app/app.ts';
import { missing, run, SDK } from './run.ts';

/** The Python client against a service that listens. */

const skip = await missing(['python3', '--version']);

const runPython = (...options: string[]) =>
  run(['python3', '-W', 'error', ...options], {
    PYTHONPATH: join(SDK, 'python'),
    PYTHONDONTWRITEBYTECODE: '1',
  });

t.test(
  'a program in Python registers, writes, lists, is told problems and signs out',
  { skip },
  async (t) => {
    const { app } = await testApp(t);
    const address = await app.listen({ host: '127.0.0.1', port: 0 });
    t.same(await runPython('walk.py', address), { status: 0, out: 'walked\n' });
  },
);

t.test('what the README of the Python client shows can be run', { skip }, async (t) => {
  const { app, client } = await testApp(t);
  const address = await app.listen({ host: '127.0.0.1', port: 0 });
  const readme = readFileSync(join(SDK, 'python/README.md'), 'utf8');
  const shown = /```python\n(.*?)```/s.exec(readme)?.[1] ?? '';
  const { email, password } = await client.register({ email: 'reader@example.com' });
  const program = shown
    .replace('http://127.0.0.1:3000', address)
    .replace('ada@example.com', email)
    .replace('correct horse battery staple', password);
  t.match(await runPython('-c', program), { status: 0, out: /^My first post\n/ });
});

t.test('a call from Python is tried again where that is safe, with one key', { skip }, async (t) => {
  const { Post: post, service_unavailable: unavailable } = committedContract().components.examples;
  const seen: { request: string; key: unknown; after: number }[] = [];
  const started = Date.now();
  const server = createServer((request, response) => {
    request.resume();
    const { method, url, headers } = request;
    seen.push({ request: `${method} ${url}`, key: headers['idempotency-key'], after: Date.now() - started });
    const refuse = (seconds: string) =>
      response
        .writeHead(503, { 'content-type': 'application/problem+json', 'retry-after': seconds })
        .end(JSON.stringify(unavailable?.value));
    if (url?.endsWith('/slow')) return;
    if (method === 'GET') refuse('30');
    else if (seen.length === 1) refuse('1');
    else if (seen.length === 2 || method === 'PATCH') request.socket.destroy();
    else
      response
        .writeHead(201, { 'content-type': 'application/json' })
        .end(JSON.stringify({ ...propertiesOf(post?.value), title: 'Once', status: 'embargoed' }));
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  t.teardown(() => server.close());
  const address = server.address();
  const port = typeof address === 'object' ? address?.port : 0;

  t.same(await runPython('retries.py', `http://127.0.0.1:${port}`), { status: 0, out: 'walked\n' });
  t.same(
    seen.map(({ request }) => request),
    [
      'POST /api/v1/posts',
      'POST /api/v1/posts',
      'POST /api/v1/posts',
      'PATCH /api/v1/posts/01932b6e-8f2a-7c3d-9b4e-5a6f7c8d9e0f',
      'GET /api/v1/posts/patience',
      'GET /api/v1/posts/slow',
      'GET /api/v1/posts/slow',
    ],
  );
  const [first, second, third] = seen;
  t.match(first?.key, /^[0-9a-f-]{36}$/);
  t.same([second?.key, third?.key], [first?.key, first?.key]);
  t.ok((second?.after ?? 0) - (first?.after ?? 0) >= 1000, 'Retry-After is waited for');
});
