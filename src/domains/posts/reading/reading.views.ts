import fp from 'fastify-plugin';
import type { App } from '../../../http/contract/operations.ts';
import { BatchedCounter } from '../../../platform/batched-counter.ts';
import type { Db } from '../../../platform/database/index.ts';
import { rankByViews } from '../lists/lists.ranking.queries.ts';
import { addViews } from './reading.queries.ts';

declare module 'fastify' {
  interface FastifyInstance {
    postViews: ViewCounter;
  }
}

/** Counts the views of posts by their ids. */
export class ViewCounter extends BatchedCounter {
  constructor(db: Db) {
    super('views', (counts) => addViews(db, counts));
  }

  /** Counts a view of a post, if it is published. */
  countOf({ id, status }: { id: string; status: string }): void {
    if (status === 'published') this.count(id);
  }
}

/** The view counter, shared by the versions of the API. */
export const postViews = fp(
  async (app: App) => {
    const views = new ViewCounter(app.db);
    app.decorate('postViews', views);
    app.recurring.add(views.writing);
    app.recurring.add({
      name: 'ranking posts by views',
      interval: 60_000,
      run: (stopping) => rankByViews(app.db, stopping),
    });
  },
  { name: 'post-views' },
);
