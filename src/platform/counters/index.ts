import type { Config } from '../../config.ts';
import type { Log } from '../log.ts';
import type { Counters } from './counters.ts';
import { MemoryCounters } from './memory.ts';

/**
 * The counters that the settings name: in Redis where `REDIS_URL` is set, for all processes together, otherwise in this
 * process. It does not wait for Redis to be there.
 *
 * @param options.prefix what every key in Redis begins with
 */
export async function openCounters(
  config: Pick<Config, 'REDIS_URL'>,
  log: Log,
  options: { prefix?: string } = {},
): Promise<Counters> {
  if (!config.REDIS_URL) return new MemoryCounters();
  const { RedisCounters } = await import('./redis.ts');
  return new RedisCounters(config.REDIS_URL, log, options.prefix);
}

export { type Count, type Counter, type Counters, CountersLostError } from './counters.ts';
export { MemoryCounters } from './memory.ts';
