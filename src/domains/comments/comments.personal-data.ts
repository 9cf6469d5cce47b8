import { personalSection } from '../../platform/personal-data.ts';
import { toPostComment } from './comments.mapper.ts';
import { listComments } from './comments.queries.ts';
import { PostComment } from './comments.schemas.ts';

export const comments = personalSection({
  name: 'comments',
  description: 'The comments one wrote, whatever their status.',
  item: PostComment,
  batch: 500,
  rows: (db, { account }, slice) => listComments(db, { author: account.id }, 'desc', slice),
  key: ({ created_at, id }) => [created_at, id],
  map: toPostComment,
  kept: 'what one wrote stays, under no name',
});
