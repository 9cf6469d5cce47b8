import { pageOf, pageQuery } from '../../../http/concerns/pagination.ts';
import {
  component,
  integer,
  listOf,
  nullable,
  path,
  query,
  timestamp,
  uuid,
} from '../../../http/contract/schema.ts';
import { tagName } from '../../tags/index.ts';
import { body, summary, title } from '../posts.schemas.ts';

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

export const RevisionPath = path({
  post_id: uuid('The identifier of the post.'),
  version: integer({ minimum: 1, description: 'The version to go back to.', examples: [1] }),
});
export const ListRevisionsQuery = query(pageQuery);
