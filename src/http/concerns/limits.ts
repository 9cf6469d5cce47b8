import rateLimit, { type FastifyRateLimitStore } from '@fastify/rate-limit';
import type { FastifyReply, FastifyRequest } from 'fastify';
import fp from 'fastify-plugin';
import type { Counter, Counters } from '../../platform/counters/index.ts';
import { networkOf } from '../../platform/networks.ts';
import { defineResponseHeader, onEvery } from '../contract/headers.ts';
import { addHook } from '../contract/operations.ts';
import { TooManyRequests, tooManyRequests } from '../contract/problems.ts';
import { text } from '../contract/schema.ts';

const MINUTE = 60_000;

/** At most `max` requests in `window` milliseconds. */
export interface Limit {
  max: number;
  window: number;
  /** Requests that cannot be counted are rejected; without it they are let through. */
  failClosed?: true;
}

/**
 * The rate limits by name, for each account or, without one, each address. Those with `key-` count all API keys of an
 * account together, in place of the limit that an operation names.
 */
export const TIERS = {
  reads: { max: 600, window: MINUTE },
  writes: { max: 60, window: MINUTE },
  auth: { max: 10, window: MINUTE, failClosed: true },
  refresh: { max: 60, window: MINUTE, failClosed: true },
  exports: { max: 10, window: 60 * MINUTE },
  'key-reads': { max: 1_200, window: MINUTE },
  'key-writes': { max: 120, window: MINUTE },
} as const satisfies Record<string, Limit>;
export type Tier = keyof typeof TIERS;
/** The limits that operations name. */
export type OperationTier = Exclude<Tier, `key-${string}`>;

/** The limit of API keys for an operation that names this one. */
export const apiKeyTierOf = (tier: OperationTier): Tier => (tier === 'reads' ? 'key-reads' : 'key-writes');

/** A tier in words. */
export const describeTier = (tier: Tier) =>
  `${TIERS[tier].max} requests per ${TIERS[tier].window / 1000} seconds (\`${tier}\`)`;

declare module '../contract/operations.ts' {
  interface OperationConfig {
    /** The rate limit it counts against, or none. */
    limit: OperationTier | 'none';
  }
}

const RATE_LIMIT = defineResponseHeader(
  'RateLimit',
  text({
    maxLength: 100,
    pattern: '^"[a-z-]+";r=[0-9]+;t=[0-9]+$',
    description: 'How many requests are left (r), and in how many seconds the count starts anew (t).',
    examples: ['"reads";r=598;t=42'],
  }),
);

const RATE_LIMIT_POLICY = defineResponseHeader(
  'RateLimit-Policy',
  text({
    maxLength: 100,
    pattern: '^"[a-z-]+";q=[0-9]+;w=[0-9]+$',
    description: 'How many requests (q) are allowed in how many seconds (w).',
    examples: ['"reads";q=600;w=60'],
  }),
);

const hasApiKey = ({ credential }: FastifyRequest) => credential?.scheme === 'apiKey';

/**
 * What a request counts against. Credentials that are not proven yet have a count of their own, so that anonymous
 * requests from the same address do not exhaust it.
 */
const rateLimitKeyOf = ({ credential, ip }: FastifyRequest): string =>
  credential?.rateLimitKey ?? `${credential ? 'unproven ' : ''}${networkOf(ip)}`;

/** The counters as a store of @fastify/rate-limit: each tier is a child, with a counter of its own. */
const storeOn = (counters: Counters) =>
  class TierStore implements FastifyRateLimitStore {
    readonly #counter: Counter;
    constructor(options: { tier?: string }) {
      this.#counter = counters.named(`limits:${options.tier}`);
    }
    incr(key: string, done: Parameters<FastifyRateLimitStore['incr']>[1], window: number): void {
      const counted = this.#counter.add(key, window);
      counted.then(({ count, left }) => done(null, { current: count, ttl: left }), done);
    }
    child(options: object) {
      return new TierStore(options);
    }
  };

/**
 * Rate limits. The answers carry `RateLimit-Policy` and `RateLimit` (draft-ietf-httpapi-ratelimit-headers-10), and
 * `Retry-After` where the limit is exceeded. An IPv6 address is counted by its /64 network. While the store of the counters
 * is not reachable, a tier with `failClosed` answers 503, and the others let requests through without these headers.
 */
export const limits = fp(async (app, options: LimitsOptions) => {
  if (options.on) await app.register(rateLimit, { global: false, store: storeOn(options.counters) });

  const checkers = new Map<Tier, (request: FastifyRequest, reply: FastifyReply) => Promise<void>>();
  const checkerOf = (tier: Tier) => {
    const present = checkers.get(tier);
    if (present) return present;
    const { window, failClosed, ...limit }: Limit = TIERS[tier];
    const max = options.tiers?.[tier] ?? limit.max;
    const limiter = { tier, max, timeWindow: window, skipOnError: !failClosed, keyGenerator: rateLimitKeyOf };
    const count = app.createRateLimit(limiter);
    const policy = `"${tier}";q=${max};w=${window / 1000}`;
    const check = async (request: FastifyRequest, reply: FastifyReply) => {
      const used = await count(request);
      // Where the store is not reachable, the count is that of no request, not even this one.
      if (used.isAllowed || used.remaining === max) return;
      reply.header('ratelimit-policy', policy);
      reply.header('ratelimit', `"${tier}";r=${used.remaining};t=${used.ttlInSeconds}`);
      if (!used.isExceeded) return;
      throw tooManyRequests(
        `The limit of ${max} requests per ${window / 1000} seconds for ${tier} is used up`,
        used.ttl,
      );
    };
    checkers.set(tier, check);
    return check;
  };

  app.operations.require('limit');
  app.decorate('limitUnmatched', options.on ? checkerOf('reads') : async () => undefined);
  app.addHook('onRoute', (route) => {
    const operation = route.config?.operation;
    if (!operation || operation.config.limit === 'none') return;
    const { problems, responseHeaders } = operation.contribution;
    problems.add(TooManyRequests);
    responseHeaders.set(RATE_LIMIT, onEvery).set(RATE_LIMIT_POLICY, onEvery);
    if (!options.on) return;
    const [usual, ofKeys] = [
      checkerOf(operation.config.limit),
      checkerOf(apiKeyTierOf(operation.config.limit)),
    ];
    addHook(route, 'onRequest', (request: FastifyRequest, reply: FastifyReply) =>
      (hasApiKey(request) ? ofKeys : usual)(request, reply),
    );
  });
});

interface LimitsOptions {
  on: boolean;
  counters: Counters;
  /** Other numbers of requests, for tests. */
  tiers?: Partial<Record<Tier, number>>;
}

declare module 'fastify' {
  interface FastifyInstance {
    /** Counts a request that matches no operation. */
    limitUnmatched(request: FastifyRequest, reply: FastifyReply): Promise<void>;
  }
}
