import { type CompiledQuery, type RawBuilder, sql } from 'kysely';
import type { Principal } from '../../platform/actor.ts';
import { type Db, type Params, prepared, type Tx } from '../../platform/database/index.ts';
import { isId } from '../../platform/ids.ts';
import { isOwnOrAdmin, isReadable, type Viewer, viewerOf } from '../../platform/visibility.queries.ts';

/** What every part of the domain reads: the columns of a post, and one post by its id or slug. */

/** Now, truncated to the precision of the columns: rounded up, it would be in the future. */
export const now = sql<string>`date_trunc('milliseconds', now())`;

const currentStatus = sql<'draft' | 'scheduled' | 'published' | 'archived'>`
  case when p.status = 'published' and p.published_at > now() then 'scheduled' else p.status end`;

/**
 * The tags of a post as a JSON array of `element`, an expression over `tags t`. `limit 1` keeps the planner from reading all
 * tags for each post, which it prefers while there are few tags.
 */
export const tagsAs = <T>(element: RawBuilder<T>): RawBuilder<T[]> => sql`(
  select coalesce(json_agg(${element} order by t.name), '[]')
  from post_tags pt, lateral (select name, slug from tags where id = pt.tag_id limit 1) t where pt.post_id = p.id)`;

export const tagNames = tagsAs(sql<string>`t.name`);

/** A post without its text, with its author, counters and tags, in one statement. */
export const selectSummaries = <T>(db: Db, tags: RawBuilder<T[]>) =>
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
    .select([currentStatus.as('status'), tags.as('tags')]);

export const selectPosts = <T>(db: Db, tags: RawBuilder<T[]>) =>
  selectSummaries(db, tags).select(['p.body', 'p.body_html']);

type RowOf<Select extends (...args: never) => { executeTakeFirstOrThrow(): Promise<unknown> }> = Awaited<
  ReturnType<ReturnType<Select>['executeTakeFirstOrThrow']>
>;
export type SummaryRow = RowOf<typeof selectSummaries<string>>;
/** A post with its text; `Tag` is how a version of the API answers a tag. */
export type PostRow<Tag = string> = RowOf<typeof selectPosts<Tag>>;

type ByRef = Viewer & { ref: string };

/** Two prepared statements, one for posts by id and one for posts by slug. */
function byRef<R>(
  build: (db: Db, ref: 'p.id' | 'p.slug', param: Params<ByRef>) => { compile(): CompiledQuery<R> },
): (db: Db, ref: string, viewer: Principal | null) => Promise<R | undefined> {
  const byId = prepared((db, param: Params<ByRef>) => build(db, 'p.id', param));
  const bySlug = prepared((db, param: Params<ByRef>) => build(db, 'p.slug', param));
  return async (db, ref, viewer) => {
    const [row] = await (isId(ref) ? byId : bySlug)(db, { ref, ...viewerOf(viewer) });
    return row;
  };
}

/** Finds a post by its id or slug, where the viewer may read it; `tags` is how a version of the API answers them. */
export const postFinder = <T>(tags: RawBuilder<T[]>) =>
  byRef((db, ref, param) =>
    selectPosts(db, tags).where(ref, '=', param('ref')).where(isReadable('p', param)),
  );

export const findPost = postFinder(tagNames);

/** The id and the author of a post that the viewer may read. */
export const findReadablePost = byRef((db, ref, param) =>
  db
    .selectFrom('posts as p')
    .select(['p.id', 'p.author_id'])
    .where(ref, '=', param('ref'))
    .where(isReadable('p', param)),
);

/** The id and the version of a post that the viewer may change. */
export const findOwnPost = byRef((db, ref, param) =>
  db
    .selectFrom('posts as p')
    .select(['p.id', 'p.version'])
    .where(ref, '=', param('ref'))
    .where(isOwnOrAdmin('p.author_id', param)),
);

const lock = byRef((db, ref, param) =>
  db
    .selectFrom('posts as p')
    .select(['p.id', 'p.author_id', 'p.status', 'p.published_at', 'p.version'])
    .select(currentStatus.as('current_status'))
    .where(ref, '=', param('ref'))
    .where(isOwnOrAdmin('p.author_id', param))
    .forUpdate('p'),
);

/** Locks a post for a change, where the viewer may change it. */
export const lockOwnPost = (tx: Tx, ref: string, by: Principal) => lock(tx, ref, by);
