import { once } from 'node:events';
import { readdir, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import t from 'tap';
import { type ConnectionCheck, tryConnections } from '../../src/commands/config-check/connections.ts';
import { masked } from '../../src/commands/config-check/masked.ts';
import type { Config } from '../../src/config.ts';
import { openDatabase } from '../../src/platform/database/index.ts';
import { migrateDown, migrateUp } from '../../src/platform/database/migrations.ts';
import { testConfig } from '../support/app/bare-app.ts';
import { silentLog } from '../support/doubles/log.ts';
import { NO_REDIS, REDIS_URL, withoutRedis } from '../support/doubles/redis.ts';
import { smtpServer } from '../support/doubles/smtp.ts';
import { imprint, temporaryFolder, workingFolder } from './imprint.ts';

const NO_DATABASE = 'postgres://nobody:verysecret@127.0.0.1:1/nothing';

t.test('it says where each value comes from, and shows no secret', async (t) => {
  const { stdout: key } = await imprint(['keys', 'generate', '--one-line']);
  const { status, stdout } = await imprint(['config', 'check'], {
    JWT_PRIVATE_KEY: key,
    DATABASE_URL: 'postgres://me:verysecret@127.0.0.1/mine?sslmode=require',
    PORT: '4000',
  });
  t.equal(status, 0, 'a key in one line is a key');
  t.match(stdout, /^PORT +4000 +environment$/m);
  t.match(stdout, /^HOST +127\.0\.0\.1 +default$/m);
  t.match(stdout, /^PUBLIC_URL +not set$/m);
  t.match(stdout, /^DATABASE_URL +postgres:\/\/me:\*{3}@127\.0\.0\.1\/mine\?sslmode=require +environment$/m);
  t.match(stdout, /^JWT_PRIVATE_KEY +\(hidden\) +environment$/m);
  t.notMatch(stdout, /verysecret|BEGIN/);
});

t.test('of the address of a server everything but the password is shown', async (t) => {
  const shown: Record<string, string> = {
    'postgres://ada:p%40ss@db.example:5432/imprint': 'postgres://ada:***@db.example:5432/imprint',
    'postgres://ada@db.example/imprint?password=hunter2&sslmode=require':
      'postgres://ada@db.example/imprint?password=***&sslmode=require',
    'redis://:hunter2@cache.example/3': 'redis://:***@cache.example/3',
    'smtps://ada:h@unter2@mail.example': 'smtps://ada:***@mail.example',
    'postgres://ada:1/unter2@db.example': '(hidden)',
    'postgres://ada:1?unter2@db.example': '(hidden)',
    'postgres://ada:1#unter2@db.example': '(hidden)',
    'postgres://ada:hun/ter2@db.example': '(hidden)',
    hunter2: '(hidden)',
  };
  for (const [secret, expected] of Object.entries(shown)) t.equal(masked(secret), expected, secret);
});

t.test('a name in the environment that is nearly a setting is told, and is no failure', async (t) => {
  const { status, stderr } = await imprint(['config', 'check'], { DATABSE_URL: NO_DATABASE });
  t.equal(
    stderr,
    'imprint: DATABSE_URL in the environment is no setting and has no effect; is DATABASE_URL meant?\n',
  );
  t.equal(status, 0);
});

t.test('what is no setting in .env is refused', async (t) => {
  await writeFile(`${workingFolder()}/.env`, 'PORT=4001\nDATABSE_URL=postgres://ada:hunter2@db\n');
  t.teardown(() => rm(`${workingFolder()}/.env`, { force: true }));
  const { status, stderr } = await imprint(['config', 'check']);
  t.equal(stderr, 'imprint: DATABSE_URL in .env is no setting; write DATABASE_URL\n');
  t.equal(status, 2);
  await writeFile(`${workingFolder()}/.env`, 'PORT=4001\n');
  t.match((await imprint(['config', 'check'])).stdout, /^PORT +4001 +\.env$/m);
  const { stderr: none } = await imprint(['config', 'check'], { APP_ENV: 'test' });
  t.equal(none, '', 'it is read in development only');
});

const said = (all: readonly ConnectionCheck[], name: string) => all.find((one) => one.name === name);

t.test('with no settings there is nothing to connect to, and nothing is made', async (t) => {
  const folder = await temporaryFolder();
  const { status, stdout } = await imprint(['config', 'check', '--connect'], { DATA_DIR: `${folder}/data` });
  t.equal(status, 0);
  for (const name of ['database', 'redis', 'smtp']) t.match(stdout, new RegExp(`^${name} +not tried `, 'm'));
  t.same(await readdir(folder), []);
});

t.test('what cannot be reached is one line each, and status 1', async (t) => {
  const { status, stdout, stderr } = await imprint(['config', 'check', '--connect'], {
    DATABASE_URL: NO_DATABASE,
    REDIS_URL: NO_REDIS,
    SMTP_URL: 'smtp://ada:verysecret@127.0.0.1:1',
  });
  t.equal(status, 1);
  t.equal(stderr, 'imprint: not everything can be used: database, redis, smtp\n');
  for (const name of ['database', 'redis', 'smtp'])
    t.match(stdout, new RegExp(`^${name} +failed +\\S.*cannot be reached.*ECONNREFUSED`, 'm'));
  t.match(stdout, /^migrations +not tried /m);
  t.notMatch(stdout, 'verysecret');
});

/** What is said of a server, in this process. */
const triedAt = async (name: 'redis' | 'smtp', settings: Partial<Config>) =>
  said(await tryConnections(testConfig({ DATA_DIR: `${await temporaryFolder()}/data`, ...settings })), name);

t.test('a mail server that refuses the password is told apart from one that is not there', async (t) => {
  const { port, url } = await smtpServer(t, {
    authMethods: ['PLAIN'],
    allowInsecureAuth: true,
    onAuth: (auth, _session, done) =>
      auth.password === 'right' ? done(null, { user: 'ada' }) : done(new Error('Wrong')),
  });
  t.match(await triedAt('smtp', { SMTP_URL: url }), { state: 'ok' });
  t.match(await triedAt('smtp', { SMTP_URL: `smtp://ada:right@127.0.0.1:${port}` }), { state: 'ok' });
  t.match(await triedAt('smtp', { SMTP_URL: `smtp://ada:wrong@127.0.0.1:${port}` }), {
    state: 'failed',
    detail: /refuses the user or the password in SMTP_URL/,
  });
});

t.test('a Redis counts, or says why it cannot', { skip: withoutRedis }, async (t) => {
  const url = new URL(REDIS_URL ?? '');
  t.match(await triedAt('redis', { REDIS_URL: url.href }), { state: 'ok', detail: /^it counts/ });
  Object.assign(url, { username: 'nobody', password: 'wrong' });
  t.match(await triedAt('redis', { REDIS_URL: url.href }), {
    state: 'failed',
    detail: /refuses the user or the password in REDIS_URL/,
  });
});

t.test('a server that takes connections and says nothing does not hold it up', async (t) => {
  const silent = createServer(() => undefined).unref();
  await once(silent.listen(0, '127.0.0.1'), 'listening');
  const address = silent.address();
  const there = `127.0.0.1:${typeof address === 'object' ? address?.port : 0}`;
  const REDIS_URL = `redis://${there}`;
  const SMTP_URL = `smtp://${there}`;
  const all = await tryConnections(testConfig({ DATA_DIR: 'nowhere', REDIS_URL, SMTP_URL }));
  for (const name of ['redis', 'smtp'])
    t.match(said(all, name), { state: 'failed', detail: /cannot be reached/ });
});

t.test('the embedded database is opened and its migrations are looked at', async (t) => {
  const DATA_DIR = await temporaryFolder();
  const config = testConfig({ DATA_DIR });
  const database = await openDatabase(config, silentLog);
  const beside = await tryConnections(config);
  t.match(said(beside, 'database'), { state: 'not tried', detail: /is in use by process \d+/ });
  await migrateUp(database);
  await migrateDown(database);
  await database.close();

  const { status, stdout } = await imprint(['config', 'check', '--connect'], { DATA_DIR });
  t.equal(status, 1);
  t.match(stdout, /^database +ok +PostgreSQL \d+/m);
  t.match(stdout, /^migrations +failed +one has not run, the first is \d{4}_\w+; run `imprint migrate up`$/m);

  await imprint(['migrate', 'up'], { DATA_DIR });
  t.match(said(await tryConnections(config), 'migrations'), { state: 'ok', detail: /^all \d+ have run/ });
});
