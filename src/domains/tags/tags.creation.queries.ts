import { sql } from 'kysely';
import { violatedConstraint } from '../../platform/database/errors.ts';
import type { Db, Params } from '../../platform/database/index.ts';
import { newId } from '../../platform/ids.ts';
import { normaliseTagName, tagSlugs } from './tags.names.ts';

/** How a statement of `posts` finds the tags of a post by name and creates those that do not exist yet. */

/** New rows of `tags`, as the parameters of a statement: the first of each list belongs to the first tag, and so on. */
export interface TagRows {
  tag_ids: string[];
  tag_names: string[];
  tag_slugs: string[];
  /** Used if another tag has the slug. */
  tag_other_slugs: string[];
}

/** The normalised names without repetitions; names that differ only in case are the same. */
export const distinctNames = (names: readonly string[]): string[] => [
  ...new Map(names.map(normaliseTagName).map((name) => [name.toLowerCase(), name])).values(),
];

/** The rows for a list of tag names: each name once, each slug once. */
export function tagRows(names: readonly string[]): TagRows {
  const slugs = new Set<string>();
  const rows = distinctNames(names).map((name) => {
    const id = newId();
    const [preferred, other] = tagSlugs(name, id);
    const slug = slugs.has(preferred) ? other : preferred;
    slugs.add(slug);
    return { id, name, slug, other };
  });
  return {
    tag_ids: rows.map((row) => row.id),
    tag_names: rows.map((row) => row.name),
    tag_slugs: rows.map((row) => row.slug),
    tag_other_slugs: rows.map((row) => row.other),
  };
}

/**
 * A CTE `tagged (id, name)` with the tags that have these names already. It has fewer rows than there are names if some
 * tags do not exist yet.
 */
export const taggedIfKnown = (param: Params<{ names: string[] }>) => sql`
  tagged as (
    select distinct t.id, t.name from unnest(${param('names')}::text[]) as w (name),
      lateral (select id, name from tags where lower(name) = lower(w.name) limit 1) as t)`;

/**
 * CTEs of which the last is `tagged (id, name)`: all tags of a list; those that do not exist yet are created. Which names
 * differ in their case alone is decided by the database, whose rules differ from those of JavaScript for a few letters.
 */
export const tagged = (param: Params<TagRows>) => sql`
  requested as (
    select distinct on (lower(name)) * from unnest(${param('tag_ids')}::uuid[], ${param('tag_names')}::text[],
      ${param('tag_slugs')}::text[], ${param('tag_other_slugs')}::text[]) as w (id, name, slug, other_slug)
    order by lower(name)),
  known as (
    select t.id, t.name, w.id as preferred from requested w,
      lateral (select id, name from tags where lower(name) = lower(w.name) limit 1) as t),
  fresh as (
    insert into tags (id, name, slug)
    select id, name, case when exists (select from tags t where t.slug = w.slug) then w.other_slug else w.slug end
    from requested w where id not in (select preferred from known)
    order by lower(name)
    on conflict (lower(name)) do update set name = tags.name
    returning id, name),
  tagged as (select id, name from known union all select id, name from fresh)`;

const ATTEMPTS = 3;

/** Two names with one slug, such as `Q&A` and `Q and A`, are created at the same moment; or a tag of a post is deleted. */
const LOST_RACES = ['tags_slug_key', 'post_tags_tag_id_fkey'];

/**
 * Runs a statement that creates tags and puts a post under them. Where it fails because another statement creates or
 * deletes one of them at the same moment, it is run again; inside a transaction the error has SQLSTATE 40001, so that the
 * whole transaction is run again.
 */
export async function retryTagging<T>(db: Db, statement: () => Promise<T>): Promise<T> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await statement();
    } catch (error) {
      if (!LOST_RACES.includes(violatedConstraint(error) ?? '')) throw error;
      if (db.isTransaction)
        throw Object.assign(new Error('the tags of a post changed', { cause: error }), { code: '40001' });
      if (attempt === ATTEMPTS) throw error;
    }
  }
}
