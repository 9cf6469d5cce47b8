import { setTimeout as sleep } from 'node:timers/promises';
import fc from 'fast-check';
import t, { type Test } from 'tap';
import { databaseFault } from '../../src/platform/database/errors.ts';
import { openPipelined } from '../../src/platform/database/pipelined.ts';
import { silentLog } from '../support/doubles/log.ts';
import { FakePostgres, type Reception } from '../support/doubles/postgres.ts';
import { until } from '../support/until.ts';

/** Long enough for a busy machine, and short where the server does not answer at all. */
const PATIENT = { connectionTimeoutMillis: 60_000, query_timeout: 60_000 };

async function connections(t: Test, count = 1, limits = PATIENT) {
  const server = await FakePostgres.listen(t);
  const pipelined = openPipelined({ connectionString: server.url, ...limits }, count, silentLog);
  t.teardown(() => pipelined.close());
  /** Asks one statement and gives the number of the session that answered. */
  const ask = async (text = 'select 1'): Promise<number> => {
    const client = await pipelined.client();
    try {
      return (await client.query(text, [])).rows[0].pid;
    } finally {
      client.release();
    }
  };
  return { server, pipelined, ask };
}

t.test('one connection serves all who ask, and is made at the first question', async (t) => {
  const { server, ask } = await connections(t);
  t.equal(server.connections, 0);
  t.same(await Promise.all([ask(), ask('select 2'), ask(), ask('select 2')]), [1, 1, 1, 1]);
  t.equal(server.connections, 1);
});

t.test('several connections take turns', async (t) => {
  const { server, ask } = await connections(t, 2);
  t.same(new Set(await Promise.all([ask(), ask(), ask(), ask()])), new Set([1, 2]));
  t.equal(server.open, 2);
});

for (const reception of ['refused', 'lingering', 'cut'] as const) {
  t.test(
    `after a server that has ${reception === 'cut' ? 'cut' : reception} the next try stands`,
    async (t) => {
      const { server, ask } = await connections(t);
      server.reception = () => reception;
      for (let n = 0; n < 3; n++) {
        const failure = await ask().catch((error) => error);
        t.equal(databaseFault(failure), 'unavailable', String(failure));
      }
      server.reception = () => 'accepted';
      const session = await ask();
      await until(() => server.open === 1);
      t.equal(await ask(), session, 'the end of the refused one does not clear it');
      t.equal(server.open, 1);
    },
  );
}

t.test('all who wait for a connection that is refused are told, and each was asked for once', async (t) => {
  const { server, ask } = await connections(t);
  server.reception = () => 'refused';
  const answers = await Promise.allSettled([ask(), ask(), ask()]);
  t.ok(answers.every(({ status }) => status === 'rejected'));
  t.equal(server.connections, 1);
});

t.test('a server that does not answer the connection is given up in time', async (t) => {
  const { server, ask } = await connections(t, 1, { ...PATIENT, connectionTimeoutMillis: 50 });
  server.reception = () => 'waiting';
  const failure = await ask().catch((error) => error);
  t.equal(databaseFault(failure), 'unavailable', String(failure));
  server.reception = () => 'accepted';
  server.admit();
  await until(() => server.open === 0);
  t.equal(await ask(), 2);
});

for (const how of ['error', 'reset'] as const) {
  t.test(`a connection that is cut (${how}) is made again, once`, async (t) => {
    const { server, ask } = await connections(t);
    await ask();
    server.cut(how);
    await until(() => server.open === 0);
    await ask().catch(() => undefined); // it may be asked before the end of the connection was seen here
    t.same(await Promise.all([ask(), ask()]), [2, 2]);
    t.equal(server.open, 1);
  });
}

t.test('questions under way when it is cut fail, and do not hang', async (t) => {
  const { server, ask } = await connections(t);
  await ask();
  server.silence();
  const { messages } = server;
  const waiting = [ask(), ask('select 2')];
  await until(() => server.messages > messages);
  server.cut();
  for (const one of await Promise.allSettled(waiting)) {
    t.equal(one.status, 'rejected');
    if (one.status === 'rejected') t.equal(databaseFault(one.reason), 'unavailable', String(one.reason));
  }
});

