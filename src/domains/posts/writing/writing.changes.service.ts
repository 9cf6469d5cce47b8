import type { AccountActor } from '../../../platform/actor.ts';
import { atomically, type Db, type Tx } from '../../../platform/database/index.ts';
import { toPost } from '../posts.mapper.ts';
import { PostNotFound } from '../posts.problems.ts';
import { findPost, lockOwnPost } from '../posts.queries.ts';
import type { Post } from '../posts.schemas.ts';
import { keepRevision } from '../revisions/revisions.queries.ts';
import { render } from './writing.markdown.ts';
import * as queries from './writing.queries.ts';
import type { UpdatePost } from './writing.schemas.ts';

/** What every change of a post goes through: writing, publishing and restoring a revision. */

type LockedPost = NonNullable<Awaited<ReturnType<typeof lockOwnPost>>>;

/**
 * Changes a post that the actor may change, and returns it as it is then.
 *
 * @throws {PostNotFound} where there is no such post, or the actor may not change it
 */
export async function changePost(
  db: Db,
  actor: AccountActor,
  ref: string,
  work: (tx: Tx, post: LockedPost) => Promise<void>,
): Promise<Post> {
  return atomically(db, async (tx) => {
    const post = await lockOwnPost(tx, ref, actor);
    if (!post) throw new PostNotFound();
    await work(tx, post);
    const changed = await findPost(tx, post.id, actor);
    if (!changed) throw new PostNotFound();
    return toPost(changed);
  });
}

/** Writes the text and the tags of a post anew, and keeps what they were as a revision. */
export async function rewritePost(
  tx: Tx,
  id: string,
  input: UpdatePost,
  more: queries.PostChange = {},
): Promise<void> {
  const { tags, ...fields } = input;
  await keepRevision(tx, id);
  const rendered = fields.body === undefined ? {} : { body_html: await render(fields.body) };
  await queries.updatePost(tx, id, { ...fields, ...rendered, ...more });
  if (tags) await queries.replaceTags(tx, id, tags);
}
