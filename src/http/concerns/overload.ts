import underPressure from '@fastify/under-pressure';
import type { FastifyRequest } from 'fastify';
import fp from 'fastify-plugin';
import { onOperation, operationOf } from '../contract/operations.ts';
import { ServiceUnavailable } from '../contract/problems.ts';

/**
 * Operations without a rate limit tell whether the process lives, so they are answered under any load: a restart does not
 * help against overload.
 */
const isAnsweredAlways = (limit: string | undefined): boolean => limit === 'none';

function pressureHandler(request: FastifyRequest): void {
  if (!isAnsweredAlways(operationOf(request)?.config.limit)) throw new ServiceUnavailable();
}

/**
 * Answers 503 while the event loop is delayed.
 *
 * @param options.maxEventLoopDelay from which delay on, in milliseconds; 0 is never
 */
export const overload = fp(
  async (app, { maxEventLoopDelay }: { maxEventLoopDelay: number }) => {
    await app.register(underPressure, { maxEventLoopDelay, exposeStatusRoute: false, pressureHandler });
    onOperation(app, ({ config, contribution }) => {
      if (!isAnsweredAlways(config.limit)) contribution.problems.add(ServiceUnavailable);
    });
  },
  { name: 'overload', dependencies: ['operations'] },
);
