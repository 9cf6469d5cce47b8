import type { TagReference } from '../tags/index.ts';
import type { ListedRow } from './lists/lists.queries.ts';
import type { PostRow, SummaryRow } from './posts.queries.ts';
import type { Post, PostSummary } from './posts.schemas.ts';
import type { PostV2 } from './v2/v2.schemas.ts';

type Flat = Omit<SummaryRow, 'tags'>;

/** Puts the columns of the author into an object. The tags, which differ between versions of the API, stay as they are. */
function withAuthor<R extends Flat>(row: R) {
  const { author_id, username, full_name, bio, author_created_at, ...post } = row;
  return { ...post, author: { id: author_id, username, full_name, bio, created_at: author_created_at } };
}

/** The sort key and the ranking are for the cursor only. */
export const toPostSummary = ({ sort_key: _, ranking: __, ...row }: ListedRow): PostSummary =>
  withAuthor(row);

export const toPost = (row: PostRow): Post => withAuthor(row);

export const toPostV2 = (row: PostRow<TagReference>): PostV2 => withAuthor(row);
