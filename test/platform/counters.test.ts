import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import t, { type Test } from 'tap';
import {
  type Counter,
  type Counters,
  CountersLostError,
  MemoryCounters,
} from '../../src/platform/counters/index.ts';
import { keptLog } from '../support/doubles/log.ts';
import { NO_REDIS, redisCounters, untilRedis, wayToRedis, withoutRedis } from '../support/doubles/redis.ts';
import { until } from '../support/until.ts';

/** What every engine does, and then what each does by itself. */

const MINUTE = 60_000;

const ENGINES: [string, string | false, (t: Test) => Promise<Counters>][] = [
  ['memory', false, async () => new MemoryCounters()],
  [
    'redis',
    withoutRedis,
    async (t) => {
      const counters = await redisCounters(t);
      await untilRedis('there', counters);
      return counters;
    },
  ],
];

/** Waits until a window has ended. */
async function untilOver(counter: Counter, key: string): Promise<void> {
  await until(async () => (await counter.add(key, 1, 0)).count === 0);
}

for (const [name, skip, open] of ENGINES) {
  t.test(name, { skip }, async (t) => {
    const counters = await open(t);
    let counted = 0;
    /** A counter that nothing has counted with yet. */
    const fresh = () => counters.named(`test-${++counted}`);

    t.test('it counts up within a window that begins with the first count', async (t) => {
      const counter = fresh();
      t.same(await counter.add('key', MINUTE), { count: 1, left: MINUTE });
      const { count, left } = await counter.add('key', MINUTE);
      t.equal(count, 2);
      t.ok(left > 0 && left <= MINUTE, `${left} ms are left`);
      t.equal((await counter.add('key', MINUTE, 5)).count, 7);
    });

    t.test('keys are counted apart, and so are names; one name counts together', async (t) => {
      const counter = fresh();
      await counter.add('one', MINUTE);
      t.equal((await counter.add('two', MINUTE)).count, 1);
      t.equal((await fresh().add('one', MINUTE)).count, 1);
      const again = counters.named(`test-${counted - 1}`);
      t.equal((await again.add('one', MINUTE)).count, 2);
    });

    t.test('after the end of a window the next count begins another', async (t) => {
      const counter = fresh();
      await counter.add('key', 20, 3);
      await untilOver(counter, 'key');
      t.same(await counter.add('key', MINUTE), { count: 1, left: MINUTE });
    });

    t.test('counting on does not move the end of the window', async (t) => {
      const counter = fresh();
      await counter.add('key', MINUTE / 2);
      const { left } = await counter.add('key', MINUTE);
      t.ok(left <= MINUTE / 2, `${left} ms are left`);
    });

    t.test('by 0 it only looks', async (t) => {
      const counter = fresh();
      t.same(await counter.add('key', MINUTE, 0), { count: 0, left: 0 });
      await counter.add('key', MINUTE);
      t.equal((await counter.add('key', MINUTE, 0)).count, 1);
      t.equal((await counter.add('key', MINUTE, 0)).count, 1);
    });

    t.test(
      'what is taken back is as if it had not been counted, and there is never less than nothing',
      async (t) => {
        const counter = fresh();
        t.same(await counter.add('key', MINUTE, -1), { count: 0, left: 0 });
        await counter.add('key', MINUTE, 3);
        t.equal((await counter.add('key', MINUTE, -1)).count, 2);
        t.same(await counter.add('key', MINUTE, -5), { count: 0, left: 0 });
        t.same(await counter.add('key', MINUTE), { count: 1, left: MINUTE });
      },
    );

    t.test('of many at once each is counted', async (t) => {
      const counter = fresh();
      const all = await Promise.all(Array.from({ length: 200 }, () => counter.add('key', MINUTE)));
      t.same(new Set(all.map(({ count }) => count)), new Set(Array.from({ length: 200 }, (_, n) => n + 1)));
    });

    t.test('any text is a key', async (t) => {
      const counter = fresh();
      const keys = ['', ' ', '\0', '\r\n', 'é', '👾', 'x'.repeat(10_000), '2001:db8::', 'a@b.example'];
      for (const key of [...keys, ...keys]) await counter.add(key, MINUTE);
      for (const key of keys)
        t.equal((await counter.add(key, MINUTE, 0)).count, 2, JSON.stringify(key.slice(0, 20)));
    });

    t.test('it says that it is there', async (t) => {
      await t.resolves(counters.ping());
      t.equal(counters.engine, name);
    });
  });
}

