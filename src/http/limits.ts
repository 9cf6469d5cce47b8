import rateLimit from '@fastify/rate-limit';
import type { FastifyReply, FastifyRequest } from 'fastify';
import fp from 'fastify-plugin';
import { addHook } from './operations.ts';
import { TooManyRequests } from './problems.ts';

const MINUTE = 60_000;

/** The rate limits by name: so many requests in so many milliseconds, for each account or, without one, each address. */
export const TIERS = {
  reads: { max: 600, window: MINUTE },
  writes: { max: 60, window: MINUTE },
  auth: { max: 10, window: MINUTE },
  exports: { max: 10, window: 60 * MINUTE },
} as const;
export type Tier = keyof typeof TIERS;

/** A tier in words, for people. */
export const describeTier = (tier: Tier) =>
  `${TIERS[tier].max} requests per ${TIERS[tier].window / 1000} seconds`;

/**
 * Rate limits. The answers carry `RateLimit-Policy` and `RateLimit` (draft-ietf-httpapi-ratelimit-headers-10), and
 * `Retry-After` where the limit is used up. An address is counted by its /64 network in IPv6.
 */
export const limits = fp(async (app, options: { on: boolean; tiers?: Partial<Record<Tier, number>> }) => {
  if (options.on) await app.register(rateLimit, { global: false, cache: 50_000 });

  const checkers = new Map<Tier, (request: FastifyRequest, reply: FastifyReply) => Promise<void>>();
  const checkerOf = (tier: Tier) => {
    const present = checkers.get(tier);
    if (present) return present;
    const window = TIERS[tier].window;
    const max = options.tiers?.[tier] ?? TIERS[tier].max;
    const byAddress = app.createRateLimit({ max, timeWindow: window });
    const byAccount = app.createRateLimit({
      max,
      timeWindow: window,
      keyGenerator: (request) => request.claims?.sub ?? request.ip,
    });
    const policy = `"${tier}";q=${max};w=${window / 1000}`;
    const check = async (request: FastifyRequest, reply: FastifyReply) => {
      const used = await (request.claims ? byAccount : byAddress)(request);
      if (used.isAllowed) return;
      reply.header('ratelimit-policy', policy);
      reply.header('ratelimit', `"${tier}";r=${used.remaining};t=${used.ttlInSeconds}`);
      if (!used.isExceeded) return;
      const problem = new TooManyRequests(
        `The limit of ${max} requests per ${window / 1000} seconds for ${tier} is used up; try again in ${used.ttlInSeconds} seconds.`,
      );
      problem.headers = { 'retry-after': String(Math.max(1, used.ttlInSeconds)) };
      throw problem;
    };
    checkers.set(tier, check);
    return check;
  };

  app.decorate('limitUnknown', options.on ? checkerOf('reads') : async () => undefined);
  app.addHook('onRoute', (route) => {
    const operation = route.config?.operation;
    if (!operation || operation.config.limit === 'none') return;
    const { problems, everyHeaders } = operation.contribution;
    problems.add(TooManyRequests);
    everyHeaders.add('RateLimit').add('RateLimit-Policy');
    if (options.on) addHook(route, 'onRequest', checkerOf(operation.config.limit));
  });
});

declare module 'fastify' {
  interface FastifyInstance {
    /** Counts a request that meets no operation, so that a flood of them is limited too. */
    limitUnknown(request: FastifyRequest, reply: FastifyReply): Promise<void>;
  }
}
