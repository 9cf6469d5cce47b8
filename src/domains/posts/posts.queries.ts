import { type RawBuilder, sql } from 'kysely';
import type { Principal } from '../../platform/actor.ts';
import { isAdmin } from '../../platform/actor.ts';
import type { Slice } from '../../platform/database/index.ts';
import { type Db, type Params, prepared, type Tx } from '../../platform/database/index.ts';
import { isId } from '../../platform/ids.ts';

/** A post that everyone may see. Whether its time has come is decided at each read; nothing has to wake it. */
export const isVisible = sql<boolean>`(p.status = 'published' and p.published_at <= now())`;

/** The moment, cut and not rounded to what a column keeps: rounded up, it would still be to come. */
export const now = sql<string>`date_trunc('milliseconds', now())`;

/** The time since which a post has been published; now, where it has not been. */
export const sinceOrNow = sql<string>`coalesce(published_at, ${now})`;

const statusNow = sql<'draft' | 'scheduled' | 'published' | 'archived'>`
  case when p.status = 'published' and p.published_at > now() then 'scheduled' else p.status end`;

/** `limit 1` keeps the planner from reading all tags for each post, which it finds cheap while they are few. */
const tagNames = sql<string[]>`(
  select coalesce(json_agg(t.name order by t.name), '[]')
  from post_tags pt, lateral (select name from tags where id = pt.tag_id limit 1) t where pt.post_id = p.id)`;

/** What a post is together with what belongs to it but its tags, in one statement. */
export const decoratedWithoutTags = (db: Db) =>
  db
    .selectFrom('posts as p')
    .innerJoin('users as u', 'u.id', 'p.author_id')
    .innerJoin('post_stats as s', 's.post_id', 'p.id')
    .select([
      'p.id',
      'p.slug',
      'p.title',
      'p.summary',
      'p.published_at',
      'p.version',
      'p.created_at',
      'p.updated_at',
    ])
    .select(['s.views', 's.comment_count', 'p.author_id', 'u.username', 'u.full_name', 'u.bio'])
    .select('u.created_at as author_created_at')
    .select(statusNow.as('status'));

export const decorated = (db: Db) => decoratedWithoutTags(db).select(tagNames.as('tags'));

export const withText = (db: Db) => decorated(db).select(['p.body', 'p.body_html']);

export type SummaryRow = Awaited<ReturnType<ReturnType<typeof decorated>['executeTakeFirstOrThrow']>>;
export type PostRow = Awaited<ReturnType<ReturnType<typeof withText>['executeTakeFirstOrThrow']>>;

export interface Lookup {
  ref: string;
  viewer: string | null;
  admin: boolean;
}

export const mayRead = (param: Params<Lookup>) =>
  sql<boolean>`(${isVisible} or p.author_id = ${param('viewer')} or ${param('admin')})`;

const findBySlug = prepared((db, param: Params<Lookup>) =>
  withText(db).where('p.slug', '=', param('ref')).where(mayRead(param)),
);
const findById = prepared((db, param: Params<Lookup>) =>
  withText(db).where('p.id', '=', param('ref')).where(mayRead(param)),
);

export const lookup = (ref: string, viewer: Principal | null): Lookup => ({
  ref,
  viewer: viewer?.account.id ?? null,
  admin: isAdmin(viewer),
});

/** A post by id or slug, where the viewer may see it. */
export async function findPost(db: Db, ref: string, viewer: Principal | null): Promise<PostRow | undefined> {
  const [row] = await (isId(ref) ? findById : findBySlug)(db, lookup(ref, viewer));
  return row;
}

/** Whether there is such a post for the viewer, and whose it is. */
export async function findVisiblePost(
  db: Db,
  ref: string,
  viewer: Principal | null,
): Promise<{ id: string; author_id: string } | undefined> {
  const { viewer: id, admin } = lookup(ref, viewer);
  return db
    .selectFrom('posts as p')
    .select(['p.id', 'p.author_id'])
    .where(isId(ref) ? 'p.id' : 'p.slug', '=', ref)
    .where(sql<boolean>`(${isVisible} or p.author_id = ${id} or ${admin})`)
    .executeTakeFirst();
}

