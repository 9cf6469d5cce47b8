import type { TagReference } from '../tags/index.ts';
import type { ListedRow } from './lists/lists.queries.ts';
import type { PostRow, SummaryRow } from './posts.queries.ts';
import type { Post, PostSummary } from './posts.schemas.ts';
import type { PostV2 } from './v2/v2.schemas.ts';

type Flat = Omit<SummaryRow, 'tags'>;

/** The author of a row becomes an object; whatever the tags are in this version of the API, they stay. */
function withAuthor<R extends Flat>(row: R) {
  const { author_id, username, full_name, bio, author_created_at, ...post } = row;
  return { ...post, author: { id: author_id, username, full_name, bio, created_at: author_created_at } };
}

/** What a list is sorted by is for its cursor only. */
export const toPostSummary = ({ sort_key: _, ...row }: ListedRow): PostSummary => withAuthor(row);

export const toPost = (row: PostRow): Post => withAuthor(row);

export const toPostV2 = (row: PostRow<TagReference>): PostV2 => withAuthor(row);
