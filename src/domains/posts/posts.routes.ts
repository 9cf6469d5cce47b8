import type { App } from '../../http/contract/operations.ts';
import { listsRoutes } from './lists/lists.routes.ts';
import { publishingRoutes } from './publishing/publishing.routes.ts';
import { readingRoutes } from './reading/reading.routes.ts';
import { revisionsRoutes } from './revisions/revisions.routes.ts';
import { writingRoutes } from './writing/writing.routes.ts';

/** The operations of version 1 of the API. */
export async function postsRoutes(app: App): Promise<void> {
  await app.register(listsRoutes);
  await app.register(writingRoutes);
  await app.register(readingRoutes);
  await app.register(publishingRoutes);
  await app.register(revisionsRoutes);
}
