import { sql } from 'kysely';
import t from 'tap';
import { type ConnectionCheck, tryConnections } from '../../src/commands/config-check/connections.ts';
import { migrateDown, migrationNames } from '../../src/platform/database/migrations.ts';
import { testConfig } from '../support/app/bare-app.ts';
import { freshDatabase, isParallel } from '../support/database/database.ts';
import { FakePostgres } from '../support/doubles/postgres.ts';
import { REDIS_URL, withoutRedis } from '../support/doubles/redis.ts';
import { smtpServer } from '../support/doubles/smtp.ts';
import { imprint } from './imprint.ts';

/** `imprint config check --connect` against a real PostgreSQL. */

const skip = !isParallel && 'on PostgreSQL only';

/** What is said of a database, by name. */
async function said(DATABASE_URL: string | undefined): Promise<Record<string, ConnectionCheck>> {
  const all = await tryConnections(testConfig({ DATABASE_URL: DATABASE_URL ?? '', DATA_DIR: 'nowhere' }));
  return Object.fromEntries(all.map((one) => [one.name, one]));
}

const elsewhere = (url: string | undefined, change: Partial<URL>): string =>
  Object.assign(new URL(url ?? ''), change).href;

t.test('one that can be used is told with its version, its migrations and its role', { skip }, async (t) => {
  const { url, ownerUrl } = await freshDatabase();
  const all = (await migrationNames()).length;
  t.match(await said(url), {
    database: { state: 'ok', detail: /^PostgreSQL \d+(\.\d+)? \(\d+ ms\)$/ },
    migrations: { state: 'ok', detail: `all ${all} have run` },
    'audit log': { state: 'ok', detail: /^the role \w+ can add entries and alter none$/ },
  });
  const { status, stdout } = await imprint(['config', 'check', '--connect'], {
    DATABASE_URL: ownerUrl ?? '',
  });
  t.equal(status, 0, 'a role that owns the tables is a warning');
  t.match(
    stdout,
    /^audit log +warning +the role \w+ could alter entries, since it (is a superuser|owns it);/m,
  );
});

t.test('one that was not migrated, or not to the end, is told as that', { skip }, async (t) => {
  const database = await freshDatabase();
  const { url, owner } = database;
  const names = await migrationNames();
  await migrateDown(database);
  t.match(await said(url), {
    database: { state: 'ok' },
    migrations: { state: 'failed', detail: `one has not run, the first is ${names.at(-1)}` },
    'audit log': undefined,
  });
  await migrateDown(database, { all: true });
  await sql`drop table migrations, migrations_lock`.execute(owner);
  t.match(await said(url), {
    database: { state: 'ok' },
    migrations: {
      state: 'failed',
      detail: /^\d+ have not run, the first is 0001_\w+; run `imprint migrate up`$/,
    },
  });
});

t.test('a role or a database that is not there is told by name', { skip }, async (t) => {
  const { url } = await freshDatabase();
  t.match(await said(elsewhere(url, { pathname: '/no_such_database' })), {
    database: {
      state: 'failed',
      detail: /^there is no database of the name in DATABASE_URL; .*no_such_database/,
    },
    migrations: { state: 'not tried' },
  });
  t.match(await said(elsewhere(url, { username: 'no_such_role', password: 'x' })), {
    database: {
      state: 'failed',
      detail: /^the database refuses the (user|password) of DATABASE_URL .*no_such_role/,
    },
    migrations: { state: 'not tried' },
  });
});

t.test('a password that is refused is told, and not shown', async (t) => {
  const server = await FakePostgres.listen(t);
  server.reception = () => 'refused';
  server.refusal = { code: '28P01', message: 'password authentication failed for user "ada"' };
  const { database } = await said(elsewhere(server.url, { username: 'ada', password: 'verysecret' }));
  t.match(database, { state: 'failed', detail: /^the database refuses the password of DATABASE_URL/ });
  t.notMatch(JSON.stringify(database), 'verysecret');
});

t.test('a server that takes no more connections is not said to be away', async (t) => {
  const server = await FakePostgres.listen(t);
  server.reception = () => 'refused';
  const { database } = await said(server.url);
  t.match(database, { state: 'failed', detail: /^the database takes no more connections/ });
});

t.test('everything at once', { skip: skip || withoutRedis }, async (t) => {
  const { url } = await freshDatabase();
  const smtp = await smtpServer(t);
  const env = { DATABASE_URL: url ?? '', REDIS_URL: REDIS_URL ?? '', SMTP_URL: smtp.url };
  const { status, stdout, stderr } = await imprint(['config', 'check', '--connect'], env);
  t.equal(stderr, '');
  t.equal(status, 0);
  for (const name of ['database', 'migrations', 'audit log', 'redis', 'smtp'])
    t.match(stdout, new RegExp(`^${name} +ok `, 'm'));
  t.same(smtp.received, [], 'and nothing was sent');
});
