import { sql } from 'kysely';
import { atomically, type Db } from '../../../platform/database/index.ts';

/** The rankings of posts by views: the numbers of those that can be read, and how the next one is made. */

/** A ranking is made anew after so many minutes. */
export const RANKING_MINUTES = 15;
/** Posts that are ranked in one transaction; their counters are locked that long. */
const BATCH = 1_000;

export interface Rankings {
  newest: number;
  oldest: number;
}

export async function readableRankings(db: Db): Promise<Rankings> {
  return db.selectFrom('view_rankings').select(['newest', 'oldest']).executeTakeFirstOrThrow();
}

/** The column of `post_stats` with the views of a ranking; the next but one takes it over. */
export const columnOf = (ranking: number) => (ranking % 2 === 0 ? 'even_views' : 'odd_views');

/**
 * Makes the next ranking, if it is time. The one whose column it takes over is given up first, and it is read only when it
 * is complete. Several processes may do so at once; what one leaves undone another one does.
 */
export async function rankByViews(db: Db, stopping: AbortSignal): Promise<void> {
  const { rows } = await sql<{ newest: number }>`
    update view_rankings set oldest = newest
    where made_at <= now() - ${RANKING_MINUTES} * interval '1 minute' returning newest`.execute(db);
  const newest = rows[0]?.newest;
  if (newest === undefined) return;
  for (let after: string | null = null; !stopping.aborted; ) {
    const last: string | null | undefined = await atomically(db, (tx) => rankBatch(tx, newest, after));
    if (last === undefined) return; // somebody else has made it
    if (last === null) break;
    after = last;
  }
  if (stopping.aborted) return;
  await sql`
    update view_rankings set newest = newest + 1, made_at = now() where newest = ${newest}`.execute(db);
}

/** @returns the last post of the batch; null where there was none left, undefined where the ranking is made already */
async function rankBatch(tx: Db, newest: number, after: string | null): Promise<string | null | undefined> {
  const current = await sql`select from view_rankings where newest = ${newest} for share`.execute(tx);
  if (current.rows.length === 0) return undefined;
  const column = sql.ref(columnOf(newest + 1));
  const { rows } = await sql<{ last: string | null }>`
    with locked as (
      select post_id from post_stats
      where ${column} <> views and (${after}::uuid is null or post_id > ${after}::uuid)
      order by post_id limit ${BATCH} for no key update),
    ranked as (
      update post_stats s set ${column} = s.views from locked where s.post_id = locked.post_id returning s.post_id)
    select max(post_id::text) as last from ranked`.execute(tx);
  return rows[0]?.last ?? null;
}
