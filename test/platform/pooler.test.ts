import { sql } from 'kysely';
import t from 'tap';
import { databaseFault } from '../../src/platform/database/errors.ts';
import { atomically } from '../../src/platform/database/index.ts';
import { openPostgres, type PostgresOptions } from '../../src/platform/database/postgres.ts';
import { newId } from '../../src/platform/ids.ts';
import { testApp } from '../support/app/app.ts';
import { fileDatabase } from '../support/database/database.ts';
import { noPooler, pgbouncer } from '../support/database/pgbouncer.ts';
import { silentLog } from '../support/doubles/log.ts';

/** Longer than a busy machine takes. */
const PATIENT = {
  connect: 60_000,
  statement: 60_000,
  lock: 60_000,
  idleInTransaction: 60_000,
  noAnswer: 60_000,
};

/** The service through PgBouncer, which gives each transaction any of its connections to the server. */

t.test('a pooler in transaction mode', { skip: noPooler ?? false }, async (t) => {
  const { url: direct = '', owner } = await fileDatabase();
  // Fewer connections than clients, so that they are shared.
  const url = await pgbouncer(t, direct, { connections: 3 });
  const open = (options: Partial<PostgresOptions> = {}) => {
    const limits = { ...PATIENT, ...options.limits };
    const database = openPostgres({ url, poolSize: 8, ...options, limits }, silentLog);
    t.teardown(() => database.close());
    return database;
  };
  const { db, reads } = open();
  const users = (handle: typeof db, username: string) =>
    handle.selectFrom('users').select('id').where('username', '=', username);

  t.test('it is found out, and the same statement runs on whichever connection comes', async (t) => {
    const ask = (handle: typeof db, n: number) =>
      sql<{ pid: number; twice: number }>`
        select pg_backend_pid() as pid, ${n}::int4 * 2 as twice from pg_sleep(0.01)`
        .execute(handle)
        .then(({ rows: [row] }) => row);
    const answers = await Promise.all(Array.from({ length: 60 }, (_, n) => ask(n % 2 === 0 ? db : reads, n)));
    t.same(
      answers.map((row) => row?.twice),
      answers.map((_, n) => n * 2),
    );
    const connections = new Set(answers.map((row) => row?.pid));
    t.ok(connections.size > 1 && connections.size <= 3, `${connections.size} connections`);
  });

  t.test('it may be named instead of found out', async (t) => {
    const named = open({ pooler: 'transaction' });
    t.same((await sql`select 1 as one`.execute(named.db)).rows, [{ one: 1 }]);
  });

  t.test('times are in UTC, whatever the server is set to', async (t) => {
    const name = new URL(direct).pathname.slice(1);
    await sql`alter database ${sql.id(name)} set timezone to 'Asia/Tokyo'`.execute(owner);
    const fresh = await pgbouncer(t, direct, { connections: 2 });
    const { db: other, close } = openPostgres({ url: fresh, poolSize: 2 }, silentLog);
    const ask = (handle: typeof other) =>
      sql<{ at: string; day: string }>`select '2026-11-20 23:00:00+00'::timestamptz as at,
        ('2026-11-20 23:00:00+00'::timestamptz)::date as day`.execute(handle);
    const expected = [{ at: '2026-11-20T23:00:00.000Z', day: '2026-11-20' }];
    t.same((await ask(other)).rows, expected);
    t.same((await other.transaction().execute(ask)).rows, expected);
    await close();
    await sql`alter database ${sql.id(name)} reset timezone`.execute(owner);
  });

  t.test('a statement that takes too long is ended by the server, in a transaction or not', async (t) => {
    const limited = open({ limits: { statement: 50 } }).db;
    await t.rejects(sql`select pg_sleep(60)`.execute(limited), { code: '57014' });
    await t.rejects(
      limited.transaction().execute((tx) => sql`select pg_sleep(60)`.execute(tx)),
      { code: '57014' },
    );
    t.same((await sql`select 1 as one`.execute(limited)).rows, [{ one: 1 }], 'and the next one runs');
  });

  t.test('nothing is left behind on a connection that others get', async (t) => {
    await sql`select set_config('imprint.left', 'x', false)`.execute(db).catch(() => undefined);
    const limited = open({ limits: { lock: 77 } }).db;
    await sql`select 1`.execute(limited);
    const shown = await Promise.all(
      Array.from({ length: 9 }, () =>
        sql<{ limit: string }>`select current_setting('lock_timeout') as limit`.execute(db),
      ),
    );
    t.same(new Set(shown.map(({ rows: [row] }) => row?.limit)), new Set(['1min']));
  });

  t.test('a statement that fails leaves nothing behind, and neither does a transaction', async (t) => {
    const id = newId();
    const user = { id, email: 'pooled@example.com', username: 'pooled' };
    await t.rejects(
      atomically(db, async (tx) => {
        await tx.insertInto('users').values(user).execute();
        t.equal((await users(tx, 'pooled').execute()).length, 1);
        throw new Error('no');
      }),
      { message: 'no' },
    );
    t.same(await users(db, 'pooled').execute(), []);
    await db.insertInto('users').values(user).execute();
    await t.rejects(db.insertInto('users').values(user).execute(), {
      code: '23505',
      constraint: 'users_pkey',
    });
    t.same(await users(db, 'pooled').execute(), [{ id }], 'what stood by itself has been committed');
  });

  t.test('a pooler that refuses to connect is the database that is not there', async (t) => {
    const refused = await pgbouncer(t, direct, { connections: 1, settings: ['max_client_conn = 0'] });
    const database = openPostgres({ url: refused, poolSize: 2 }, silentLog);
    const failure = await sql`select 1`.execute(database.db).catch((error) => error);
    t.equal(databaseFault(failure), 'unavailable', String(failure));
    await database.close();
  });

  t.test('the service works through it', async (t) => {
    const database = { ...open(), url };
    const { client } = await testApp(t, { resources: { database } });
    const people = await Promise.all([client.newUser(), client.newUser(), client.newUser()]);
    const key = newId();
    const body = {
      title: 'Through a pooler',
      body: 'One **post** of more than twenty characters.',
      status: 'published',
    };
    const made = await Promise.all(
      people.flatMap((person) => [
        person.post('/posts', body),
        person.post('/posts', body, { headers: { 'idempotency-key': `${key}-${newId()}` } }),
        person.get('/auth/me'),
        person.get('/posts'),
      ]),
    );
    t.same(new Set(made.map(({ status }) => status)), new Set([200, 201]));
    const replayed = { headers: { 'idempotency-key': key } };
    const [ada] = people;
    const first = await ada?.post<{ id: string }>('/posts', body, replayed);
    const second = await ada?.post<{ id: string }>('/posts', body, replayed);
    t.equal(second?.headers['idempotency-replayed'], 'true');
    t.equal(second?.body.id, first?.body.id);
    t.equal((await client.root.get('/health/ready')).status, 200);
  });
});