t.test('a server that falls silent is left for another connection', async (t) => {
  const { server, ask } = await connections(t, 1, { ...PATIENT, query_timeout: 100 });
  await ask();
  server.silence();
  const failure = await ask().catch((error) => error);
  t.equal(databaseFault(failure), 'unavailable', String(failure));
  await until(() => server.open === 0);
  t.equal(await ask(), 2);
});

t.test('a connection whose prepared statements are of no use any more is replaced', async (t) => {
  const { server, ask } = await connections(t);
  t.equal(await ask(), 1);
  for (const [code, message] of [
    ['26000', 'prepared statement "s0" does not exist'],
    ['0A000', 'cached plan must not change result type'],
  ] as const) {
    const before = server.connections;
    server.failure = { code, message };
    await t.rejects(ask(), { code });
    server.failure = undefined;
    t.equal(await ask(), before + 1, message);
    await until(() => server.open === 1);
  }
});

t.test('a connection that is ended as soon as it is made is given to nobody', async (t) => {
  const { server, ask } = await connections(t);
  server.reception = () => 'fleeting';
  const failure = await ask().catch((error) => error);
  t.equal(databaseFault(failure), 'unavailable', String(failure));
  server.reception = () => 'accepted';
  t.equal(await ask(), 2);
});

t.test('closing ends what is open, what is being made, and what was about to be', async (t) => {
  const open = await connections(t, 2);
  await Promise.all([open.ask(), open.ask()]);
  await open.pipelined.close();
  await until(() => open.server.open === 0);

  const late = await connections(t);
  late.server.reception = () => 'waiting';
  const waiting = late.ask();
  waiting.catch(() => undefined);
  await until(() => late.server.waiting === 1);
  await late.pipelined.close();
  await t.rejects(waiting);
  late.server.admit();
  await until(() => late.server.open === 0);
  await t.rejects(late.ask(), { message: 'the database has been closed' });
  t.equal(late.server.connections, 1);
});

t.test('closing waits for those who are not done', async (t) => {
  const { pipelined, server, ask } = await connections(t);
  await ask();
  const client = await pipelined.client();
  const waiting = [ask(), ask('select 2')];
  const closing = pipelined.close();
  t.same(await Promise.all(waiting), [1, 1]);
  t.equal((await client.query('select 3', [])).rows[0].pid, 1, 'whoever has it may still ask');
  client.release();
  await closing;
  await until(() => server.open === 0);
});

t.test(
  'whatever comes in between: one connection, which answers in the end, and none after the close',
  async (t) => {
    const receptions: Reception[] = ['accepted', 'fleeting', 'refused', 'lingering', 'cut', 'waiting'];
    const step = fc.oneof(
      fc.record({ kind: fc.constant('ask' as const), pause: fc.boolean() }),
      fc.record({ kind: fc.constant('receive' as const), as: fc.constantFrom(...receptions) }),
      fc.record({
        kind: fc.constant('cut' as const),
        how: fc.constantFrom('error' as const, 'reset' as const),
      }),
      fc.constant({ kind: 'admit' as const }),
      fc.constant({ kind: 'pause' as const }),
    );
    const run = async (steps: (typeof step extends fc.Arbitrary<infer S> ? S : never)[]) => {
      const { server, pipelined, ask } = await connections(t);
      const asked: Promise<unknown>[] = [];
      for (const one of steps) {
        if (one.kind === 'ask') asked.push(ask().catch(() => undefined));
        if (one.kind === 'receive') server.reception = () => one.as;
        if (one.kind === 'cut') server.cut(one.how);
        if (one.kind === 'admit') server.admit();
        if (one.kind === 'pause' || (one.kind === 'ask' && one.pause)) await sleep(1); // one of the steps
      }
      server.reception = () => 'accepted';
      server.admit();
      await Promise.all(asked); // none hangs
      // A cut that was not seen yet costs one question, and the connection stands after that.
      const session = await ask().catch(() => ask());
      await until(() => server.open === 1);
      if ((await ask()) !== session || server.open !== 1) throw new Error('it was not the one connection');
      await pipelined.close();
      await until(() => server.open === 0);
    };
    await fc.assert(fc.asyncProperty(fc.array(step, { maxLength: 12 }), run), { numRuns: 60 });
  },
);
