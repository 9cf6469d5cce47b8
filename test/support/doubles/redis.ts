import { once } from 'node:events';
import { connect, createServer, type Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Test } from 'tap';
import { type Counters, openCounters } from '../../../src/platform/counters/index.ts';
import { newId } from '../../../src/platform/ids.ts';
import type { Log } from '../../../src/platform/log.ts';
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
export async function until(state: 'there' | 'away', counters: Counters): Promise<void> {
  for (let attempt = 0; attempt < 500; attempt++) {
    const isThere = await counters.ping().then(
      () => true,
      () => false,
    );
    if (isThere === (state === 'there')) return;
    await sleep(10);
  }
  throw new Error(`Redis was not ${state}`);
}

/** A way to the Redis of the tests that can be cut, or fall silent. */
export async function wayToRedis(t: Test) {
  const url = new URL(REDIS_URL ?? NO_REDIS);
  const { hostname, port } = url;
  const open = new Set<Socket>();
  let state: 'open' | 'cut' | 'silent' = 'open';
  const server = createServer((socket) => {
    if (state === 'cut') return socket.destroy();
    const onward = connect(Number(port || 6379), hostname);
    socket.on('data', (data) => state === 'silent' || onward.write(data));
    onward.on('data', (data) => state === 'silent' || socket.write(data));
    for (const one of [socket, onward]) {
      open.add(one);
      one.on('error', () => undefined);
      one.on('close', () => [socket, onward].map((each) => open.delete(each) && each.destroy()));
    }
    return undefined;
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  const address = server.address();
  url.host = `127.0.0.1:${typeof address === 'object' ? address?.port : 0}`;
  const closeAll = () => [...open].map((socket) => socket.destroy());
  t.teardown(() => {
    closeAll();
    server.close();
  });
  return {
    url: url.href,
    cut: () => {
      state = 'cut';
      closeAll();
    },
    silence: () => {
      state = 'silent';
    },
    restore: () => {
      // What was lost in silence would be missed in the middle of an answer.
      if (state === 'silent') closeAll();
      state = 'open';
    },
  };
}