t.test('of more keys than there is room for, memory forgets those counted longest ago', async (t) => {
  const counter = new MemoryCounters(4).named('test');
  const countOf = async (key: string) => (await counter.add(key, MINUTE, 0)).count;
  await counter.add('forgotten', MINUTE);
  for (let n = 0; n < 20; n++) {
    await counter.add(`key ${n}`, MINUTE);
    await counter.add('kept', MINUTE);
  }
  t.equal(await countOf('forgotten'), 0);
  t.equal(await countOf('key 0'), 0);
  t.equal(await countOf('key 19'), 1);
  t.equal(await countOf('kept'), 20);
});

t.test(
  'without its Redis a count fails at once, the log says so once, and closing does not wait',
  async (t) => {
    const { log, lines } = keptLog();
    const counters = await redisCounters(t, { url: NO_REDIS, log });
    const counter = counters.named('test');
    for (let n = 0; n < 20; n++) await t.rejects(counter.add('key', MINUTE), CountersLostError);
    await t.rejects(counters.ping(), CountersLostError);
    await sleep(200); // in which it tries to connect several times, and each time could say so
    t.equal(lines.length, 1);
    t.match(lines, [
      { level: 40, msg: 'Redis does not answer, so nothing can be counted', err: { code: 'ECONNREFUSED' } },
    ]);
    counters.close();
  },
);

t.test('a connection that is cut is made again', { skip: withoutRedis }, async (t) => {
  const way = await wayToRedis(t);
  const { log, lines } = keptLog();
  const counters = await redisCounters(t, { url: way.url, log });
  const counter = counters.named('test');
  await untilRedis('there', counters);
  await counter.add('key', MINUTE);
  way.cut();
  await untilRedis('away', counters);
  await t.rejects(counter.add('key', MINUTE), CountersLostError);
  way.restore();
  await untilRedis('there', counters);
  t.equal((await counter.add('key', MINUTE)).count, 2, 'and Redis has kept what was counted');
  t.match(lines.at(-1), { level: 30, msg: 'Redis answers again' });
});

t.test(
  'a Redis that falls silent is given up, and what waits for it fails',
  { skip: withoutRedis },
  async (t) => {
    const way = await wayToRedis(t);
    const { log, saying } = keptLog();
    const counters = await redisCounters(t, { url: way.url, log });
    const counter = counters.named('test');
    await untilRedis('there', counters);
    way.silence();
    const waiting = Array.from({ length: 10 }, () => counter.add('key', MINUTE));
    for (const one of await Promise.allSettled(waiting)) t.match(one, { reason: CountersLostError });
    await t.rejects(counter.add('key', MINUTE), CountersLostError);
    t.match(saying('does not answer'), [{ err: { message: 'there was no answer within 500 ms' } }]);
    way.restore();
    await untilRedis('there', counters);
    await t.resolves(counter.add('key', MINUTE));
  },
);

t.test('no key in Redis shows whom it is about', { skip: withoutRedis }, async (t) => {
  const { createClient } = await import('@redis/client');
  const prefix = `imprint-test:${randomUUID()}:`;
  const counters = await redisCounters(t, { prefix });
  await untilRedis('there', counters);
  await counters.named('test').add('203.0.113.7 ada@example.com', MINUTE);
  const client = createClient({ url: String(process.env.TEST_REDIS_URL) });
  await client.connect();
  const keys = await client.keys(`${prefix}*`);
  t.equal(keys.length, 1);
  t.match(keys[0], /^imprint-test:[\w-]{36}:test:[\w-]{43}$/);
  t.ok((await client.pTTL(String(keys[0]))) > 0, 'and it goes by itself');
  client.destroy();
});
