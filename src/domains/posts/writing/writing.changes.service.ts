import { checkAnswerScope } from '../../../http/access/access.ts';
import type { AccountActor } from '../../../platform/actor.ts';
import { type Audit, changesBetween } from '../../../platform/audit/index.ts';
import type { Db, Tx } from '../../../platform/database/index.ts';
import { toPost } from '../posts.mapper.ts';
import { PostNotFound } from '../posts.problems.ts';
import { findPost, lockOwnPost } from '../posts.queries.ts';
import type { Post } from '../posts.schemas.ts';
import { keepRevision } from '../revisions/revisions.queries.ts';
import * as queries from './writing.queries.ts';
import type { UpdatePost } from './writing.schemas.ts';

/** Shared by all changes of posts: writing, publishing, restoring a revision. */

type LockedPost = NonNullable<Awaited<ReturnType<typeof lockOwnPost>>>;

/**
 * Changes a post and returns it as changed.
 *
 * @throws {PostNotFound} if there is no such post or the actor may not change it
 * @throws {InsufficientScope} for an API key that may not read the post, unless the post is public before or afterwards
 */
export async function changePost(
  db: Db,
  actor: AccountActor,
  ref: string,
  audit: Audit,
  work: (tx: Tx, post: LockedPost) => Promise<void>,
): Promise<Post> {
  return audit.around(db, async (tx) => {
    const post = await lockOwnPost(tx, ref, actor);
    if (!post) throw new PostNotFound();
    audit.of(post);
    await work(tx, post);
    const changed = await findPost(tx, post.id, actor);
    if (!changed) throw new PostNotFound();
    if (post.current_status !== 'published' && changed.status !== 'published')
      checkAnswerScope(actor, 'posts:read');
    audit.changes = postChanges(post, changed);
    return toPost(changed);
  });
}

/** What the audit log stores of a change. Not the texts: revisions have them, each by its version. */
export const postChanges = (
  { current_status: status, ...before }: LockedPost,
  after: Partial<Pick<Post, 'status' | 'published_at' | 'version'>> & { author_id?: string },
) =>
  changesBetween({ ...before, status }, after, {
    values: ['author_id', 'status', 'published_at', 'version'],
  });

/** What is written anew of a post: what is left out stays as it is. A new text comes with its HTML. */
export type Rewrite = Omit<UpdatePost, 'body'> & ({ body: string; body_html: string } | { body?: never });

/**
 * Writes a locked post anew, and keeps what it was as a revision. Where nothing would change, nothing is written.
 */
export async function rewritePost(
  tx: Tx,
  id: string,
  rewrite: Rewrite,
  more: queries.PostChange = {},
): Promise<void> {
  const { tags, ...fields } = rewrite;
  if (await queries.isUnchanged(tx, id, { ...rewrite, ...more })) return;
  await keepRevision(tx, id);
  await queries.updatePost(tx, id, { ...fields, ...more });
  if (tags) await queries.replaceTags(tx, id, tags);
}
