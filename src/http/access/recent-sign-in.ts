import type { FastifyRequest } from 'fastify';
import fp from 'fastify-plugin';
import { addHook } from '../contract/operations.ts';
import { RecentSignInRequired } from '../contract/problems.ts';
import { inSession } from './actor.ts';

/** How long ago a sign-in may be that counts as recent, in seconds. */
export const RECENT = 3_600;

declare module '../contract/operations.ts' {
  interface OperationConfig {
    /** Needs a session that began lately; for what cannot be undone or outlives the session. */
    recentSignIn?: true;
  }
}

declare module 'fastify' {
  interface FastifyInstance {
    /** Whether a session has begun lately. */
    isRecentSession(sessionId: string): Promise<boolean>;
  }
}

/**
 * What cannot be undone, or outlives the session, needs somebody who has signed in lately: a token or a cookie that was
 * taken is not enough for it for long (OWASP ASVS 5, 7.5.1).
 */
export const recentSignIns = fp(
  async (app, options: { isRecent: (sessionId: string, seconds: number) => Promise<boolean> }) => {
    const isRecentSession = (sessionId: string) => options.isRecent(sessionId, RECENT);
    app.decorate('isRecentSession', isRecentSession);
    app.addHook('onRoute', (route) => {
      const operation = route.config?.operation;
      if (!operation?.config.recentSignIn) return;
      operation.contribution.problems.add(RecentSignInRequired);
      addHook(route, 'onRequest', async (request: FastifyRequest) => {
        const { sessionId } = inSession(request);
        if (!(await isRecentSession(sessionId))) throw new RecentSignInRequired();
      });
    });
  },
);
