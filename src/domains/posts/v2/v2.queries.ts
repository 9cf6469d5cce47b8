import { sql } from 'kysely';
import type { TagReference } from '../../tags/index.ts';
import { postFinder, tagsAs } from '../posts.queries.ts';

export const findPostV2 = postFinder(
  tagsAs(sql<TagReference>`json_build_object('name', t.name, 'slug', t.slug)`),
);
