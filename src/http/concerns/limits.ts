import { BlockList, isIP } from 'node:net';
import rateLimit, { type FastifyRateLimitStore } from '@fastify/rate-limit';
import type { FastifyReply, FastifyRequest } from 'fastify';
import fp from 'fastify-plugin';
import type { KeyTier, RateLimits, Tier } from '../../config/rate-limits.ts';
import type { Counter, Counters } from '../../platform/counters/index.ts';
import { networkOf } from '../../platform/networks.ts';
import { defineResponseHeader, onEvery } from '../contract/headers.ts';
import { addHook, onOperation } from '../contract/operations.ts';
import { TooManyRequests, tooManyRequests } from '../contract/problems.ts';
import { text } from '../contract/schema.ts';

/** The limits that reject requests which cannot be counted; the others let them through. */
const FAIL_CLOSED: ReadonlySet<Tier> = new Set(['auth', 'refresh']);

/** Whether requests of a tier are rejected while they cannot be counted. */
export const isFailClosed = (tier: Tier): boolean => FAIL_CLOSED.has(tier);

export type { RateLimits, Tier } from '../../config/rate-limits.ts';

/** The limits that operations name. */
export type OperationTier = Exclude<Tier, `key-${string}`>;

/** The limit of API keys for an operation that names this one. */
export const apiKeyTierOf = (tier: OperationTier): KeyTier => (tier === 'reads' ? 'key-reads' : 'key-writes');

/** A tier in words, with the limits of this service. */
export const describeTier = (tier: Tier, limits: RateLimits) =>
  `${limits[tier].max} requests per ${limits[tier].window / 1000} seconds (\`${tier}\`)`;

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

/** What tells whether an address is in one of some networks. */
function membershipOf(networks: readonly string[]): (ip: string) => boolean {
  if (networks.length === 0) return () => false;
  const familyOf = (ip: string) => (isIP(ip) === 6 ? 'ipv6' : 'ipv4');
  const list = new BlockList();
  for (const network of networks) {
    const [address = '', bits] = network.split('/');
    if (bits === undefined) list.addAddress(address, familyOf(address));
    else list.addSubnet(address, Number(bits), familyOf(address));
  }
  return (ip) => isIP(ip) !== 0 && list.check(ip, familyOf(ip));
}

const hasApiKey = ({ credential }: FastifyRequest) => credential?.scheme === 'apiKey';

/**
 * What a request counts against. Credentials that are not proven yet have a count of their own, so that anonymous
 * requests from the same address do not exhaust it.
 */
const rateLimitKeyOf = ({ credential, ip }: FastifyRequest): string =>
  credential?.rateLimitKey ?? `${credential ? 'unproven ' : ''}${networkOf(ip ?? '')}`;

const isKeyTier = (tier: Tier): tier is KeyTier => tier.startsWith('key-');

/** The API key of a request that has a limit of its own, and that limit; undefined where it has none. */
function ownLimitOf({ credential }: FastifyRequest, tier: Tier): { id: string; max: number } | undefined {
  const { apiKey = null } = credential ?? {};
  const max = apiKey && isKeyTier(tier) ? apiKey.limits[tier] : null;
  return apiKey && max !== null ? { id: apiKey.id, max } : undefined;
}

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

/** @param left milliseconds until the count starts anew */
const exceeded = (tier: Tier, max: number, window: number, left: number) =>
  tooManyRequests(`The limit of ${max} requests per ${window / 1000} seconds for ${tier} is used up`, left);

/**
 * Rate limits. The answers carry `RateLimit-Policy` and `RateLimit` (draft-ietf-httpapi-ratelimit-headers-10), and
 * `Retry-After` where the limit is exceeded. An IPv6 address is counted by its /64 network. While the store of the counters
 * is not reachable, tiers that fail closed answer 503, and the others let requests through without these headers. Requests
 * from a trusted network are counted for an account or its API keys only, and not at all where they name none. An API key
 * with a limit of its own is counted by itself, as it was when it was last loaded.
 */
export const limits = fp(
  async (app, options: LimitsOptions) => {
    if (options.on) await app.register(rateLimit, { global: false, store: storeOn(options.counters) });

    const isTrusted = membershipOf(options.trustedNetworks);
    const limitOf = (tier: Tier) => {
      const { window, max } = options.limits[tier];
      return { window, max: options.tiers?.[tier] ?? max };
    };
    const checkers = new Map<Tier, (request: FastifyRequest, reply: FastifyReply) => Promise<void>>();
    const checkerOf = (tier: Tier) => {
      const present = checkers.get(tier);
      if (present) return present;
      const { window, max } = limitOf(tier);
      const skipOnError = !isFailClosed(tier);
      const limiter = {
        tier,
        max: (request: FastifyRequest) => ownLimitOf(request, tier)?.max ?? max,
        timeWindow: window,
        skipOnError,
        keyGenerator: (request: FastifyRequest) => ownLimitOf(request, tier)?.id ?? rateLimitKeyOf(request),
      };
      const count = app.createRateLimit(limiter);
      const check = async (request: FastifyRequest, reply: FastifyReply) => {
        if (!request.credential?.rateLimitKey && isTrusted(request.ip)) return;
        const used = await count(request);
        // Where the store is not reachable, the count is that of no request, not even this one.
        if (used.isAllowed || used.remaining === used.max) return;
        reply.header('ratelimit-policy', `"${tier}";q=${used.max};w=${window / 1000}`);
        reply.header('ratelimit', `"${tier}";r=${used.remaining};t=${used.ttlInSeconds}`);
        if (!used.isExceeded) return;
        throw exceeded(tier, used.max, window, used.ttl);
      };
      checkers.set(tier, check);
      return check;
    };

    app.operations.addKey('limit', { required: true });
    app.decorate('limitUnmatched', options.on ? checkerOf('reads') : async () => undefined);
    app.decorate('limitPeer', async (address: string) => {
      if (!options.on || isTrusted(address)) return;
      const { window, max } = limitOf('reads');
      const { count, left } = await options.counters.named('limits:reads').add(networkOf(address), window);
      if (count > max) throw exceeded('reads', max, window, left);
    });
    onOperation(app, (operation, route) => {
      if (operation.config.limit === 'none') return;
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
  },
  { name: 'limits', dependencies: ['credentials'] },
);

interface LimitsOptions {
  on: boolean;
  counters: Counters;
  limits: RateLimits;
  /** Networks whose requests are not counted by address. */
  trustedNetworks: readonly string[];
  /** Other numbers of requests, for tests. */
  tiers?: Partial<Record<Tier, number>>;
}

declare module 'fastify' {
  interface FastifyInstance {
    /** Counts a request that matches no operation. */
    limitUnmatched(request: FastifyRequest, reply: FastifyReply): Promise<void>;
    /** Counts, for its address, a peer whose bytes did not become a request. @throws {TooManyRequests} */
    limitPeer(address: string): Promise<void>;
  }
}
