import { type Static, Type } from '@sinclair/typebox';
import { pageOf, pageQuery } from '../../http/concerns/pagination.ts';
import {
  component,
  EXAMPLE_ID,
  enumeration,
  NOT_BLANK,
  nullable,
  path,
  query,
  ref,
  text,
  timestamp,
  uuid,
} from '../../http/contract/schema.ts';
import { PublicUser } from '../users/index.ts';

export const COMMENT_STATUSES = ['pending', 'approved', 'rejected'] as const;
export type CommentStatus = (typeof COMMENT_STATUSES)[number];
export const CommentStatus = enumeration(
  'CommentStatus',
  COMMENT_STATUSES,
  'Whether others see a comment: only an approved one. Its author always does.',
);

const body = text({
  minLength: 1,
  maxLength: 5000,
  pattern: NOT_BLANK,
  description: 'Plain text, kept as it was given and more than blanks; escape it where you show it.',
  examples: ['Well said. How does it fare with ten thousand of them?'],
});
const parentId = uuid('The comment that this one answers.');

export const PostComment = component(
  'PostComment',
  {
    id: uuid('The comment.'),
    post_id: uuid('The post it is about.'),
    parent_id: nullable({
      ...parentId,
      description:
        'The comment it answers, which others may not see any more; null where it begins a thread.',
    }),
    author: ref(PublicUser),
    body,
    status: ref(CommentStatus),
    created_at: timestamp('When it was written.'),
    updated_at: timestamp('When its author or a moderator last changed it.'),
  },
  { description: 'A comment on a post.' },
);
export type PostComment = Static<typeof PostComment>;

export const PostCommentPage = pageOf(PostComment, 'PostCommentPage', 'A page of the comments.');

export const CreatePostComment = component(
  'CreatePostComment',
  { body, parent_id: Type.Optional(nullable(parentId)) },
  { description: 'A new comment; with `parent_id`, an answer to another.' },
);
export type CreatePostComment = Static<typeof CreatePostComment>;

export const UpdatePostComment = component(
  'UpdatePostComment',
  { body },
  { description: 'The new text of a comment.' },
);

export const CommentPath = path({ comment_id: uuid('The id of the comment.') });

export const ListCommentsQuery = query({
  ...pageQuery,
  parent_id: Type.Optional({ ...parentId, description: 'Only the answers to this comment.' }),
});

export const ListCommentsForModerationQuery = query({
  ...pageQuery,
  status: Type.Optional(ref(CommentStatus)),
  post_id: Type.Optional(uuid('Only comments on this post.')),
  author: Type.Optional(
    text({
      minLength: 1,
      maxLength: 64,
      description: 'The id or the username of the author.',
      examples: [EXAMPLE_ID],
    }),
  ),
});
