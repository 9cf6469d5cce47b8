import { Type } from '@sinclair/typebox';
import { pageOf, pageQuery } from '../../../http/concerns/pagination.ts';
import {
  EXAMPLE_ID,
  enumeration,
  listOf,
  path,
  query,
  ref,
  text,
  uuid,
} from '../../../http/contract/schema.ts';
import { tagName } from '../../tags/index.ts';
import { PostStatus, PostSummary } from '../posts.schemas.ts';
import { RANKING_MINUTES } from './lists.ranking.queries.ts';

/** A search has so many words at the most. */
export const MAX_WORDS = 20;
/** Of the matches of a search, so many of the newest are ranked. */
export const MAX_RANKED = 1_000;

export const POST_SORTS = ['-published_at', 'published_at', '-views', 'title'] as const;
export type PostSort = (typeof POST_SORTS)[number] | 'relevance' | '-created_at';
const PostSortOrder = enumeration(
  'PostSortOrder',
  POST_SORTS,
  `The order of a list; a minus means descending. By views, posts stand as they did when they were last ranked, up to ${RANKING_MINUTES} minutes ago, so that a walk by cursor meets each of them once; its cursors are good for as long again at least.`,
);

export const PostPage = pageOf(PostSummary, 'PostPage', 'A page of the posts.');

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
      description: `Words to look for, as in a web search: "a phrase", or, -without; at most ${MAX_WORDS}, and not only words to leave out. The best matches come first unless a sort is asked for; then only the newest ${MAX_RANKED} matches are compared and listed.`,
      examples: ['contract'],
    }),
  ),
  status: Type.Optional(ref(PostStatus)),
  sort,
});
export const ListUserPostsQuery = query({ ...pageQuery, sort });
export const ListMyPostsQuery = query({ ...pageQuery, status: Type.Optional(ref(PostStatus)) });
