import { sql } from 'kysely';
import type { Db } from '../../../platform/database/index.ts';

/** Adds to the view counts of posts. Rows are locked in the order of their ids, so that two such statements cannot deadlock. */
export async function addViews(
  db: Db,
  counts: readonly (readonly [id: string, views: number])[],
): Promise<void> {
  const ids = counts.map(([id]) => id);
  const views = counts.map(([, count]) => count);
  await sql`
    with counted as (select id, views from unnest(${ids}::uuid[], ${views}::bigint[]) as v (id, views)),
    locked as (
      select post_id from post_stats where post_id in (select id from counted) order by post_id for no key update)
    update post_stats s set views = s.views + counted.views
    from counted join locked on locked.post_id = counted.id where s.post_id = counted.id`.execute(db);
}
