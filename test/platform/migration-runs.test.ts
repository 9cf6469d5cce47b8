import { type Kysely, sql } from 'kysely';
import type { MigrationProvider } from 'kysely/migration';
import t, { type Test } from 'tap';
import { describeFailure } from '../../src/commands/failures.ts';
import type { Database } from '../../src/platform/database/index.ts';
import { migrateUp, migrationNames } from '../../src/platform/database/migrations.ts';
import { openPostgres, type PostgresOptions } from '../../src/platform/database/postgres.ts';
import { freshDatabase, isParallel, untilBlocked } from '../support/database/database.ts';
import { noPooler, pgbouncer } from '../support/database/pgbouncer.ts';
import { silentLog } from '../support/doubles/log.ts';

/** How migrations run: their connection, the lock between processes, and what is said of a failure. */

const NEXT = '9999_do_something';

/** The migrations of the house, which have run, and one more. */
const withNext = (up: (db: Kysely<unknown>) => Promise<unknown>): MigrationProvider => ({
  getMigrations: async () => {
    const names = await migrationNames();
    const done = names.map((name) => [name, { up: async () => undefined }] as const);
    return Object.fromEntries([...done, [NEXT, { up: async (db: Kysely<unknown>) => void (await up(db)) }]]);
  },
});

const RAN = [{ name: NEXT, direction: 'up' }];
const needsServer = { skip: !isParallel && 'on PostgreSQL only' };

/** Far too little for any migration. */
const STRICT = { statement: 100, lock: 50, noAnswer: 60_000, idleInTransaction: 100, connect: 60_000 };

function open(t: Test, url: string | undefined, options: Partial<PostgresOptions> = {}): Database {
  const database = openPostgres({ url: url ?? '', poolSize: 2, limits: STRICT, ...options }, silentLog);
  t.teardown(() => database.close());
  return database;
}

const sleeping = withNext((db) => sql`select pg_sleep(0.5)`.execute(db));
const failureOf = (work: Promise<unknown>): Promise<Error> =>
  work.then(
    () => new Error('it did not fail'),
    (error) => error,
  );

t.test('a migration may take longer than a request', needsServer, async (t) => {
  const { ownerUrl: url } = await freshDatabase();
  const database = open(t, url);
  await t.rejects(sql`select pg_sleep(60)`.execute(database.db), { code: '57014' });
  t.same(await migrateUp(database, { provider: sleeping }), RAN);
});

/** One process migrates, another one comes, and the first one takes its time. */
async function meetAt(t: Test, url: string | undefined, direct: Database): Promise<void> {
  const [begun, gate] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
  const slow = withNext(async () => {
    begun.resolve();
    await gate.promise;
  });
  const first = migrateUp(open(t, url), { provider: slow });
  await begun.promise;
  const told: string[] = [];
  const waiting = Promise.withResolvers<void>();
  const second = migrateUp(open(t, url), {
    provider: slow,
    onWait: (holder) => {
      told.push(holder);
      waiting.resolve();
    },
  });
  await waiting.promise;
  await sql`select pg_sleep(0.6)`.execute(direct.db); // longer than every limit of requests
  gate.resolve();
  t.same(await first, RAN);
  t.same(await second, [], 'there is nothing left to do for the second');
  t.equal(told.length, 1, 'the wait is told once');
  t.match(
    told[0],
    /^"imprint migrate, process \d+ on [^"]+" \(process \d+ of PostgreSQL, from [\d.:a-f]+\)$/,
  );
}

t.test('a second process waits as long as the first one migrates', needsServer, async (t) => {
  const direct = await freshDatabase();
  await meetAt(t, direct.ownerUrl, direct);
});

t.test(
  'also where both come through a pooler in transaction mode',
  { skip: noPooler ?? false },
  async (t) => {
    const direct = await freshDatabase();
    const url = await pgbouncer(t, direct.ownerUrl ?? '', { connections: 2 });
    await meetAt(t, url, direct);
    const locks = await sql`select 1 from pg_locks where locktype = 'advisory' and database =
    (select oid from pg_database where datname = current_database())`.execute(direct.db);
    t.same(locks.rows, [], 'and no lock stays on a connection that others get');
  },
);

