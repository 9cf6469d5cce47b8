import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { text } from 'node:stream/consumers';
import t from 'tap';
import { timeouts } from '../../src/http/wire/timeouts.ts';
import { testApp } from '../support/app/app.ts';

/** Connections whose request does not come: they end by themselves. */

const SLOW_HEAD = 200;
const { app } = await testApp(t, { headersTimeout: SLOW_HEAD });
const { port } = new URL(await app.listen({ host: '127.0.0.1', port: 0 }));
t.teardown(() => app.server.closeAllConnections());

/** Opens a connection that keeps its side open for as long as it is let. */
async function open(): Promise<Socket> {
  const socket = connect({ port: Number(port), host: '127.0.0.1', allowHalfOpen: true });
  socket.on('error', () => undefined);
  await once(socket, 'connect');
  return socket;
}

/** Settles when a connection is gone, also where it was reset. */
const closed = (socket: Socket) => new Promise((resolve) => socket.once('close', resolve));

/** Sends something again and again until the connection is gone. */
function drip(socket: Socket, part: string): void {
  const timer = setInterval(() => socket.writable && socket.write(part), SLOW_HEAD / 10);
  socket.once('close', () => clearInterval(timer));
}

const connections = () =>
  new Promise<number>((resolve, reject) =>
    app.server.getConnections((error, count) => (error ? reject(error) : resolve(count))),
  );

t.test('a head may take ten seconds, and late ones are looked for each second', async (t) => {
  t.match(timeouts(), { http: { headersTimeout: 10_000, connectionsCheckingInterval: 1_000 } });
});

t.test('a head that comes byte by byte is answered 408, and its connection ends', async (t) => {
  const socket = await open();
  socket.write('GET /health HTTP/1.1\r\nHost: a\r\nX-Slow: ');
  drip(socket, 'a');
  const gone = closed(socket);
  const answer = await text(socket);
  t.match(answer, /^HTTP\/1\.1 408 /);
  t.match(answer, /"code":"request_timeout"/);
  await gone;
});

t.test('a connection on which nothing comes ends too', async (t) => {
  const socket = await open();
  socket.resume();
  await once(socket, 'end');
  const gone = closed(socket);
  socket.end();
  await gone;
  t.pass('it was closed');
});

t.test('a peer that sends what is no HTTP and never stops is cut off', async (t) => {
  const socket = await open();
  drip(socket, 'x\r\n\r\n');
  const gone = closed(socket);
  t.match(await text(socket), /^HTTP\/1\.1 400 /);
  await gone;
  while ((await connections()) > 0) await new Promise((resolve) => setImmediate(resolve));
  t.pass('no connection is left');
});

t.test('a body may take longer than a head, and so may the next request of a connection', async (t) => {
  const [slow, late] = [await open(), await open()];
  const body = JSON.stringify({ email: 'nobody@example.com', password: 'a long and unusual one' });
  slow.write(
    `POST /api/v1/auth/login HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\nContent-Length: ${body.length}\r\n\r\n`,
  );
  late.write('GET /health HTTP/1.1\r\nHost: a\r\n\r\n');
  await once(late, 'data');
  // A connection that nothing comes on is gone by now, so this one was looked at as well.
  const silent = await open();
  silent.resume();
  await once(silent, 'end');
  silent.destroy();
  slow.write(body);
  const [login] = await once(slow, 'data');
  t.match(String(login), /^HTTP\/1\.1 401 /);
  late.write('GET /health HTTP/1.1\r\nHost: a\r\n\r\n');
  const [again] = await once(late, 'data');
  t.match(String(again), /^HTTP\/1\.1 200 /);
  for (const socket of [slow, late]) socket.destroy();
});
