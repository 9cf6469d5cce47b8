import type { AccountActor } from '../../../platform/actor.ts';
import type { Db } from '../../../platform/database/index.ts';
import { PostNotFound, RevisionNotFound } from '../posts.problems.ts';
import { findOwnPost } from '../posts.queries.ts';
import type { Post } from '../posts.schemas.ts';
import { changePost, type Rewrite, rewritePost } from '../writing/writing.changes.service.ts';
import { rendered } from '../writing/writing.markdown.ts';
import type { WritingContext } from '../writing/writing.service.ts';
import { findRevision } from './revisions.queries.ts';

/**
 * A revision as it would be written again.
 *
 * @throws {PostNotFound} where the actor may not change the post
 * @throws {RevisionNotFound}
 */
export async function findRewrite(
  { db, markdown }: WritingContext,
  actor: AccountActor,
  id: string,
  version: number,
): Promise<Rewrite> {
  if (!(await findOwnPost(db, id, actor))) throw new PostNotFound();
  const revision = await findRevision(db, id, version);
  if (!revision) throw new RevisionNotFound();
  const { title, summary, body, body_html, tags } = revision;
  const text = body_html === null ? await rendered(markdown, { body }) : { body, body_html };
  return { title, summary, tags, ...text };
}

/** Makes an earlier version the newest one; the version until then becomes a revision too. */
export function restoreRevision(db: Db, actor: AccountActor, id: string, rewrite: Rewrite): Promise<Post> {
  return changePost(db, actor, id, (tx) => rewritePost(tx, id, rewrite));
}
