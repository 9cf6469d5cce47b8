import { spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import http from 'node:http';
import { connect } from 'node:net';
import t from 'tap';
import { generateSigningKey } from '../../src/platform/keys.ts';
import { until } from '../support/until.ts';
import { ask, DEPLOYED, imprint, launch, serve, temporaryFolder } from './imprint.ts';

// One installation from its first start on; each test goes on where the one before ended.
const DATA_DIR = await temporaryFolder();
const READY = /Stop +Ctrl\+C/;
const development = { DATA_DIR, RATE_LIMIT: 'off' };
const LOGIN = /Demo login +(\S+) +(\S+)/;

let service = await serve([], development, READY);
const [, email = '', password = ''] = LOGIN.exec(service.output.stdout) ?? [];

const total = async () => {
  const { body } = await ask(`${service.url}/api/v1/posts?per_page=1`);
  return (body.meta as { total: number }).total;
};

t.test('the first start migrates, puts demo content in, and says where to go', async (t) => {
  for (const place of ['/api/v1', '/docs', '/openapi.json'])
    t.ok(service.output.stdout.includes(`${service.url}${place}`), `it names ${place}`);
  t.equal((await ask(`${service.url}/health/ready`)).status, 200);
  t.equal((await ask(`${service.url}/api/v1/auth/login`, { body: { email, password } })).status, 200);
  t.equal(await total(), 12);
});

t.test('the lines of the README work when they are pasted', async (t) => {
  const readme = await readFile(new URL('../../README.md', import.meta.url), 'utf8');
  const [, lines = ''] = /```sh\n(API=.*?)```/s.exec(readme) ?? [];
  const { status, stdout } = spawnSync('sh', ['-c', lines.replace('http://127.0.0.1:3000', service.url)], {
    encoding: 'utf8',
  });
  t.equal(status, 0);
  const answers = stdout.trim().split('\n');
  t.equal(answers.length, 3);
  const [registered, published, read] = answers.map((line) => JSON.parse(line));
  t.match(registered, { email: 'ada@example.com', role: 'user' });
  t.match(published, { slug: 'my-first-post', status: 'published' });
  t.match(read, { slug: 'my-first-post', status: 'published' });
});

t.test('a second process is refused the folder of the first, in one line', async (t) => {
  const { status, stderr, stdout } = await imprint(['seed'], development);
  t.equal(status, 1);
  t.equal(stdout, '');
  t.match(stderr, /^imprint: the embedded database is in use by process \d+ [^\n]+\n$/);
});

t.test('a port that is taken is one clear line', async (t) => {
  const JWT_PRIVATE_KEY = generateSigningKey();
  const { status, stderr } = await imprint(['serve'], {
    ...DEPLOYED,
    JWT_PRIVATE_KEY,
    PORT: String(service.port),
  });
  t.equal(status, 1);
  t.match(stderr, /^imprint: 127\.0\.0\.1:\d+ is in use by another process[^\n]+\n$/);
});

t.test('SIGTERM under load fails no request', async (t) => {
  const agent = new http.Agent({ keepAlive: true, maxSockets: 8 });
  const statuses: (number | undefined)[] = [];
  const errors: string[] = [];
  let isOver = false;
  const get = () =>
    new Promise<void>((resolve) => {
      const request = http.get(`${service.url}/api/v1/posts`, { agent }, (response) => {
        statuses.push(response.statusCode);
        response.resume().on('end', resolve);
      });
      request.on('error', (error: NodeJS.ErrnoException) => {
        errors.push(error.code ?? error.message);
        isOver = true;
        resolve();
      });
    });
  const clients = Array.from({ length: 8 }, async () => {
    while (!isOver) await get();
  });
  // A request whose body comes slowly: begun before the signal, and ended after it.
  const slow = http.request(`${service.url}/api/v1/auth/login`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', expect: '100-continue' },
  });
  const begun = once(slow, 'continue');
  const answered = once(slow, 'response') as Promise<[http.IncomingMessage]>;
  const body = JSON.stringify({ email, password });
  slow.write(body.slice(0, 10));
  await begun;
  await until(() => statuses.length >= 8);
  service.kill('SIGTERM');
  await until(() => errors.length > 0);
  slow.end(body.slice(10));

  const [response] = await answered;
  t.equal(response.statusCode, 200);
  t.equal(response.headers.connection, 'close');
  response.resume();
  await Promise.all(clients);
  const { status } = await service.ended;
  t.equal(status, 0);
  t.ok(statuses.length >= 8, `${statuses.length} were answered`);
  t.same(new Set(statuses), new Set([200]));
  t.same(new Set(errors), new Set(['ECONNREFUSED']), 'the rest met nobody');
  agent.destroy();
});

t.test('a signal during the start ends it cleanly', async (t) => {
  const lock = `${DATA_DIR}/database.lock`;
  const process = launch(['serve'], { ...development, PORT: '0' });
  await until(() => existsSync(lock));
  process.kill('SIGTERM');
  const { status, stdout } = await process.ended;
  t.equal(status, 0);
  t.notMatch(stdout, READY);
  t.notOk(existsSync(lock), 'the database was closed');
});

t.test('create-admin takes the password from standard input', async (t) => {
  const made = await imprint(['create-admin', 'Boss@Example.com'], development, 'a long and unusual one\n');
  t.equal(made.status, 0, made.stderr);
  const again = await imprint(['create-admin', 'boss@example.com'], development, 'a long and unusual one\n');
  t.equal(again.status, 1);
  t.match(again.stderr, /^imprint: [^\n]+\n$/);
});

t.test('the second start finds everything as it was', async (t) => {
  service = await serve(['--shutdown-timeout', '5'], development, READY);
  t.equal(await total(), 13);
  t.equal(LOGIN.exec(service.output.stdout)?.[2], password);
  t.notMatch(service.output.stdout, /demo content/);
  const boss = { email: 'boss@example.com', password: 'a long and unusual one' };
  const { status, body } = await ask(`${service.url}/api/v1/auth/login`, { body: boss });
  t.equal(status, 200);
  t.match(body, { user: { role: 'admin' } });
});

t.test(
  'requests that were half sent are cut before the time is up, and a second signal changes nothing',
  async (t) => {
    const halves = [
      'GET /health HTTP/1.1\r\nHost: a\r\n',
      'POST /api/v1/auth/login HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\nContent-Length: 50\r\n\r\n{',
    ];
    const sockets = halves.map((half) => {
      const socket = connect(service.port, '127.0.0.1');
      socket.on('error', () => undefined);
      socket.write(half);
      return socket;
    });
    await ask(`${service.url}/health`); // what was sent before has arrived then
    service.kill('SIGTERM');
    await until(() =>
      ask(`${service.url}/health`).then(
        () => false,
        () => true,
      ),
    );
    service.kill('SIGTERM');
    service.kill('SIGINT');
    const { status } = await service.ended;
    t.equal(status, 0, 'it would be 1 if they had held it up until the time was up');
    for (const socket of sockets) socket.destroy();
  },
);
