import { type RawBuilder, sql } from 'kysely';
import type { Db, Slice } from '../../platform/database/index.ts';
import { isPublished } from '../../platform/visibility.queries.ts';
import type { TagSort } from './tags.schemas.ts';

/** A tag with the number of its published posts. */
export interface TagRow {
  id: string;
  name: string;
  slug: string;
  post_count: number;
}

/** The links between tags and published posts. */
const publishedLinks = sql`
  post_tags join posts on posts.id = post_tags.post_id where ${isPublished('posts')}`;

const postCount = sql<number>`(select count(*) from ${publishedLinks} and post_tags.tag_id = tags.id)`;
const byName = sql<string>`lower(tags.name)`;

/** The filters of a list of tags. */
export interface TagFilters {
  q?: string | undefined;
  /** Also the tags that no published post has: those of a draft would tell what it is about. */
  unused: boolean;
}

const matching = (db: Db, { q, unused }: TagFilters) => {
  let tags = db.selectFrom('tags');
  if (!unused)
    tags = tags.where(sql<boolean>`exists (select from ${publishedLinks} and post_tags.tag_id = tags.id)`);
  return q === undefined ? tags : tags.where('tags.name', 'ilike', `%${q.replace(/[\\%_]/g, '\\$&')}%`);
};

/** By name: a subquery selects the page, and only the posts of its tags are counted. */
function listByName(db: Db, filters: TagFilters, { after, limit, offset }: Slice): Promise<TagRow[]> {
  let tags = matching(db, filters).select(['tags.id', 'tags.name', 'tags.slug']).orderBy(byName);
  if (after) tags = tags.where(sql<boolean>`${byName} > lower(${after[0]})`);
  return db
    .selectFrom(tags.limit(limit).offset(offset).as('tags'))
    .select(['tags.id', 'tags.name', 'tags.slug', postCount.as('post_count')])
    .orderBy(byName)
    .execute();
}

/** By the number of published posts, descending, then by name: the posts of all tags are counted at once. */
function listByUse(db: Db, filters: TagFilters, { after, limit, offset }: Slice): Promise<TagRow[]> {
  const counts = sql<{ tag_id: string; posts: number }>`(
    select post_tags.tag_id, count(*) as posts from ${publishedLinks} group by post_tags.tag_id)`;
  const count: RawBuilder<number> = sql`coalesce(counts.posts, 0)`;
  let tags = matching(db, filters)
    .leftJoin(counts.as<'counts'>('counts'), 'counts.tag_id', 'tags.id')
    .select(['tags.id', 'tags.name', 'tags.slug', count.as('post_count')])
    .orderBy(count, 'desc')
    .orderBy(byName);
  if (after) {
    const [posts, name] = after;
    tags = tags.where(sql<boolean>`(-${count}, ${byName}) > (-${posts}::bigint, lower(${name}))`);
  }
  return tags.limit(limit).offset(offset).execute();
}

export const listTags = (db: Db, filters: TagFilters, sort: TagSort, slice: Slice): Promise<TagRow[]> =>
  sort === 'name' ? listByName(db, filters, slice) : listByUse(db, filters, slice);

/** The sort key of a tag in a cursor. */
export const sortKey = (tag: TagRow, sort: TagSort) =>
  sort === 'name' ? [tag.name] : [tag.post_count, tag.name];

export async function countTags(db: Db, filters: TagFilters): Promise<number> {
  const row = await matching(db, filters)
    .select((select) => select.fn.countAll<number>().as('total'))
    .executeTakeFirstOrThrow();
  return row.total;
}

/** The name as it was before the statement. */
const previousName = sql<string>`(select previous.name from tags as previous where previous.id = tags.id)`;

/** Renames a tag. It gets the preferred slug, or the other one if another tag has that. */
export const renameTag = (
  db: Db,
  id: string,
  name: string,
  [preferred, other]: readonly [preferred: string, other: string],
): Promise<(TagRow & { previous_name: string }) | undefined> =>
  db
    .updateTable('tags')
    .set({
      name,
      slug: sql`case when exists (select from tags t where t.slug = ${preferred} and t.id <> ${id}) then ${other} else ${preferred} end`,
    })
    .where('id', '=', id)
    .returning(['tags.id', 'tags.name', 'tags.slug', postCount.as('post_count')])
    .returning(previousName.as('previous_name'))
    .executeTakeFirst();

/** Deletes a tag with its links to posts, and returns its name. */
export const deleteTag = (db: Db, id: string): Promise<{ name: string } | undefined> =>
  db.deleteFrom('tags').where('id', '=', id).returning('name').executeTakeFirst();
