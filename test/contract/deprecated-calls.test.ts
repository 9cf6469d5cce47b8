import { sql } from 'kysely';
import t from 'tap';
import { callersOfDeprecated } from '../../src/commands/routes.ts';
import { productOf } from '../../src/http/concerns/deprecation.ts';
import { operation } from '../../src/http/contract/operations.ts';
import { noContent } from '../../src/http/contract/schema.ts';
import type { Db } from '../../src/platform/database/index.ts';
import {
  DeprecatedCalls,
  listDeprecatedCalls,
  MOST_CALLERS,
} from '../../src/platform/deprecated-calls/index.ts';
import { newId } from '../../src/platform/ids.ts';
import type { Log } from '../../src/platform/log.ts';
import { createTestApp } from '../support/app/bare-app.ts';
import { Client } from '../support/client/client.ts';
import { fileDatabase } from '../support/database/database.ts';
import { silentLog } from '../support/doubles/log.ts';

/** Who still calls what will go: counted in memory, written now and then, shown by `imprint routes --deprecated`. */

const database = await fileDatabase();
const { db } = database;
const SUNSET = '2027-06-01T00:00:00Z';
const deprecated = { since: '2026-11-01T00:00:00Z', sunset: SUNSET };

/** A log that keeps its warnings. */
function keeping() {
  const warnings: unknown[] = [];
  const log: Log = Object.create(silentLog, { warn: { value: (line: unknown) => warnings.push(line) } });
  return { log, warnings };
}

/** The service with two deprecated operations. */
async function service(handle: Db = db, log: Log = silentLog) {
  const app = await createTestApp({ database: { ...database, db: handle }, log });
  const schema = {
    tags: ['Health'],
    summary: 'An old way',
    description: 'It will go, and says when.',
    response: { 204: noContent('Nothing to say.') },
  };
  for (const [url, operationId] of [
    ['/old', 'callOldWay'],
    ['/older', 'callOlderWay'],
  ] as const)
    app.get(url, {
      schema: { ...schema, operationId },
      config: operation({ access: 'visitor', limit: 'none', deprecated }),
      handler: async (_request, reply) => {
        await reply.code(204).send(null);
      },
    });
  await app.ready();
  return { app, client: new Client(app, handle).root };
}

const agent = (name: string) => ({ headers: { 'user-agent': name } });
const empty = () => db.deleteFrom('deprecated_calls').execute();
const today = new Date().toISOString().slice(0, 10);

t.beforeEach(empty);

t.test('calls are counted by operation and caller, and written when the service stops', async (t) => {
  const { app, client } = await service();
  const ada = client.as(await client.newUser({ username: 'ada-calls' }));
  for (let call = 0; call < 3; call++) await ada.get('/old');
  await client.get('/old', agent('curl/8.5.0'));
  await client.get('/old', agent('curl/8.6.0 libcurl/8.6.0'));
  await client.head('/older', agent('Mozilla/5.0 (X11; Linux x86_64)'));
  await client.as('not.a.token').get('/older', agent('(a comment)'));
  await client.get('/health');
  t.same(await listDeprecatedCalls(db), [], 'a call costs no write');
  await app.close();
  const line = { username: null, agent: null, last_day: today };
  t.same(await listDeprecatedCalls(db), [
    { ...line, operation: 'callOldWay', username: 'ada-calls', calls: 3 },
    { ...line, operation: 'callOldWay', agent: 'curl', calls: 2 },
    { ...line, operation: 'callOlderWay', agent: 'Mozilla', calls: 1 },
    { ...line, operation: 'callOlderWay', agent: 'unknown', calls: 1 },
  ]);
});

t.test('what instances count is added up, and nothing of an address is stored', async (t) => {
  for (let round = 0; round < 2; round++) {
    const { app, client } = await service();
    await client.get('/old', { ...agent('curl/8'), from: '203.0.113.7' });
    await app.close();
  }
  t.match(await listDeprecatedCalls(db), [{ agent: 'curl', calls: 2 }]);
  const { rows } = await sql<{ line: string }>`select c::text as line from deprecated_calls c`.execute(db);
  t.equal(rows.length, 1);
  t.notMatch(rows[0]?.line, /203\.0/);
});

