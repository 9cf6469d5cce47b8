import { normalizeTimestamp } from '../../../http/contract/schema.ts';
import type { AccountActor } from '../../../platform/actor.ts';
import type { Db } from '../../../platform/database/index.ts';
import { PublishingTimeInvalid } from '../posts.problems.ts';
import { now } from '../posts.queries.ts';
import type { Post } from '../posts.schemas.ts';
import { keepRevision } from '../revisions/revisions.queries.ts';
import { changePost } from '../writing/writing.changes.service.ts';
import { updatePost } from '../writing/writing.queries.ts';
import type { CreatePost } from '../writing/writing.schemas.ts';

/** A publishing time as it is kept. @throws {PublishingTimeInvalid} for a moment that no clock shows */
function publishingTime(publishAt: string): string {
  const moment = normalizeTimestamp(publishAt);
  if (!moment) throw new PublishingTimeInvalid('`publish_at` must be a moment in the years 1 to 9999.');
  return moment;
}

const isToCome = (moment: string): boolean => Date.parse(moment) > Date.now();

/** How a new post begins, from the status and the time that are asked for; without a time, the database's own is meant. */
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
  if (status === 'scheduled' && !(published_at && isToCome(published_at)))
    throw new PublishingTimeInvalid('A scheduled post needs a `publish_at` in the future.');
  return { status: 'published', published_at };
}

/**
 * Publishes now or at a time. A post that is published already stays as it is, unless it gets another time; one that is
 * scheduled does not wait any longer.
 */
export function publishPost(
  db: Db,
  actor: AccountActor,
  id: string,
  publishAt: string | undefined,
): Promise<Post> {
  const requested = publishAt === undefined ? undefined : publishingTime(publishAt);
  return changePost(db, actor, id, async (tx, post) => {
    const since = post.published_at !== null && !isToCome(post.published_at) ? post.published_at : null;
    const published_at = requested ?? since ?? now;
    if (post.status === 'published' && published_at === post.published_at) return;
    await keepRevision(tx, id);
    await updatePost(tx, id, { status: 'published', published_at });
  });
}

/** Takes a post back: a draft forgets when it was published, an archived post does not. */
export function unpublishPost(
  db: Db,
  actor: AccountActor,
  id: string,
  status: 'draft' | 'archived',
): Promise<Post> {
  return changePost(db, actor, id, async (tx, post) => {
    if (post.status === status) return;
    await keepRevision(tx, id);
    await updatePost(tx, id, status === 'draft' ? { status, published_at: null } : { status });
  });
}
