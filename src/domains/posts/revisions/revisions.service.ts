import type { AccountActor } from '../../../platform/actor.ts';
import type { Audit } from '../../../platform/audit/index.ts';
import type { Db } from '../../../platform/database/index.ts';
import { RevisionNotFound } from '../posts.problems.ts';
import { findOwnPost } from '../posts.queries.ts';
import type { Post } from '../posts.schemas.ts';
import { changePost, rewritePost } from '../writing/writing.changes.service.ts';
import { rendered } from '../writing/writing.markdown.ts';
import type { WritingContext } from '../writing/writing.service.ts';
import { findRevision } from './revisions.queries.ts';

/**
 * The HTML of a revision from before that was kept, rendered before the transaction that needs it. Undefined where it was
 * kept, and where there is no such revision that the actor may go back to.
 */
export async function renderIfMissing(
  { db, markdown }: WritingContext,
  actor: AccountActor,
  id: string,
  version: number,
): Promise<string | undefined> {
  const revision = await findRevision(db, id, version);
  if (revision?.body_html !== null || !(await findOwnPost(db, id, actor))) return undefined;
  return (await rendered(markdown, { body: revision.body })).body_html;
}

/**
 * Makes an earlier version the newest one; the version until then becomes a revision too.
 *
 * @param html of a revision whose own was not kept
 * @throws {PostNotFound}
 * @throws {RevisionNotFound}
 */
export function restoreRevision(
  db: Db,
  actor: AccountActor,
  id: string,
  version: number,
  html: string | undefined,
  audit: Audit,
): Promise<Post> {
  return changePost(db, actor, id, audit, async (tx) => {
    const revision = await findRevision(tx, id, version);
    if (!revision) throw new RevisionNotFound();
    const { title, summary, body, tags } = revision;
    const body_html = revision.body_html ?? html;
    if (body_html === undefined) throw new Error(`version ${version} of the post ${id} was not rendered`);
    await rewritePost(tx, id, { title, summary, tags, body, body_html });
  });
}
