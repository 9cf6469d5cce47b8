import { sql } from 'kysely';
import t from 'tap';
import { sharedReport } from '../../src/http/endpoints/readiness.ts';
import { testApp } from '../support/app/app.ts';
import { counting } from '../support/database/counting.ts';
import { fileDatabase, isParallel } from '../support/database/database.ts';
import { unreachable } from '../support/database/failing-database.ts';

interface Ready {
  status: string;
  checked_at: string;
  checks: { name: string; status: string; duration_ms: number }[];
}

/** A check that counts how often it is run, and that ends when it is told to. */
function manual(isRequired = true) {
  let runs = 0;
  let end = (_detail: string | null) => {};
  const run = () => {
    runs += 1;
    return new Promise<string | null>((resolve) => {
      end = resolve;
    });
  };
  return {
    check: { name: 'thing', isRequired, run },
    runs: () => runs,
    end: (detail: string | null) => end(detail),
  };
}

t.test('who asks while a check runs, and within a second of its start, shares one report', async (t) => {
  let now = 0;
  const { check, runs, end } = manual();
  const report = sharedReport([check], () => now);
  const asked = Array.from({ length: 100 }, () => report());
  now = 1_500;
  asked.push(report());
  end(null);
  const [first, ...others] = await Promise.all(asked);
  t.ok(
    others.every((one) => one === first),
    'also after a second, since none runs beside another',
  );
  t.equal(runs(), 1);

  const second = report();
  end(null);
  t.not(await second, first, 'the next one begins a second after the last one began');
  now = 2_499;
  t.equal(await report(), await second);
  now = 2_500;
  void report();
  t.equal(runs(), 3);
  end(null);
});

t.test('what is not required and lost is degraded, what is required and lost is unavailable', async (t) => {
  const lost = (isRequired: boolean) => ({
    name: 'x',
    isRequired,
    run: () => Promise.reject(new Error('secret')),
  });
  const well = { name: 'y', isRequired: true, run: async () => null };
  const cases = { ok: [well], degraded: [well, lost(false)], unavailable: [well, lost(false), lost(true)] };
  for (const [status, checks] of Object.entries(cases)) {
    const report = await sharedReport(checks)();
    t.equal(report.status, status);
    t.notMatch(JSON.stringify(report), 'secret');
  }
});

t.test('however many ask, the database is asked once', async (t) => {
  const { database, count } = counting(await fileDatabase());
  const { client } = await testApp(t, { resources: { database: { ...database, reads: database.db } } });
  const before = count();
  const answers = await Promise.all(
    Array.from({ length: 50 }, () => client.root.get<Ready>('/health/ready')),
  );
  for (const { status, body } of answers) {
    t.equal(status, 200);
    t.match(body, {
      status: 'ok',
      checks: [{ name: 'process' }, { name: 'database' }, { name: 'migrations' }],
    });
    t.same(body, answers[0]?.body);
  }
  t.ok(count() - before <= 3, `${count() - before} statements`);
});

t.test('a lost database is a 503 that says so', async (t) => {
  const { client } = await testApp(t, { resources: { database: unreachable() } });
  const { status, headers, body } = await client.root.get<Ready>('/health/ready');
  t.equal(status, 503);
  t.ok(headers['retry-after']);
  t.match(body, {
    status: 'unavailable',
    checks: [
      { name: 'process', status: 'ok' },
      { name: 'database', status: 'unavailable', detail: 'cannot be reached' },
      { name: 'migrations', status: 'unavailable' },
    ],
  });
  t.equal((await client.root.get('/health')).status, 200);
});

t.test(
  'a crowd in front of the pool is no reason',
  { skip: !isParallel && 'the embedded database has no pool' },
  async (t) => {
    const { client, db } = await testApp(t);
    const gate = Promise.withResolvers<void>();
    // More than there are connections: some hold one, and the others wait in front of the pool or give up.
    const first = Promise.withResolvers<void>();
    const crowd = Array.from({ length: 20 }, () =>
      db.transaction().execute(async (tx) => {
        await sql`select 1`.execute(tx);
        first.resolve();
        await gate.promise;
      }),
    );
    const settled = Promise.allSettled(crowd);
    await first.promise;
    t.equal((await client.root.get('/health/ready')).status, 200);
    t.equal((await client.root.get('/health')).status, 200);
    gate.resolve();
    await settled;
  },
);
