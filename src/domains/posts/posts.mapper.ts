import type { PostRow, SummaryRow } from './posts.queries.ts';
import type { Post, PostSummary } from './posts.schemas.ts';

export function toPostSummary(row: SummaryRow): PostSummary {
  const { author_id, username, full_name, bio, author_created_at, ...post } = row;
  return { ...post, author: { id: author_id, username, full_name, bio, created_at: author_created_at } };
}

export function toPost(row: PostRow): Post {
  return { ...toPostSummary(row), body: row.body, body_html: row.body_html };
}
