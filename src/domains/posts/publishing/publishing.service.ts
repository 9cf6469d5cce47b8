import { normalizeTimestamp } from '../../../http/contract/schema.ts';
import type { AccountActor } from '../../../platform/actor.ts';
import type { Audit } from '../../../platform/audit/index.ts';
import type { Db } from '../../../platform/database/index.ts';
import { PublishingTimeInvalid } from '../posts.problems.ts';
import { now } from '../posts.queries.ts';
import type { Post } from '../posts.schemas.ts';
import { keepRevision } from '../revisions/revisions.queries.ts';
import { changePost } from '../writing/writing.changes.service.ts';
import { updatePost } from '../writing/writing.queries.ts';
import type { CreatePost } from '../writing/writing.schemas.ts';

/** A publishing time as it is stored. @throws {PublishingTimeInvalid} for a time outside the years 1 to 9999 */
function publishingTime(publishAt: string): string {
  const moment = normalizeTimestamp(publishAt);
  if (!moment) throw new PublishingTimeInvalid('`publish_at` must be a moment in the years 1 to 9999.');
  return moment;
}

const isInFuture = (moment: string): boolean => Date.parse(moment) > Date.now();

/** The stored status and publishing time for the requested ones. No time (null) for a published post means now, by the database's clock. */
export function initialStatus(input: Pick<CreatePost, 'status' | 'publish_at'>): {
  status: 'draft' | 'published';
  published_at: string | null;
} {
  const { status = 'draft', publish_at } = input;
  if (status === 'draft') {
    if (publish_at !== undefined)
      throw new PublishingTimeInvalid(
        'A draft takes no `publish_at`; ask for the status `scheduled` or `published`.',
      );
    return { status, published_at: null };
  }
  const published_at = publish_at === undefined ? null : publishingTime(publish_at);
  if (status === 'scheduled' && !(published_at && isInFuture(published_at)))
    throw new PublishingTimeInvalid('A scheduled post needs a `publish_at` in the future.');
  return { status: 'published', published_at };
}

/**
 * Publishes a post now or at a time. A published post does not change unless the time differs; a scheduled one without a
 * new time is published now.
 */
export function publishPost(
  db: Db,
  actor: AccountActor,
  id: string,
  publishAt: string | undefined,
  audit: Audit,
): Promise<Post> {
  const requested = publishAt === undefined ? undefined : publishingTime(publishAt);
  return changePost(db, actor, id, audit, async (tx, post) => {
    const since = post.published_at !== null && !isInFuture(post.published_at) ? post.published_at : null;
    const published_at = requested ?? since ?? now;
    if (post.status === 'published' && published_at === post.published_at) return;
    await keepRevision(tx, id);
    await updatePost(tx, id, { status: 'published', published_at });
  });
}

/** Makes a post a draft, which has no publishing time, or archives it with its publishing time. */
export function unpublishPost(
  db: Db,
  actor: AccountActor,
  id: string,
  status: 'draft' | 'archived',
  audit: Audit,
): Promise<Post> {
  return changePost(db, actor, id, audit, async (tx, post) => {
    if (post.status === status) return;
    await keepRevision(tx, id);
    await updatePost(tx, id, status === 'draft' ? { status, published_at: null } : { status });
  });
}
