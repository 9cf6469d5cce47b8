import type { AccountActor } from '../../../platform/actor.ts';
import type { Db } from '../../../platform/database/index.ts';
import { RevisionNotFound } from '../posts.problems.ts';
import type { Post } from '../posts.schemas.ts';
import { changePost, rewritePost } from '../writing/writing.changes.service.ts';
import { findRevision } from './revisions.queries.ts';

/** Makes an earlier version the newest one; what was the newest is kept as well. */
export function restoreRevision(db: Db, actor: AccountActor, id: string, version: number): Promise<Post> {
  return changePost(db, actor, id, async (tx) => {
    const revision = await findRevision(tx, id, version);
    if (!revision) throw new RevisionNotFound();
    const { title, summary, body, tags } = revision;
    await rewritePost(tx, id, { title, summary, body, tags });
  });
}