t.test(
  'the calls of an account that is erased are forgotten, also those that are not written yet',
  async (t) => {
    const { app, client } = await service();
    const person = await client.newUser();
    const bob = client.as(person);
    await bob.get('/old');
    await app.deprecatedCalls.flush();
    t.equal((await listDeprecatedCalls(db)).length, 1);
    await bob.get('/older');
    t.equal((await bob.delete('/api/v1/auth/me')).status, 204);
    t.same(await listDeprecatedCalls(db), []);
    await app.close();
    t.same(await listDeprecatedCalls(db), []);
  },
);

t.test('each caller is logged once for each operation', async (t) => {
  const { log, warnings } = keeping();
  const calls = new DeprecatedCalls(db, log);
  const id = newId();
  for (let call = 0; call < 3; call++) {
    calls.countCall('callOldWay', SUNSET, { kind: 'agent', name: 'curl' });
    calls.countCall('callOldWay', SUNSET, { kind: 'account', name: id });
  }
  calls.countCall('callOlderWay', SUNSET, { kind: 'agent', name: 'curl' });
  await calls.flush();
  t.same(warnings, [
    { operation_id: 'callOldWay', user_agent: 'curl', sunset: SUNSET },
    { operation_id: 'callOldWay', user_id: id, sunset: SUNSET },
    { operation_id: 'callOlderWay', user_agent: 'curl', sunset: SUNSET },
  ]);
});

t.test(
  'callers beyond what is told apart are counted together, and accounts have their own room',
  async (t) => {
    const { log, warnings } = keeping();
    const calls = new DeprecatedCalls(db, log);
    for (let number = 0; number < MOST_CALLERS.agent + 500; number++)
      calls.countCall('callOldWay', SUNSET, { kind: 'agent', name: `made-up-${number}` });
    calls.countCall('callOldWay', SUNSET, { kind: 'agent', name: 'made-up-1' });
    calls.countCall('callOldWay', SUNSET, { kind: 'account', name: newId() });
    t.equal(warnings.length, MOST_CALLERS.agent + 2);
    await calls.flush();
    const listed = await listDeprecatedCalls(db);
    t.equal(listed.length, MOST_CALLERS.agent + 1, 'an account that does not exist is left out');
    t.match(listed[0], { agent: 'other', calls: 500 });
    t.match(listed[1], { agent: 'made-up-1', calls: 2 });
  },
);

t.test('an anonymous caller is known by the first product it names, or by nothing', async (t) => {
  t.equal(productOf('imprint-sdk/1.2 node/24'), 'imprint-sdk');
  t.equal(productOf('x'.repeat(300)), 'x'.repeat(100));
  for (const none of [undefined, '', '(comment)', 'ü', '\u0000']) t.equal(productOf(none), 'unknown');
});

t.test('the command shows the last 30 days, and operations that nobody calls', async (t) => {
  const { app } = await service();
  t.teardown(() => app.close());
  const daysAgo = (days: number) => new Date(Date.now() - days * 86_400_000).toISOString().slice(0, 10);
  const line = { operation: 'callOldWay', agent: 'curl' };
  await db
    .insertInto('deprecated_calls')
    .values([
      { ...line, day: daysAgo(1), calls: 40 },
      { ...line, day: daysAgo(29), calls: 2 },
      { ...line, day: daysAgo(31), calls: 1000 },
      { ...line, agent: 'wget', day: daysAgo(100), calls: 5 },
    ])
    .execute();
  t.same((await callersOfDeprecated(app.operations.all, db)).split('\n'), [
    'OPERATION     SUNSET      CALLER               CALLS IN 30 DAYS  LAST DAY',
    `callOldWay    2027-06-01  curl, not signed in  42                ${daysAgo(1)}`,
    `callOldWay    2027-06-01  wget, not signed in  0                 ${daysAgo(100)}`,
    'callOlderWay  2027-06-01  nobody               0',
  ]);
  t.equal(await callersOfDeprecated([], db), 'no operation is deprecated');
});

t.test('counts of more than a year ago are dropped when new ones are written', async (t) => {
  const line = { operation: 'callOldWay', agent: 'curl', calls: 1 };
  await db
    .insertInto('deprecated_calls')
    .values([{ ...line, day: '2001-02-03' }])
    .execute();
  const calls = new DeprecatedCalls(db, silentLog);
  calls.countCall('callOldWay', SUNSET, { kind: 'agent', name: 'curl' });
  await calls.flush();
  t.same(await db.selectFrom('deprecated_calls').select(['day', 'calls']).execute(), [
    { day: today, calls: 1 },
  ]);
});
