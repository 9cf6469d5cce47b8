import { personalSection } from '../../platform/personal-data.ts';
import { toPost } from './posts.mapper.ts';
import { listRevisionsOf, listWholePosts } from './posts.personal-data.queries.ts';
import { Post } from './posts.schemas.ts';
import { RevisionOfPost } from './revisions/revisions.schemas.ts';

/** Few, because a text has up to a million characters, and its HTML is longer. */
const BATCH = 5;
const KEPT_BECAUSE = 'what one wrote stays, under no name';

export const posts = personalSection({
  name: 'posts',
  description: 'The posts one wrote, whatever their status, with their text.',
  item: Post,
  batch: BATCH,
  rows: (db, { account }, slice) => listWholePosts(db, account.id, slice),
  key: ({ created_at, id }) => [created_at, id],
  map: toPost,
  kept: KEPT_BECAUSE,
});

export const postRevisions = personalSection({
  name: 'post_revisions',
  description: 'What these posts were before they were changed.',
  item: RevisionOfPost,
  batch: BATCH,
  rows: (db, { account }, slice) => listRevisionsOf(db, account.id, slice),
  key: ({ post_created_at, post_id, version }) => [post_created_at, post_id, version],
  map: ({ post_created_at: _, ...revision }) => revision,
  kept: KEPT_BECAUSE,
});
