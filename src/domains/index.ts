import fp from 'fastify-plugin';
import type { App } from '../http/contract/operations.ts';
import { apiKeysRoutes } from './api-keys/index.ts';
import { auditRoutes } from './audit/index.ts';
import {
  accountAccess,
  accountRoutes,
  browserRoutes,
  mailsRoutes,
  sessionsRoutes,
  tokensRoutes,
} from './auth/index.ts';
import { commentsRoutes } from './comments/index.ts';
import { personalDataRoutes } from './personal-data/index.ts';
import { postsRoutes, postsRoutesV2, postViews } from './posts/index.ts';
import { tagsRoutes } from './tags/index.ts';
import { type AccountAccess, usersRoutes } from './users/index.ts';

declare module 'fastify' {
  interface FastifyInstance {
    accountAccess: AccountAccess;
  }
}

async function v1(app: App): Promise<void> {
  await app.register(accountRoutes);
  await app.register(tokensRoutes);
  await app.register(sessionsRoutes);
  await app.register(browserRoutes);
  await app.register(mailsRoutes);
  await app.register(apiKeysRoutes);
  await app.register(usersRoutes);
  await app.register(postsRoutes);
  await app.register(tagsRoutes);
  await app.register(commentsRoutes);
  await app.register(auditRoutes);
  await app.register(personalDataRoutes);
}

/** Only what version 1 could not become without breaking its callers; everything else goes on being called there. */
async function v2(app: App): Promise<void> {
  await app.register(postsRoutesV2);
}

/** What Imprint is about: every domain, mounted under the versions of the API, and what these share. */
export const domains = fp(
  async (app: App) => {
    app.decorate('accountAccess', accountAccess);
    await app.register(postViews);
    await app.register(v1, { prefix: '/api/v1' });
    await app.register(v2, { prefix: '/api/v2' });
  },
  { name: 'domains', dependencies: ['tokens', 'pagination'] },
);
