import { signedIn } from '../../../http/access/actor.ts';
import { answerPage, answerSearch } from '../../../http/concerns/pagination.ts';
import { type App, operation } from '../../../http/contract/operations.ts';
import { Unauthenticated } from '../../../http/contract/problems.ts';
import { answer } from '../../../http/contract/schema.ts';
import { isAdmin } from '../../../platform/actor.ts';
import type { Db, Slice, Tx } from '../../../platform/database/index.ts';
import { MAX_COUNTED } from '../../../platform/database/searches.ts';
import { findPublicUser, UserNotFound } from '../../users/index.ts';
import { toPostSummary } from '../posts.mapper.ts';
import { SearchTooBroad } from '../posts.problems.ts';
import { type ListedRow, listPosts, type PostFilters } from './lists.queries.ts';
import { listByViews } from './lists.ranking.service.ts';
import {
  AuthorPath,
  ListMyPostsQuery,
  ListPostsQuery,
  ListUserPostsQuery,
  PostPage,
  type PostSort,
} from './lists.schemas.ts';
import {
  checkIndexIsUsed,
  checkNumberOfWords,
  makingSearchable,
  searchablePart,
} from './lists.search.service.ts';
import { tagFilters, totalOf } from './lists.tags.service.ts';

export async function listsRoutes(app: App): Promise<void> {
  const list = (filters: PostFilters, sort: PostSort, db: Db = app.db) => ({
    rows: (slice: Slice): Promise<ListedRow[]> =>
      sort === '-views' ? listByViews(db, filters, slice) : listPosts(db, filters, sort, slice),
    key: ({ sort_key, id, ranking }: ListedRow) =>
      ranking === undefined ? [sort_key, id] : [sort_key, id, ranking],
    total: () => totalOf(db, filters),
    map: toPostSummary,
    ...(filters.q !== undefined && { countedTo: MAX_COUNTED }),
  });

  app.recurring.add(makingSearchable(app.db));

  app.route({
    method: 'GET',
    url: '/posts',
    schema: {
      operationId: 'listPosts',
      summary: 'List posts',
      description:
        'Published posts, the newest first, without their text. With a `status` other than `published`: one’s own posts of that status, and for an admin everyone’s.',
      tags: ['Posts'],
      querystring: ListPostsQuery,
      response: { 200: answer(PostPage, 'A page of the posts.') },
    },
    config: operation({
      access: 'visitor',
      scope: 'posts:read',
      limit: 'reads',
      cors: 'partners',
      problems: [Unauthenticated, SearchTooBroad],
    }),
    handler: async (request, reply) => {
      const { tag, author, q, status, sort } = request.query;
      const tagged = tag && (await tagFilters(app.db, tag));
      const filters: PostFilters = { ...tagged, ...(author && { author }), ...(q && { q }) };
      if (status && status !== 'published') {
        const viewer = signedIn(request);
        filters.status = status;
        if (isAdmin(viewer)) filters.everyone = true;
        else filters.owner = viewer.account.id;
      }
      if (q === undefined) return answerPage(request, reply, list(filters, sort ?? '-published_at'));
      checkNumberOfWords(q);
      const listIn = async (tx: Tx) => {
        await checkIndexIsUsed(tx, q);
        return list(filters, sort ?? 'relevance', tx);
      };
      const isUnpublished = status === 'draft' || status === 'archived';
      return answerSearch(request, reply, listIn, isUnpublished ? searchablePart(filters.owner) : undefined);
    },
  });

  app.route({
    method: 'GET',
    url: '/users/:user_id/posts',
    schema: {
      operationId: 'listUserPosts',
      summary: 'List an author’s posts',
      description: 'What an account has published, the newest first.',
      tags: ['Posts'],
      params: AuthorPath,
      querystring: ListUserPostsQuery,
      response: { 200: answer(PostPage, 'A page of the posts.') },
    },
    config: operation({ access: 'public', limit: 'reads', cors: 'partners', problems: [UserNotFound] }),
    handler: async (request, reply) => {
      const { user_id } = request.params;
      if (!(await findPublicUser(app.db, user_id))) throw new UserNotFound();
      return answerPage(request, reply, list({ author: user_id }, request.query.sort ?? '-published_at'));
    },
  });

  app.route({
    method: 'GET',
    url: '/me/posts',
    schema: {
      operationId: 'listMyPosts',
      summary: 'List one’s own posts',
      description: 'Everything one has written, drafts included, the newest first.',
      tags: ['Posts'],
      querystring: ListMyPostsQuery,
      response: { 200: answer(PostPage, 'A page of the posts.') },
    },
    config: operation({ access: 'user', scope: 'posts:read', limit: 'reads', cors: 'partners' }),
    handler: (request, reply) => {
      const { status } = request.query;
      const owner = signedIn(request).account.id;
      return answerPage(request, reply, list({ owner, ...(status && { status }) }, '-created_at'));
    },
  });
}
