import type { App } from '../http/operations.ts';
import { authMailsRoutes, authRoutes } from './auth/index.ts';
import { commentsRoutes } from './comments/index.ts';
import { postsRoutes, publishingRoutes } from './posts/index.ts';
import { tagsRoutes } from './tags/index.ts';
import { usersRoutes } from './users/index.ts';

/** What Imprint is about: every domain, mounted under the version of the API. */
export async function domains(app: App): Promise<void> {
  await app.register(authRoutes);
  await app.register(authMailsRoutes);
  await app.register(usersRoutes);
  await app.register(postsRoutes);
  await app.register(publishingRoutes);
  await app.register(tagsRoutes);
  await app.register(commentsRoutes);
}
