import { sql } from 'kysely';
import type { Db, Slice } from '../../platform/database/index.ts';
import { MAX_COUNTED } from '../../platform/database/searches.ts';
import type { TagSort } from './tags.schemas.ts';

/** A tag with the number of its published posts. */
export interface TagRow {
  id: string;
  name: string;
  slug: string;
  post_count: number;
}

/**
 * Adds what has changed since the last time, and counts by now, to the numbers of posts. Whoever does it at the same moment
 * is waited for, so that afterwards every change is in them that was made before. The tags are locked by their names, in
 * the order in which new ones are inserted.
 */
export async function settleCounts(db: Db): Promise<void> {
  await sql`
    with due as (delete from tag_count_changes where counts_from <= now() returning tag_id, change),
    sums as (select tag_id, sum(change) as change from due group by tag_id having sum(change) <> 0),
    locked as (
      select id from tags where id in (select tag_id from sums) order by lower(name) for no key update)
    update tags set post_count = post_count + sums.change
    from sums join locked on locked.id = sums.tag_id where tags.id = sums.tag_id`.execute(db);
}

const COLUMNS = ['id', 'name', 'slug', 'post_count'] as const;
const byName = sql<string>`lower(tags.name)`;
const byUse = sql<number>`(-tags.post_count)`;

/** The filters of a list of tags. */
export interface TagFilters {
  q?: string | undefined;
  /** Also the tags that no published post has: those of a draft would tell what it is about. */
  unused: boolean;
}

const matching = (db: Db, { q, unused }: TagFilters) => {
  let tags = db.selectFrom('tags');
  if (!unused) tags = tags.where('tags.post_count', '>', 0);
  return q === undefined ? tags : tags.where('tags.name', 'ilike', `%${q.replace(/[\\%_]/g, '\\$&')}%`);
};

/** By name, or the most used first and then by name; each has an index. */
export function listTags(db: Db, filters: TagFilters, sort: TagSort, slice: Slice): Promise<TagRow[]> {
  const { after, limit, offset } = slice;
  let tags = matching(db, filters).select(COLUMNS);
  if (sort === 'name') {
    if (after) tags = tags.where(sql<boolean>`${byName} > lower(${after[0]})`);
  } else {
    if (after) {
      const [posts, name] = after;
      tags = tags.where(sql<boolean>`(${byUse}, ${byName}) > (-${posts}::integer, lower(${name}))`);
    }
    tags = tags.orderBy(byUse);
  }
  return tags.orderBy(byName).limit(limit).offset(offset).execute();
}

export const findTag = (db: Db, id: string) =>
  db.selectFrom('tags').select(COLUMNS).where('id', '=', id).executeTakeFirst();

/** The tags with any of these names or slugs, in lower case. */
export const findTags = (db: Db, names: readonly string[]) =>
  db
    .selectFrom('tags')
    .select(['id', 'post_count'])
    .where((where) =>
      where.or([
        where(sql<string>`lower(name)`, '=', sql<string>`any (${names}::text[])`),
        where('slug', '=', sql<string>`any (${names}::text[])`),
      ]),
    )
    .execute();

/** The sort key of a tag in a cursor. */
export const sortKey = (tag: TagRow, sort: TagSort) =>
  sort === 'name' ? [tag.name] : [tag.post_count, tag.name];

/** How many there are; of those that are searched for, up to one more than {@link MAX_COUNTED}. */
export async function countTags(db: Db, filters: TagFilters): Promise<number> {
  let tags = matching(db, filters).select('id');
  if (filters.q !== undefined) tags = tags.limit(MAX_COUNTED + 1);
  const row = await db
    .selectFrom(tags.as('tags'))
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
    .returning(['tags.id', 'tags.name', 'tags.slug', 'tags.post_count'])
    .returning(previousName.as('previous_name'))
    .executeTakeFirst();

/** Deletes a tag with its links to posts, and returns its name. */
export const deleteTag = (db: Db, id: string): Promise<{ name: string } | undefined> =>
  db.deleteFrom('tags').where('id', '=', id).returning('name').executeTakeFirst();
