import { InvalidCursor } from '../../../http/contract/problems.ts';
import type { Db, Slice } from '../../../platform/database/index.ts';
import { type ListedRow, listPosts, type PostFilters } from './lists.queries.ts';
import { columnOf, readableRankings } from './lists.ranking.queries.ts';

/**
 * Lists posts in the order of a ranking: the newest one or, by cursor, the one in which the walk began.
 *
 * @throws {InvalidCursor} where that ranking is gone
 */
export async function listByViews(db: Db, filters: PostFilters, slice: Slice): Promise<ListedRow[]> {
  const ranking = slice.after ? Number(slice.after[2]) : (await readableRankings(db)).newest;
  const rows = await listPosts(db, filters, columnOf(ranking), slice);
  // Afterwards: what is readable now was so while the rows were read.
  if (slice.after) {
    const { oldest, newest } = await readableRankings(db);
    if (!(oldest <= ranking && ranking <= newest))
      throw new InvalidCursor('The posts have been ranked anew since; start again without a cursor.');
  }
  return rows.map((row) => ({ ...row, ranking }));
}
