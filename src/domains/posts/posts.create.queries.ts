import { sql } from 'kysely';
import { violatedConstraint } from '../../platform/database/errors.ts';
import { type Db, type Params, prepared, type Tx } from '../../platform/database/index.ts';
import { newId } from '../../platform/ids.ts';
import { normaliseTagName, tagSlugs } from '../tags/index.ts';
import { now } from './posts.queries.ts';

/** A new row of `posts`, with the names of its tags. */
export interface NewPost {
  id: string;
  author_id: string;
  slug: string;
  title: string;
  summary: string | null;
  body: string;
  body_html: string;
  status: 'draft' | 'published';
  /** Of a published post; now, where there is none. */
  published_at: string | null;
  created_at: string | null;
  updated_at: string | null;
}

interface Tags {
  tag_ids: string[];
  tag_names: string[];
  tag_slugs: string[];
  /** For where another tag has the slug. */
  tag_other_slugs: string[];
}

export interface CreatedPost {
  id: string;
  slug: string;
  status: 'draft' | 'scheduled' | 'published' | 'archived';
  published_at: string | null;
  created_at: string;
  updated_at: string;
  tags: string[];
}

/**
 * The tags of a list that do not exist yet are made; `known` and `fresh` together are all of them. Which names are the same
 * but for their case is the database's to say: it has other rules than JavaScript for a few letters.
 */
const tagCtes = (param: Params<Tags>) => sql`
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

/** Each name once, whatever its case. */
const distinctNames = (names: readonly string[]): string[] => [
  ...new Map(names.map(normaliseTagName).map((name) => [name.toLowerCase(), name])).values(),
];

/** A list of tag names as rows to be: each once, and no two with one slug. */
function tagRows(names: readonly string[]): Tags {
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

const RACES = 3;

/** Two names with one slug, such as `Q&A` and `Q and A`, are made at the same moment; or a tag is deleted under a post. */
const LOST_RACES = ['tags_slug_key', 'post_tags_tag_id_fkey'];

/**
 * Runs a statement that makes tags and files a post under them. Where it meets another that makes or deletes one of them
 * it may fail: it is run again, or else its transaction is told to begin anew (as with SQLSTATE 40001).
 */
async function makingTags<T>(db: Db, statement: () => Promise<T>): Promise<T> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await statement();
    } catch (error) {
      if (!LOST_RACES.includes(violatedConstraint(error) ?? '')) throw error;
      if (db.isTransaction)
        throw Object.assign(new Error('the tags of a post changed', { cause: error }), { code: '40001' });
      if (attempt === RACES) throw error;
    }
  }
}

/** Inserts the row, its counters and the links to what a CTE `tagged` holds; `condition` may keep it from doing so. */
const insertTagged = (param: Params<NewPost>, condition = sql`true`) => sql`
  post as (
    insert into posts (id, author_id, slug, title, summary, body, body_html, status, published_at, created_at, updated_at)
    select ${param('id')}::uuid, ${param('author_id')}::uuid, ${param('slug')}, ${param('title')}, ${param('summary')}, ${param('body')}, ${param('body_html')},
      ${param('status')}::text,
      case ${param('status')}::text when 'published' then coalesce(${param('published_at')}::timestamptz, ${now}) end,
      coalesce(${param('created_at')}::timestamptz, now()), coalesce(${param('updated_at')}::timestamptz, now())
    where ${condition}
    on conflict (slug) do nothing
    returning id, slug, status, published_at, created_at, updated_at),
  stats as (insert into post_stats (post_id) select id from post),
  linked as (insert into post_tags (post_id, tag_id) select post.id, tagged.id from post, tagged)
  select id, slug, published_at, created_at, updated_at,
    case when status = 'published' and published_at > now() then 'scheduled' else status end as status,
    (select coalesce(json_agg(name order by name), '[]') from tagged) as tags
  from post`;

/** Where every tag is known already, as it mostly is, half the work is not needed. */
const insertWithKnownTags = prepared((db: Db, param: Params<NewPost & { names: string[] }>) => {
  const names = sql`${param('names')}::text[]`;
  const statement = sql<CreatedPost>`with tagged as (
    select distinct t.id, t.name from unnest(${names}) as w (name),
      lateral (select id, name from tags where lower(name) = lower(w.name) limit 1) as t),
  ${insertTagged(param, sql`(select count(*) from tagged) = cardinality(${names})`)}`;
  return { compile: () => statement.compile(db) };
});

const insertWithTags = prepared((db: Db, param: Params<NewPost & Tags>) => {
  const statement = sql<CreatedPost>`with ${tagCtes(param)}, ${insertTagged(param)}`;
  return { compile: () => statement.compile(db) };
});

/**
 * Creates a post with its counters and tags in one statement, or two where a tag is new or the slug is taken. Where it is
 * taken nothing is created, and there is no row in the answer.
 */
export const insertPost = (db: Db, post: NewPost, tags: readonly string[]): Promise<CreatedPost[]> =>
  makingTags(db, async () => {
    const created = await insertWithKnownTags(db, { ...post, names: distinctNames(tags) });
    return created.length > 0 ? created : insertWithTags(db, { ...post, ...tagRows(tags) });
  });

const linkTags = prepared((db: Db, param: Params<Tags & { post_id: string }>) => {
  const statement = sql<never>`with ${tagCtes(param)},
  gone as (delete from post_tags where post_id = ${param('post_id')} and tag_id not in (select id from tagged))
  insert into post_tags (post_id, tag_id) select ${param('post_id')}, id from tagged on conflict do nothing`;
  return { compile: () => statement.compile(db) };
});

/** Files a post under these tags and no others. */
export async function replaceTags(tx: Tx, post_id: string, names: readonly string[]): Promise<void> {
  await makingTags(tx, () => linkTags(tx, { post_id, ...tagRows(names) }));
}

/** The first number that makes a slug free (`slug-2`, `slug-3` …); none where the first two hundred are taken. */
export async function freeNumberOf(db: Db, slug: string): Promise<number | undefined> {
  const { rows } = await sql<{ number: number }>`
    select n as number from generate_series(2, 200) as n
    where not exists (select from posts where slug = ${slug} || '-' || n) limit 1`.execute(db);
  return rows[0]?.number;
}
