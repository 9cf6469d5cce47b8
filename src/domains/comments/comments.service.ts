import { type AccountActor, isModerator, type Principal } from '../../platform/actor.ts';
import { type Audit, changeOf, changesBetween } from '../../platform/audit/index.ts';
import type { Db } from '../../platform/database/index.ts';
import { newId } from '../../platform/ids.ts';
import { findReadablePost, PostNotFound } from '../posts/index.ts';
import { CommentNotFound, ParentNotFound } from './comments.problems.ts';
import * as queries from './comments.queries.ts';
import type { CommentStatus, CreatePostComment } from './comments.schemas.ts';

/** Whether comments wait for a moderator, as `COMMENTS_NEED_APPROVAL` says. */
export type Approval = 'on' | 'off';

/**
 * The filters for the comments of a post that the viewer may read: approved ones and their own.
 *
 * @throws {PostNotFound} if the viewer may not read the post
 */
export async function threadFilters(
  db: Db,
  postRef: string,
  viewer: Principal | null,
  parentId: string | undefined,
): Promise<queries.CommentFilters> {
  const post = await findReadablePost(db, postRef, viewer);
  if (!post) throw new PostNotFound();
  return {
    post_id: post.id,
    viewer: viewer?.account.id ?? null,
    ...(parentId !== undefined && { parent_id: parentId }),
  };
}

/**
 * Adds a comment to a post. It is pending if comments need approval and its author is no moderator.
 *
 * @throws {PostNotFound} if the viewer may not read the post
 * @throws {ParentNotFound} if the parent is not a comment on this post that the actor may read
 */
export async function createComment(
  db: Db,
  actor: AccountActor,
  postRef: string,
  { body, parent_id = null }: CreatePostComment,
  approval: Approval,
): Promise<queries.CommentRow> {
  const post = await findReadablePost(db, postRef, actor);
  if (!post) throw new PostNotFound();
  const comment = await queries.insertComment(db, {
    id: newId(),
    post_id: post.id,
    parent_id,
    author_id: actor.account.id,
    body,
    status: approval === 'off' || isModerator(actor) ? 'approved' : 'pending',
  });
  if (!comment) throw parent_id === null ? new PostNotFound() : new ParentNotFound();
  return comment;
}

/** Changes the text of a comment. It is pending again if comments need approval and the actor is no moderator. */
export async function updateComment(
  db: Db,
  actor: AccountActor,
  id: string,
  body: string,
  approval: Approval,
  audit: Audit,
): Promise<queries.CommentRow> {
  const waits = approval === 'on' && !isModerator(actor);
  return audit.around(db, async (tx) => {
    const comment = await queries.updateBody(tx, actor, id, {
      body,
      ...(waits && { status: 'pending' as const }),
    });
    if (!comment) throw new CommentNotFound();
    audit.of(comment);
    audit.changes = [changeOf('body')];
    return comment;
  });
}

/** Deletes a comment; replies to it stay. */
export async function deleteComment(db: Db, actor: AccountActor, id: string, audit: Audit): Promise<void> {
  await audit.around(db, async (tx) => {
    const comment = await queries.lockComment(tx, actor, id);
    if (!comment) throw new CommentNotFound();
    audit.of(comment);
    audit.changes = changesBetween(comment, {}, { values: ['author_id', 'post_id', 'status'] });
    await queries.deleteComment(tx, comment);
  });
}

/** Approves or rejects a comment; doing so twice changes nothing. */
export async function moderateComment(
  db: Db,
  id: string,
  status: Exclude<CommentStatus, 'pending'>,
  audit: Audit,
): Promise<queries.CommentRow> {
  return audit.around(db, async (tx) => {
    const moderated = await queries.updateStatus(tx, id, status);
    if (!moderated) throw new CommentNotFound();
    const { previous_status, ...comment } = moderated;
    audit.changes = changesBetween({ status: previous_status }, comment, { values: ['status'] });
    return comment;
  });
}
