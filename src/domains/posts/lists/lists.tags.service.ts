import type { Db } from '../../../platform/database/index.ts';
import { countPostsOf, findTags } from '../../tags/index.ts';
import { countPosts, type PostFilters } from './lists.queries.ts';

/** How posts are found by their tags: from the tags where these are on few posts, otherwise from the posts. */

/** Tags are common where they are on more posts than this. */
const FEW = 1_000;

/** @param names of tags, or their slugs */
export async function tagFilters(
  db: Db,
  names: readonly string[],
): Promise<Pick<PostFilters, 'tags' | 'areCommon'>> {
  const found = await findTags(
    db,
    names.map((name) => name.toLowerCase()),
  );
  const posts = found.reduce((sum, { post_count }) => sum + post_count, 0);
  return { tags: found.map(({ id }) => id), areCommon: posts > FEW };
}

/** The number of posts in a list. That of a common tag alone is kept. */
export function totalOf(db: Db, filters: PostFilters): Promise<number> {
  const { tags, areCommon, ...others } = filters;
  const [tag] = tags?.length === 1 ? tags : [];
  if (tag !== undefined && areCommon && Object.keys(others).length === 0) return countPostsOf(db, tag);
  return countPosts(db, filters);
}
