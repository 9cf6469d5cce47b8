import fp from 'fastify-plugin';
import type { App } from '../../../http/contract/operations.ts';
import { BatchedCounter } from '../../../platform/batched-counter.ts';
import type { Db } from '../../../platform/database/index.ts';
import { addViews } from './reading.queries.ts';

declare module 'fastify' {
  interface FastifyInstance {
    postViews: ViewCounter;
  }
}

/** Counts reads of posts, by the ids of the posts. */
export class ViewCounter extends BatchedCounter {
  constructor(db: Db) {
    super('views', (counts) => addViews(db, counts));
  }

  /** Counts a read of a post, where everyone may read it. */
  countOf({ id, status }: { id: string; status: string }): void {
    if (status === 'published') this.count(id);
  }
}

/** The views of posts, in whatever version of the API they are read. */
export const postViews = fp(async (app: App) => {
  const views = new ViewCounter(app.db);
  app.decorate('postViews', views);
  app.recurring.add(views.writing);
});
