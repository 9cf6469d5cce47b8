import type { TagRow } from './tags.queries.ts';
import type { Tag } from './tags.schemas.ts';

export function toTag({ id, name, slug, post_count }: TagRow): Tag {
  return { id, name, slug, post_count };
}
