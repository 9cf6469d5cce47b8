import { type RawBuilder, sql } from 'kysely';
import { type Db, type Params, prepared, type Tx } from '../../../platform/database/index.ts';
import { isId } from '../../../platform/ids.ts';
import {
  distinctNames,
  retryTagging,
  type TagRows,
  tagged,
  taggedIfKnown,
  tagRows,
} from '../../tags/index.ts';
import { now } from '../posts.queries.ts';

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
  /** Null for a published post means now. */
  published_at: string | null;
  created_at: string | null;
  updated_at: string | null;
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

/** Inserts the row, its counters and its links to the tags of the CTE `tagged`, if `condition` holds. */
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

/** The usual case, in which every tag exists already, at half the cost. */
const insertWithKnownTags = prepared((db: Db, param: Params<NewPost & { names: string[] }>) => {
  const allKnown = sql<boolean>`(select count(*) from tagged) = cardinality(${param('names')}::text[])`;
  const statement = sql<CreatedPost>`with ${taggedIfKnown(param)}, ${insertTagged(param, allKnown)}`;
  return { compile: () => statement.compile(db) };
});

const insertWithTags = prepared((db: Db, param: Params<NewPost & TagRows>) => {
  const statement = sql<CreatedPost>`with ${tagged(param)}, ${insertTagged(param)}`;
  return { compile: () => statement.compile(db) };
});

/**
 * Creates a post with its counters and tags in one statement, or in two if a tag is new or the slug is taken. If the slug is
 * taken, nothing is created and the result is empty.
 */
export const insertPost = (db: Db, post: NewPost, tags: readonly string[]): Promise<CreatedPost[]> =>
  retryTagging(db, async () => {
    const created = await insertWithKnownTags(db, { ...post, names: distinctNames(tags) });
    return created.length > 0 ? created : insertWithTags(db, { ...post, ...tagRows(tags) });
  });

const linkTags = prepared((db: Db, param: Params<TagRows & { post_id: string }>) => {
  const statement = sql<never>`with ${tagged(param)},
  gone as (delete from post_tags where post_id = ${param('post_id')} and tag_id not in (select id from tagged))
  insert into post_tags (post_id, tag_id) select ${param('post_id')}, id from tagged on conflict do nothing`;
  return { compile: () => statement.compile(db) };
});

/** Sets the tags of a post. */
export async function replaceTags(tx: Tx, post_id: string, names: readonly string[]): Promise<void> {
  await retryTagging(tx, () => linkTags(tx, { post_id, ...tagRows(names) }));
}

/** The lowest number whose slug is free (`slug-2`, `slug-3` …); undefined if all up to 200 are taken. */
export async function freeNumberOf(db: Db, slug: string): Promise<number | undefined> {
  const { rows } = await sql<{ number: number }>`
    select n as number from generate_series(2, 200) as n
    where not exists (select from posts where slug = ${slug} || '-' || n) limit 1`.execute(db);
  return rows[0]?.number;
}

export async function isFreeSlug(db: Db, slug: string): Promise<boolean> {
  const taken = await db.selectFrom('posts').select('id').where('slug', '=', slug).executeTakeFirst();
  return taken === undefined && !isId(slug);
}

/** The publishing time of the row; now, if it has none. */
export const publishedAtOrNow = sql<string>`coalesce(published_at, ${now})`;

export interface PostChange {
  title?: string;
  summary?: string | null;
  body?: string;
  body_html?: string;
  author_id?: string;
  status?: 'draft' | 'published' | 'archived';
  published_at?: string | RawBuilder<string> | null;
}

/** Locks a post for a change. @returns whether it is there */
export async function lockPost(tx: Tx, id: string): Promise<boolean> {
  const post = tx.selectFrom('posts').select('id').where('id', '=', id).forUpdate();
  return (await post.executeTakeFirst()) !== undefined;
}

/** Whether a post is already what a change would make of it. The HTML is not compared: it follows from the text. */
export async function isUnchanged(
  tx: Tx,
  id: string,
  { body_html: _, tags, ...change }: PostChange & { tags?: readonly string[] },
): Promise<boolean> {
  const same = Object.entries(change).map(
    ([column, value]) => sql`p.${sql.ref(column)} is not distinct from ${value}`,
  );
  if (tags) {
    const names = distinctNames(tags).map((name) => name.toLowerCase());
    same.push(sql`(select coalesce(array_agg(lower(t.name)), '{}') from post_tags pt join tags t on t.id = pt.tag_id
      where pt.post_id = p.id) @> ${names}::text[]
      and (select count(*) from post_tags pt where pt.post_id = p.id) = ${names.length}`);
  }
  if (same.length === 0) return true;
  const { rows } = await sql`
    select from posts p where p.id = ${id} and ${sql.join(same, sql` and `)}`.execute(tx);
  return rows.length > 0;
}

/** Updates a post and increments its version. */
export async function updatePost(tx: Tx, id: string, change: PostChange): Promise<void> {
  await tx
    .updateTable('posts')
    .set({ ...change, version: sql`version + 1`, updated_at: sql`now()` })
    .where('id', '=', id)
    .execute();
}

export async function deletePost(tx: Tx, id: string): Promise<void> {
  await tx.deleteFrom('posts').where('id', '=', id).execute();
}
