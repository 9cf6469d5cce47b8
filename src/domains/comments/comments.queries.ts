import { sql } from 'kysely';
import type { Principal } from '../../platform/actor.ts';
import { type Db, type Slice, type Tx, valuesAsParams } from '../../platform/database/index.ts';
import { isId } from '../../platform/ids.ts';
import { isOwnOrAdmin, viewerOf } from '../../platform/visibility.queries.ts';
import type { CommentStatus } from './comments.schemas.ts';

/** A comment with the public fields of its author. */
export interface CommentRow {
  id: string;
  post_id: string;
  parent_id: string | null;
  author_id: string;
  body: string;
  status: CommentStatus;
  created_at: string;
  updated_at: string;
  username: string;
  full_name: string | null;
  bio: string | null;
  author_created_at: string;
}

const OWN_COLUMNS = [
  'comments.id',
  'comments.post_id',
  'comments.parent_id',
  'comments.author_id',
  'comments.body',
  'comments.status',
  'comments.created_at',
  'comments.updated_at',
] as const;
const COLUMNS = [
  ...OWN_COLUMNS,
  'users.username',
  'users.full_name',
  'users.bio',
  'users.created_at as author_created_at',
] as const;

export interface NewComment {
  id: string;
  post_id: string;
  parent_id: string | null;
  author_id: string;
  body: string;
  status: CommentStatus;
}

/** A comment that an account may read: an approved one, or one's own; without an account, an approved one. */
const isReadable = (viewer: string | null) =>
  viewer === null
    ? sql<boolean>`comments.status = 'approved'`
    : sql<boolean>`(comments.status = 'approved' or comments.author_id = ${viewer}::uuid)`;

/**
 * Inserts a comment; nothing where there is no such post, or the parent is not one that the author can see on this post.
 * Both are locked, so that one deleted at the same moment does not violate a foreign key.
 */
export async function insertComment(db: Db, comment: NewComment): Promise<CommentRow | undefined> {
  const { id, post_id, parent_id, author_id, body, status } = comment;
  const { rows } = await sql<CommentRow>`
    with post as (select id from posts where id = ${post_id}::uuid for key share),
    parent as (
      select id from comments
      where id = ${parent_id}::uuid and post_id = ${post_id}::uuid and ${isReadable(author_id)}
      for key share),
    made as (
      insert into comments (id, post_id, parent_id, author_id, body, status)
      select ${id}::uuid, post.id, parent.id, ${author_id}::uuid, ${body}, ${status}
      from post left join parent on true
      where parent.id is not null or ${parent_id}::uuid is null
      returning id, post_id, parent_id, author_id, body, status, created_at, updated_at)
    select made.*, users.username, users.full_name, users.bio, users.created_at as author_created_at
    from made join users on users.id = made.author_id`.execute(db);
  return rows[0];
}

/**
 * The id of an account, of which the id or the username is given; one that nobody has where there is none. It is looked up
 * before, so that the planner knows whose comments are listed: those of some are many.
 */
export async function authorIdOf(db: Db, author: string): Promise<string> {
  if (isId(author)) return author;
  const users = db.selectFrom('users').select('id');
  const named = users.where(sql<string>`lower(username)`, '=', author.toLowerCase());
  return (await named.executeTakeFirst())?.id ?? NOBODY;
}
const NOBODY = '00000000-0000-0000-0000-000000000000';

/** The filters of a list of comments, and who reads it. */
export interface CommentFilters {
  post_id?: string;
  parent_id?: string;
  status?: CommentStatus;
  /** By id. */
  author?: string;
  /** Only comments that this account may read: approved ones and its own; null for a caller without an account. */
  viewer?: string | null;
}

const matching = (db: Db, { post_id, parent_id, status, author, viewer }: CommentFilters) => {
  let comments = db.selectFrom('comments');
  if (post_id !== undefined) comments = comments.where('comments.post_id', '=', post_id);
  if (parent_id !== undefined) comments = comments.where('comments.parent_id', '=', parent_id);
  if (status !== undefined) comments = comments.where('comments.status', '=', status);
  if (viewer !== undefined) comments = comments.where(isReadable(viewer));
  if (author !== undefined) comments = comments.where('comments.author_id', '=', author);
  return comments;
};

