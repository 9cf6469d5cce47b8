import { sql } from 'kysely';
import t from 'tap';
import { openPostgres } from '../../src/platform/database/postgres.ts';
import { silentLog } from '../support/doubles/log.ts';
import { FakePostgres } from '../support/doubles/postgres.ts';

const PATIENT = { connect: 60_000, noAnswer: 60_000 };

for (const poolSize of [1, 2, 3, 4, 10]) {
  t.test(`a process makes ${poolSize} connections at the most, of every kind together`, async (t) => {
    const server = await FakePostgres.listen(t);
    const { db, reads, close } = openPostgres({ url: server.url, poolSize, limits: PATIENT }, silentLog);
    await sql`select 1`.execute(db);
    server.most = server.open; // it was asked whether it is a pooler, and that connection is gone
    const answers = await Promise.all(
      Array.from({ length: 40 }, (_, n) => [
        sql`select ${n}`.execute(db),
        sql`select ${n}`.execute(reads),
        db.transaction().execute((tx) => sql`select ${n}`.execute(tx)),
      ]).flat(),
    );
    t.equal(answers.length, 120);
    t.ok(server.most <= poolSize, `${server.most} connections`);
    t.equal(server.open, poolSize, 'and all of them serve');
    t.equal(server.options.size, 1, 'each with the same settings');
    await close();
  });
}

t.test('a pooler gets nothing that it would have to keep for a session', async (t) => {
  const server = await FakePostgres.listen(t);
  server.processOf = (session) => session + 1_000;
  const { db, reads, close } = openPostgres({ url: server.url, poolSize: 4, limits: PATIENT }, silentLog);
  await sql`select 1`.execute(db);
  server.most = server.open;
  await Promise.all([db, reads, db, reads].map((handle) => sql`select ${1}`.execute(handle)));
  await db.transaction().execute((tx) => sql`select ${1}`.execute(tx));
  t.same([...server.options], []);
  t.same([...server.names], ['']);
  t.ok(server.most <= 4, `${server.most} connections`);
  await close();
});

t.test('a server that was not there at the first question is found at the next one', async (t) => {
  const server = await FakePostgres.listen(t);
  server.reception = () => 'refused';
  const { db, close } = openPostgres({ url: server.url, poolSize: 4, limits: PATIENT }, silentLog);
  await t.rejects(sql`select 1`.execute(db), { code: '53300' });
  server.reception = () => 'accepted';
  t.equal((await sql`select 1`.execute(db)).rows.length, 1);
  await close();
});
