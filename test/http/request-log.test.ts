import { once } from 'node:events';
import { connect } from 'node:net';
import { buffer } from 'node:stream/consumers';
import t from 'tap';
import { newKey } from '../api-keys/arrange.ts';
import { testApp } from '../support/app/app.ts';
import { keptLog } from '../support/doubles/log.ts';

const { log, saying } = keptLog();
const { app, client } = await testApp(t, { resources: { log } });
const ada = await client.newUser();
const key = await newKey(ada, 'posts:read');

/** The line of the request with an id. */
const lineOf = (id: string) => saying('request').filter((line) => line.request_id === id);

t.test('the line of a request says what was asked, by whom, and how it was answered', async (t) => {
  await key.get('/me/posts?per_page=1', { headers: { 'x-request-id': 'one' } });
  const [line, ...others] = lineOf('one');
  t.same(others, []);
  t.match(line, {
    level: 30,
    operation_id: 'listMyPosts',
    user_id: ada.user.id,
    api_key_id: key.key.id,
    method: 'GET',
    path: '/api/v1/me/posts',
    status: 200,
    code: null,
    duration_ms: Number,
    bytes: Number,
    ip: '127.0.0.1',
  });
});

t.test('it says the code of the problem that was answered', async (t) => {
  const headers = { 'x-request-id': 'two' };
  await ada.get('/posts/no-such-post', { headers });
  await client.get('/auth/me', { headers });
  await client.root.get('/nowhere', { headers });
  await client.post('/auth/login', undefined, {
    raw: '{',
    headers: { ...headers, 'content-type': 'application/json' },
  });
  t.same(
    lineOf('two').map(({ status, code, user_id }) => [status, code, user_id]),
    [
      [404, 'post_not_found', ada.user.id],
      [401, 'unauthenticated', null],
      [404, 'route_not_found', null],
      [400, 'malformed_request', null],
    ],
  );
});

t.test('it says how many bytes were sent, of each request on a connection', async (t) => {
  const address = new URL(await app.listen({ host: '127.0.0.1', port: 0 }));
  const send = async (id: string, path: string, more = '') => {
    const socket = connect(Number(address.port), address.hostname);
    await once(socket, 'connect');
    const head = (one: string) => `GET ${path} HTTP/1.1\r\nHost: a\r\nX-Request-ID: ${one}\r\n`;
    socket.write(`${head(`${id}-1`)}\r\n`);
    const [first] = await once(socket, 'data');
    socket.write(`${head(`${id}-2`)}Connection: close\r\n${more}\r\n`);
    return [first.length, (await buffer(socket)).length];
  };
  for (const [id, path] of Object.entries({ small: '/health', problem: '/nowhere' })) {
    const sent = await send(id, path);
    t.same([lineOf(`${id}-1`)[0]?.bytes, lineOf(`${id}-2`)[0]?.bytes], sent, path);
  }
});
