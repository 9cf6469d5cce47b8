import { sql } from 'kysely';
import type { Principal } from '../../platform/actor.ts';
import { type Db, type Params, prepared } from '../../platform/database/index.ts';
import { isId } from '../../platform/ids.ts';
import type { TagReference } from '../tags/index.ts';
import { decoratedWithoutTags, type Lookup, lookup, mayRead } from './posts.queries.ts';

/** `limit 1` as for the names of version 1. */
const tagReferences = sql<TagReference[]>`(
  select coalesce(json_agg(json_build_object('name', t.name, 'slug', t.slug) order by t.name), '[]')
  from post_tags pt, lateral (select name, slug from tags where id = pt.tag_id limit 1) t where pt.post_id = p.id)`;

const withText = (db: Db) =>
  decoratedWithoutTags(db).select([tagReferences.as('tags'), 'p.body', 'p.body_html']);

export type PostRowV2 = Awaited<ReturnType<ReturnType<typeof withText>['executeTakeFirstOrThrow']>>;

const findBySlug = prepared((db, param: Params<Lookup>) =>
  withText(db).where('p.slug', '=', param('ref')).where(mayRead(param)),
);
const findById = prepared((db, param: Params<Lookup>) =>
  withText(db).where('p.id', '=', param('ref')).where(mayRead(param)),
);

/** A post by id or slug, where the viewer may see it. */
export async function findPostV2(
  db: Db,
  ref: string,
  viewer: Principal | null,
): Promise<PostRowV2 | undefined> {
  const [row] = await (isId(ref) ? findById : findBySlug)(db, lookup(ref, viewer));
  return row;
}