/** The comments of a slice with their authors, by the time of their creation. Only the authors of the slice are read. */
export function listComments(
  db: Db,
  filters: CommentFilters,
  direction: 'asc' | 'desc',
  slice: Slice,
): Promise<CommentRow[]> {
  let comments = matching(db, filters)
    .select(OWN_COLUMNS)
    .orderBy('comments.created_at', direction)
    .orderBy('comments.id', direction);
  if (slice.after) {
    const [createdAt, id] = slice.after;
    const follows = direction === 'asc' ? sql`>` : sql`<`;
    comments = comments.where(
      sql<boolean>`(comments.created_at, comments.id) ${follows} (${createdAt}::timestamptz, ${id}::uuid)`,
    );
  }
  return db
    .selectFrom(comments.limit(slice.limit).offset(slice.offset).as('comments'))
    .innerJoin('users', 'users.id', 'comments.author_id')
    .select(COLUMNS)
    .orderBy('comments.created_at', direction)
    .orderBy('comments.id', direction)
    .execute();
}

export async function countComments(db: Db, filters: CommentFilters): Promise<number> {
  const row = await matching(db, filters)
    .select((select) => select.fn.countAll<number>().as('total'))
    .executeTakeFirstOrThrow();
  return row.total;
}

const mayChange = (actor: Principal) => isOwnOrAdmin('comments.author_id', valuesAsParams(viewerOf(actor)));

const withAuthor = (db: Db) =>
  db.updateTable('comments').from('users').whereRef('users.id', '=', 'comments.author_id');

/** Sets the text of an own comment, or of any for an admin, and its status if one is given. */
export function updateBody(
  db: Db,
  actor: Principal,
  id: string,
  change: { body: string; status?: CommentStatus },
): Promise<CommentRow | undefined> {
  return withAuthor(db)
    .set({ ...change, updated_at: sql`now()` })
    .where('comments.id', '=', id)
    .where(mayChange(actor))
    .returning(COLUMNS)
    .executeTakeFirst();
}

/** The status as it was before the statement. */
const previousStatus = sql<CommentStatus>`
  (select previous.status from comments as previous where previous.id = comments.id)`;

/** Sets the status of a comment. A comment that has it already does not change. */
export const updateStatus = (
  db: Db,
  id: string,
  status: CommentStatus,
): Promise<(CommentRow & { previous_status: CommentStatus }) | undefined> =>
  withAuthor(db)
    .set({
      status,
      updated_at: sql`case when comments.status = ${status} then comments.updated_at else now() end`,
    })
    .where('comments.id', '=', id)
    .returning(COLUMNS)
    .returning(previousStatus.as('previous_status'))
    .executeTakeFirst();

/**
 * Locks an own comment, or any for an admin, and its post. Locking the post serialises deletes on it, so that concurrent
 * deletes in a thread cannot deadlock.
 */
export const lockComment = (tx: Tx, actor: Principal, id: string) =>
  tx
    .selectFrom('comments')
    .innerJoin('posts', 'posts.id', 'comments.post_id')
    .select([
      'comments.id',
      'comments.parent_id',
      'comments.author_id',
      'comments.post_id',
      'comments.status',
    ])
    .where('comments.id', '=', id)
    .where(mayChange(actor))
    .forNoKeyUpdate('posts')
    .forUpdate('comments')
    .executeTakeFirst();

/** Deletes a comment. Its replies get its parent as their parent. */
export async function deleteComment(
  tx: Tx,
  { id, parent_id }: Pick<CommentRow, 'id' | 'parent_id'>,
): Promise<void> {
  await tx.updateTable('comments').set({ parent_id }).where('parent_id', '=', id).execute();
  await tx.deleteFrom('comments').where('id', '=', id).execute();
}
