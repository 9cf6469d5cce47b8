import { toPublicUser } from '../users/index.ts';
import type { CommentRow } from './comments.queries.ts';
import type { PostComment } from './comments.schemas.ts';

export function toPostComment(row: CommentRow): PostComment {
  const { author_id, username, full_name, bio, author_created_at, ...comment } = row;
  const author = toPublicUser({ id: author_id, username, full_name, bio, created_at: author_created_at });
  return { ...comment, author };
}
