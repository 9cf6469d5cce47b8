import { type Static, Type } from '@sinclair/typebox';
import { pageOf, pageQuery } from '../../http/concerns/pagination.ts';
import {
  component,
  EXAMPLE_ID,
  enumeration,
  integer,
  listOf,
  MORE_THAN_BLANKS,
  nullable,
  path,
  query,
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

export const NEW_POST_STATUSES = ['draft', 'scheduled', 'published'] as const;
const NewPostStatus = enumeration('NewPostStatus', NEW_POST_STATUSES, 'Where a post can begin.');

const WITHDRAWN_STATUSES = ['draft', 'archived'] as const;
const WithdrawnStatus = enumeration(
  'WithdrawnStatus',
  WITHDRAWN_STATUSES,
  'Where a post goes when it is taken back.',
);

export const POST_SORTS = ['-published_at', 'published_at', '-views', 'title'] as const;
export type PostSort = (typeof POST_SORTS)[number] | 'relevance' | '-created_at';
const PostSortOrder = enumeration(
  'PostSortOrder',
  POST_SORTS,
  'The order of a list; a minus means descending.',
);

const title = text({
  minLength: 5,
  maxLength: 200,
  pattern: MORE_THAN_BLANKS,
  description: 'The headline, in plain text.',
  examples: ['The contract cannot lie'],
});
const summary = text({
  maxLength: 500,
  description: 'What it is about, in plain text.',
  examples: ['Why the code that answers is the code that documents.'],
});
const body = text({
  minLength: 20,
  maxLength: 1_000_000,
  pattern: MORE_THAN_BLANKS,
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
const tags = listOf(tagName, {
  maxItems: 20,
  description: 'What it is filed under; a tag that does not exist is made.',
});
const publishAt = timestamp(
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

export const PostPage = pageOf(PostSummary, 'PostPage', 'A page of the posts.');

export const CreatePost = component(
  'CreatePost',
  {
    title,
    body,
    summary: Type.Optional(nullable(summary)),
    tags: Type.Optional(tags),
    status: Type.Optional(ref(NewPostStatus)),
    publish_at: Type.Optional(publishAt),
  },
  {
    description: 'A new post: a draft, unless its status says otherwise. `scheduled` needs `publish_at`.',
    examples: [
      {
        title: 'The contract cannot lie',
        body: 'Everything in **the contract** has been seen to happen.',
        summary: 'Why the code that answers is the code that documents.',
        tags: ['Contracts'],
        status: 'published',
      },
    ],
  },
);
export type CreatePost = Static<typeof CreatePost>;

export const UpdatePost = component(
  'UpdatePost',
  {
    title: Type.Optional(title),
    body: Type.Optional(body),
    summary: Type.Optional(nullable(summary)),
    tags: Type.Optional(tags),
  },
  {
    description: 'What is to change; what is left out stays. Tags are replaced as a whole.',
    minProperties: 1,
  },
);
export type UpdatePost = Static<typeof UpdatePost>;

export const PublishPost = component(
  'PublishPost',
  { publish_at: Type.Optional(publishAt) },
  { description: 'When to publish; at once where it is left out.' },
);

export const UnpublishPost = component(
  'UnpublishPost',
  { status: Type.Optional(ref(WithdrawnStatus)) },
  {
    description: 'Whether the post becomes a draft again, which is so where it is left out, or is archived.',
  },
);

export const PostRevision = component(
  'PostRevision',
  {
    version: integer({ minimum: 1, description: 'The version this was.', examples: [1] }),
    title,
    summary: nullable(summary),
    body,
    tags: listOf(tagName, { maxItems: 20, description: 'The names of its tags then.' }),
    created_at: timestamp('When this version was written.'),
  },
  { description: 'What a post was before a change.' },
);
export const RevisionOfPost = component(
  'RevisionOfPost',
  { post_id: uuid('The post.'), ...PostRevision.properties },
  { description: 'What one of several posts was before a change.' },
);
export const PostRevisionPage = pageOf(PostRevision, 'PostRevisionPage', 'A page of the revisions.');

export const PostPath = path({ post_id: uuid('The identifier of the post.') });
export const PostRefPath = path({
  post_ref: text({
    minLength: 1,
    maxLength: 200,
    description: 'The id or the slug of the post.',
    examples: ['the-contract-cannot-lie'],
  }),
});
export const RevisionPath = path({
  post_id: uuid('The identifier of the post.'),
  version: integer({ minimum: 1, description: 'The version to go back to.', examples: [1] }),
});
export const AuthorPath = path({ user_id: uuid('The id of the account.') });

const sort = Type.Optional(ref(PostSortOrder));

export const ListPostsQuery = query({
  ...pageQuery,
  tag: Type.Optional(
    listOf(tagName, { maxItems: 20, description: 'Posts with any of these tags, by name or slug.' }),
  ),
  author: Type.Optional(
    text({
      minLength: 1,
      maxLength: 64,
      description: 'The id or the username of the author.',
      examples: [EXAMPLE_ID],
    }),
  ),
  q: Type.Optional(
    text({
      minLength: 1,
      maxLength: 200,
      description:
        'Words to look for, as in a web search: "a phrase", or, -without. The best matches come first unless a sort is asked for.',
      examples: ['contract'],
    }),
  ),
  status: Type.Optional(ref(PostStatus)),
  sort,
});
export const ListUserPostsQuery = query({ ...pageQuery, sort });
export const ListMyPostsQuery = query({ ...pageQuery, status: Type.Optional(ref(PostStatus)) });
export const ListRevisionsQuery = query(pageQuery);
