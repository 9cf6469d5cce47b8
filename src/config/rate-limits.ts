import type { Reading } from './kinds.ts';

/** At most `max` requests in `window` milliseconds. */
export interface RateLimit {
  max: number;
  window: number;
}

const MINUTE = 60_000;

/**
 * The default rate limits by name, for each account or, without one, each address. Those with `key-` count all API keys of
 * an account together, in place of the limit that an operation names.
 */
export const TIERS = {
  reads: { max: 600, window: MINUTE },
  writes: { max: 60, window: MINUTE },
  auth: { max: 10, window: MINUTE },
  refresh: { max: 60, window: MINUTE },
  exports: { max: 10, window: 60 * MINUTE },
  'key-reads': { max: 1_200, window: MINUTE },
  'key-writes': { max: 120, window: MINUTE },
} as const satisfies Record<string, RateLimit>;
export type Tier = keyof typeof TIERS;
export type RateLimits = Readonly<Record<Tier, RateLimit>>;
/** The limits that hold for API keys. */
export type KeyTier = Extract<Tier, `key-${string}`>;
/** Requests in the window of a limit, of one API key; where there is none it shares that of its account. */
export type KeyLimits = Readonly<Record<KeyTier, number | null>>;

/** Bound of a limit, in requests. */
export const MAX_REQUESTS = 10_000_000;
/** Bound of the window of a limit. */
const MAX_SECONDS = 86_400;

const isTier = (name: string): name is Tier => Object.hasOwn(TIERS, name);

/** Limits as the setting has them: `reads=600/60,writes=60/60`. */
export const writeRateLimits = (limits: RateLimits): string =>
  Object.entries(limits)
    .map(([name, { max, window }]) => `${name}=${max}/${window / 1000}`)
    .join(',');

/** The limits that the entries of the setting change, with the defaults of the others. */
export function readRateLimits(entries: readonly string[]): Reading<RateLimits> {
  const limits: Record<Tier, RateLimit> = { ...TIERS };
  const seen = new Set<string>();
  for (const entry of entries) {
    const [, name = '', requests, seconds] = /^([a-z-]+)=(\d{1,8})\/(\d{1,5})$/.exec(entry) ?? [];
    const [max, window] = [Number(requests), Number(seconds)];
    if (!(max >= 1 && max <= MAX_REQUESTS && window >= 1 && window <= MAX_SECONDS))
      return {
        fault: `holds "${entry}"; each entry must be NAME=REQUESTS/SECONDS such as reads=6000/60, with 1 to ${MAX_REQUESTS} requests in 1 to ${MAX_SECONDS} seconds`,
      };
    if (!isTier(name))
      return { fault: `holds "${entry}"; the name must be one of ${Object.keys(TIERS).join(', ')}` };
    if (seen.has(name)) return { fault: `holds ${name} twice; each name must be there once at most` };
    seen.add(name);
    limits[name] = { max, window: window * 1000 };
  }
  return { value: limits };
}
