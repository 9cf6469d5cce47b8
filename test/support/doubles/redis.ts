import type { Test } from 'tap';
import { type Counters, openCounters } from '../../../src/platform/counters/index.ts';
import { newId } from '../../../src/platform/ids.ts';
import type { Log } from '../../../src/platform/log.ts';
import { type InterruptibleWay, interruptibleWay } from '../../../src/tooling/interruptible.ts';
import { until } from '../until.ts';
import { silentLog } from './log.ts';

/** A Redis for tests, which leave nothing in it for longer than a few minutes. */
export const REDIS_URL = process.env.TEST_REDIS_URL || undefined;
/** Why a test is skipped, as tap takes it; false where it is not. */
export const withoutRedis = !REDIS_URL && 'needs TEST_REDIS_URL';

/** Where nobody listens. */
export const NO_REDIS = 'redis://127.0.0.1:1';

/** Counters in Redis that share nothing with other tests, or with those of the same prefix. */
export async function redisCounters(
  t: Test,
  options: { url?: string; log?: Log; prefix?: string } = {},
): Promise<Counters> {
  const { url = REDIS_URL ?? NO_REDIS, log = silentLog, prefix = `imprint-test:${newId()}:` } = options;
  const counters = await openCounters({ REDIS_URL: url }, log, { prefix });
  t.teardown(() => counters.close());
  return counters;
}

/** Waits until counters can be used, or cannot. */
export const untilRedis = (state: 'there' | 'away', counters: Counters): Promise<void> =>
  until(async () => {
    const isThere = await counters.ping().then(
      () => true,
      () => false,
    );
    return isThere === (state === 'there');
  });

/** A way to the Redis of the tests that can be cut, or fall silent. */
export async function wayToRedis(t: Test): Promise<InterruptibleWay> {
  const way = await interruptibleWay(REDIS_URL ?? NO_REDIS, 6379);
  t.teardown(() => way.close());
  return way;
}
