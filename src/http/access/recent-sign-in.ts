import type { FastifyRequest } from 'fastify';
import fp from 'fastify-plugin';
import { addHook, onOperation } from '../contract/operations.ts';
import { RecentSignInRequired } from '../contract/problems.ts';
import { inSession } from './actor.ts';

/** A sign-in is recent for so many seconds. */
export const RECENT_SECONDS = 3_600;

declare module '../contract/operations.ts' {
  interface OperationConfig {
    /** Needs a recent session; for what cannot be undone or outlives the session. */
    recentSignIn?: true;
  }
}

declare module 'fastify' {
  interface FastifyInstance {
    /** Whether a session is younger than {@link RECENT_SECONDS}. */
    isRecentSession(sessionId: string): Promise<boolean>;
  }
}

/**
 * What cannot be undone, or outlives the session, needs a recent sign-in: a stolen token or cookie is of use for it only
 * for a short time (OWASP ASVS 5, 7.5.1).
 */
export const recentSignIn = fp(
  async (app, options: { isRecent: (sessionId: string, seconds: number) => Promise<boolean> }) => {
    const isRecentSession = (sessionId: string) => options.isRecent(sessionId, RECENT_SECONDS);
    app.decorate('isRecentSession', isRecentSession);
    app.operations.addKey('recentSignIn');
    onOperation(app, (operation, route) => {
      if (!operation.config.recentSignIn) return;
      operation.contribution.problems.add(RecentSignInRequired);
      addHook(route, 'onRequest', async (request: FastifyRequest) => {
        const { sessionId } = inSession(request);
        if (!(await isRecentSession(sessionId))) throw new RecentSignInRequired();
      });
    });
  },
  { name: 'recent-sign-in', dependencies: ['access'] },
);
