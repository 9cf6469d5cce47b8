import { type RawBuilder, sql } from 'kysely';
import { type Db, type Params, prepared, type Tx } from '../../../platform/database/index.ts';
import {
  type AnswerInStatement,
  type AnswerKeeper,
  answerInStatement,
  type InStatement,
} from '../../../platform/idempotency/index.ts';
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

/** Inserts the row, its counters and its links to the tags of the CTE `tagged`, if `condition` holds: `created` has it. */
const insertTagged = (param: Params<NewPost>, condition: RawBuilder<boolean>) => sql`
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
  linked as (insert into post_tags (post_id, tag_id) select post.id, tagged.id from post, tagged),
  created as (
    select id, slug, ${rfc3339('published_at')} as published_at, ${rfc3339('created_at')} as created_at,
      ${rfc3339('updated_at')} as updated_at,
      case when status = 'published' and published_at > now() then 'scheduled' else status end as status,
      (select coalesce(json_agg(name order by name), '[]') from tagged) as tags
    from post)`;

/** A time as answers have it, also those that the database puts together. */
const rfc3339 = (column: string) =>
  sql<string>`to_char(${sql.ref(column)} at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')`;

/** A statement, and one that stores the answer to a request with a key as well. */
function creating<V extends object>(
  tagsOf: (param: Params<V>) => RawBuilder<unknown>,
  conditionOf: (param: Params<V>) => RawBuilder<boolean> = () => sql<boolean>`true`,
) {
  const plain = prepared((db: Db, param: Params<NewPost & V>) => {
    const statement = sql<CreatedPost>`
      with ${tagsOf(param)}, ${insertTagged(param, conditionOf(param))} select id, slug, published_at, created_at, updated_at, status, tags from created`;
    return { compile: () => statement.compile(db) };
  });
  const keeping = prepared((db: Db, param: Params<NewPost & V & AnswerInStatement>) => {
    const parts = answerInStatement(param, 'created');
    const condition = sql<boolean>`${conditionOf(param)} and ${parts.condition}`;
    const statement = sql<InStatement & (CreatedPost | { id: null })>`
      with ${parts.before}, ${tagsOf(param)}, ${insertTagged(param, condition)}, ${parts.after}
      select ${parts.columns}, created.* from (select) as always left join created on true`;
    return { compile: () => statement.compile(db) };
  });
  return async (
    db: Db,
    values: NewPost & V,
    { keeper, known }: Answering,
  ): Promise<CreatedPost | undefined> => {
    if (!keeper) return (await plain(db, values))[0];
    const [row] = await keeping(db, { ...values, ...keeper.valuesFor(known) });
    if (!row) throw new Error('a statement without conditions returned no row');
    const { taken, is_known, ...created } = row;
    keeper.check({ taken, is_known });
    return created.id === null ? undefined : created;
  };
}

/** What stores the answer, if anything does, and what of the answer is known before. */
interface Answering {
  keeper: AnswerKeeper | undefined;
  known: object;
}

/** The usual case, in which every tag exists already, at half the cost. */
const insertWithKnownTags = creating<{ names: string[] }>(
  taggedIfKnown,
  (param) => sql<boolean>`(select count(*) from tagged) = cardinality(${param('names')}::text[])`,
);

const insertWithTags = creating<TagRows>(tagged);

/**
 * Creates a post with its counters and tags in one statement, or in two if a tag is new or the slug is taken. If the slug is
 * taken, nothing is created and the result is undefined.
 */
export const insertPost = (
  db: Db,
  post: NewPost,
  tags: readonly string[],
  answering: Answering,
): Promise<CreatedPost | undefined> =>
  retryTagging(
    db,
    async () =>
      (await insertWithKnownTags(db, { ...post, names: distinctNames(tags) }, answering)) ??
      insertWithTags(db, { ...post, ...tagRows(tags) }, answering),
  );

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