t.test('whoever waits can be told to stop', needsServer, async (t) => {
  const { ownerUrl: url } = await freshDatabase();
  const gate = Promise.withResolvers<void>();
  const begun = Promise.withResolvers<void>();
  const slow = withNext(() => {
    begun.resolve();
    return gate.promise;
  });
  const first = migrateUp(open(t, url), { provider: slow });
  await begun.promise;
  const stop = new AbortController();
  const second = migrateUp(open(t, url), { signal: stop.signal, onWait: () => stop.abort() });
  await t.rejects(second, { name: 'AbortError' });
  gate.resolve();
  t.same(await first, RAN);
});

t.test('a lock that somebody else keeps ends it, and the message says what to do', needsServer, async (t) => {
  const { owner: db, ownerUrl: url } = await freshDatabase();
  const database = open(t, url, { migrationLimits: { lock: 50 } });
  const provider = withNext((own) => sql`alter table users add column shoe_size integer`.execute(own));
  await db.transaction().execute(async (tx) => {
    await sql`select from users`.execute(tx);
    const { rows } = await sql<{ pid: number }>`select pg_backend_pid() as pid`.execute(tx);
    const [{ pid } = { pid: 0 }] = rows;
    const failure = await failureOf(migrateUp(database, { provider }));
    const { line, status } = await describeFailure(failure);
    t.equal(status, 1);
    t.match(
      line,
      new RegExp(`^migration ${NEXT} failed, and nothing was changed: it waited too long for a lock`),
    );
    t.match(line, new RegExp(`process ${pid} of PostgreSQL \\(imprint of \\w+, open for \\d+ s\\)`));
    t.match(line, `select pg_terminate_backend(${pid})`);
    t.notMatch(line, 'cannot be reached');
  });
  t.same(await migrateUp(database, { provider }), RAN, 'and afterwards it runs');
});

t.test('a migration that fails is named with the reason, and nothing of the run stays', async (t) => {
  const database = await freshDatabase();
  const provider = withNext(async (db) => {
    await sql`create table half (id integer)`.execute(db);
    await sql`select 1 / 0`.execute(db);
  });
  const failure = await failureOf(migrateUp(database, { provider }));
  t.equal(failure.name, 'MigrationError');
  t.same(await describeFailure(failure), {
    line: `migration ${NEXT} failed, and nothing was changed: division by zero`,
    status: 1,
  });
  const { rows } = await sql`select to_regclass('half') as half`.execute(database.db);
  t.same(rows, [{ half: null }]);
});

t.test('a database of a newer version is not migrated', async (t) => {
  const database = await freshDatabase();
  const names = await migrationNames();
  const older: MigrationProvider = {
    getMigrations: async () =>
      Object.fromEntries(names.slice(0, -1).map((name) => [name, { up: async () => undefined }])),
  };
  const { line } = await describeFailure(await failureOf(migrateUp(database, { provider: older })));
  t.match(line, /^the migrations cannot run: .*previously executed migration \d{4}_\w+ is missing$/);
});

t.test('a connection that is lost in the middle is told as that', needsServer, async (t) => {
  const { owner: db, ownerUrl: url } = await freshDatabase();
  const provider = withNext((own) => sql`lock table users`.execute(own));
  await db.transaction().execute(async (tx) => {
    await sql`lock table users in access share mode`.execute(tx);
    const failure = failureOf(migrateUp(open(t, url), { provider }));
    await untilBlocked(db);
    await sql`select pg_terminate_backend(pid) from pg_stat_activity
      where datname = current_database() and wait_event_type = 'Lock'`.execute(tx);
    const { line } = await describeFailure(await failure);
    t.match(
      line,
      `migration ${NEXT} failed, and nothing was changed: the connection to the database was lost`,
    );
  });
});

t.test('only a server that cannot be reached is said to be that', needsServer, async (t) => {
  const { ownerUrl: url } = await freshDatabase();
  const said = async (other: string | undefined) => {
    const failure = await failureOf(migrateUp(open(t, other), { provider: sleeping }));
    return (await describeFailure(failure)).line;
  };
  const elsewhere = (change: (url: URL) => void) => {
    const address = new URL(url ?? '');
    change(address);
    return address.href;
  };
  t.match(
    await said(elsewhere((one) => Object.assign(one, { port: '1' }))),
    /^the database cannot be reached \(.*ECONNREFUSED/,
  );
  t.match(
    await said(elsewhere((one) => Object.assign(one, { pathname: '/nothing' }))),
    /^there is no database of the name in DATABASE_URL/,
  );
  const slow = await failureOf(sql`select pg_sleep(60)`.execute(open(t, url).db));
  t.match((await describeFailure(slow)).line, /^the database took too long for this/);
});
