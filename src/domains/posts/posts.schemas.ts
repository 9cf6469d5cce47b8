import type { Static } from '@sinclair/typebox';
import {
  component,
  enumeration,
  integer,
  listOf,
  NOT_BLANK,
  nullable,
  path,
  ref,
  text,
  timestamp,
  uuid,
} from '../../http/contract/schema.ts';
import { tagName } from '../tags/index.ts';
import { PublicUser } from '../users/index.ts';

export const POST_STATUSES = ['draft', 'scheduled', 'published', 'archived'] as const;
export const PostStatus = enumeration(
  'PostStatus',
  POST_STATUSES,
  'Where a post stands: `scheduled` is published with a time that has not come yet.',
);

export const title = text({
  minLength: 5,
  maxLength: 200,
  pattern: NOT_BLANK,
  description: 'The headline, in plain text.',
  examples: ['The contract cannot lie'],
});
export const summary = text({
  maxLength: 500,
  description: 'What it is about, in plain text.',
  examples: ['Why the code that answers is the code that documents.'],
});
export const body = text({
  minLength: 20,
  maxLength: 1_000_000,
  pattern: NOT_BLANK,
  description: 'The text in Markdown (CommonMark with tables); HTML in it is sanitised.',
  examples: ['Everything in **the contract** has been seen to happen.'],
});
const slug = text({
  minLength: 1,
  maxLength: 200,
  pattern: '^[a-z0-9]+(-[a-z0-9]+)*$',
  description: 'The name in addresses, made from the title; it stays when the title changes.',
  examples: ['the-contract-cannot-lie'],
});
export const tags = listOf(tagName, {
  maxItems: 20,
  description: 'What it is filed under; a tag that does not exist is made.',
});
export const publishAt = timestamp(
  'When it is, or was, published. In the future it is scheduled.',
  '2030-01-01T09:00:00.000Z',
);

const summaryProperties = {
  id: uuid('The post.'),
  slug,
  title,
  summary: nullable(summary),
  status: ref(PostStatus),
  published_at: nullable(timestamp('Since when it is to be seen; null for a draft.')),
  views: integer({ description: 'How often it was read; counted within about ten seconds.', examples: [42] }),
  author: ref(PublicUser),
  tags: listOf(tagName, { maxItems: 20, description: 'The names of its tags.' }),
  comment_count: integer({ description: 'How many approved comments it has.', examples: [3] }),
  version: integer({
    minimum: 1,
    description: 'Counts its changes; the ETag begins with it.',
    examples: [1],
  }),
  created_at: timestamp('When it was written.'),
  updated_at: timestamp('When it was last changed.'),
};

export const PostSummary = component('PostSummary', summaryProperties, {
  description: 'A post without its text, as lists give it.',
});
export type PostSummary = Static<typeof PostSummary>;

export const Post = component(
  'Post',
  {
    ...summaryProperties,
    body,
    body_html: text({
      maxLength: 8_000_000,
      description: 'The text as HTML, sanitised and safe to show.',
      examples: ['<p>Everything in <strong>the contract</strong> has been seen to happen.</p>\n'],
    }),
  },
  { description: 'A post with its text.' },
);
export type Post = Static<typeof Post>;

export const PostPath = path({ post_id: uuid('The identifier of the post.') });
export const PostRefPath = path({
  post_ref: text({
    minLength: 1,
    maxLength: 200,
    description: 'The id or the slug of the post.',
    examples: ['the-contract-cannot-lie'],
  }),
});