/** Locks a post, named by its id or slug, for a change by its author or an admin. */
export const lockPost = (tx: Tx, ref: string, by: Principal) =>
  tx
    .selectFrom('posts as p')
    .select([
      'p.id',
      'p.title',
      'p.summary',
      'p.body',
      'p.status',
      'p.published_at',
      'p.version',
      'p.updated_at',
    ])
    .where(isId(ref) ? 'p.id' : 'p.slug', '=', ref)
    .where(sql<boolean>`(p.author_id = ${by.account.id} or ${isAdmin(by)})`)
    .forUpdate('p')
    .executeTakeFirst();

/** Whether an account may change a post. */
export const findOwnPost = (db: Db, id: string, by: Principal) =>
  db
    .selectFrom('posts as p')
    .select('p.id')
    .where('p.id', '=', id)
    .where(sql<boolean>`(p.author_id = ${by.account.id} or ${isAdmin(by)})`)
    .executeTakeFirst();

export interface PostChange {
  title?: string;
  summary?: string | null;
  body?: string;
  body_html?: string;
  author_id?: string;
  status?: 'draft' | 'published' | 'archived';
  published_at?: string | RawBuilder<string> | null;
}

/** Writes a change and counts it as a version. */
export async function updatePost(tx: Tx, id: string, change: PostChange): Promise<void> {
  await tx
    .updateTable('posts')
    .set({ ...change, version: sql`version + 1`, updated_at: sql`now()` })
    .where('id', '=', id)
    .execute();
}

/** Keeps what a post is now as a revision, before it changes. */
export async function keepRevision(tx: Tx, id: string): Promise<void> {
  await sql`
    insert into post_revisions (post_id, version, title, summary, body, tags, created_at)
    select p.id, p.version, p.title, p.summary, p.body,
      array(select t.name from post_tags pt join tags t on t.id = pt.tag_id where pt.post_id = p.id order by t.name), p.updated_at
    from posts p where p.id = ${id}
    on conflict (post_id, version) do nothing`.execute(tx);
}

export async function isFreeSlug(db: Db, slug: string): Promise<boolean> {
  const taken = await db.selectFrom('posts').select('id').where('slug', '=', slug).executeTakeFirst();
  return taken === undefined && !isId(slug);
}

export async function deletePost(tx: Tx, id: string): Promise<void> {
  await tx.deleteFrom('posts').where('id', '=', id).execute();
}

const REVISION_COLUMNS = ['version', 'title', 'summary', 'body', 'tags', 'created_at'] as const;

export function listRevisions(db: Db, postId: string, slice: Slice) {
  let revisions = db.selectFrom('post_revisions').select(REVISION_COLUMNS).where('post_id', '=', postId);
  if (slice.after) revisions = revisions.where('version', '<', Number(slice.after[0]));
  return revisions.orderBy('version', 'desc').limit(slice.limit).offset(slice.offset).execute();
}

export async function countRevisions(db: Db, postId: string): Promise<number> {
  const row = await db
    .selectFrom('post_revisions')
    .select((select) => select.fn.countAll<number>().as('total'))
    .where('post_id', '=', postId)
    .executeTakeFirstOrThrow();
  return row.total;
}

export const findRevision = (db: Db, postId: string, version: number) =>
  db
    .selectFrom('post_revisions')
    .select(REVISION_COLUMNS)
    .where('post_id', '=', postId)
    .where('version', '=', version)
    .executeTakeFirst();

/** Adds to the views of posts. The rows are locked in one order, so that two such statements never wait for each other. */
export async function addViews(
  db: Db,
  counts: readonly (readonly [id: string, views: number])[],
): Promise<void> {
  const ids = counts.map(([id]) => id);
  const views = counts.map(([, count]) => count);
  await sql`
    with counted as (select id, views from unnest(${ids}::uuid[], ${views}::bigint[]) as v (id, views)),
    locked as (
      select post_id from post_stats where post_id in (select id from counted) order by post_id for no key update)
    update post_stats s set views = s.views + counted.views
    from counted join locked on locked.post_id = counted.id where s.post_id = counted.id`.execute(db);
}
