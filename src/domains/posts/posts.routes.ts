import { signedIn } from '../../http/access/actor.ts';
import { expectedVersions, withVersion } from '../../http/concerns/conditional.ts';
import { withIdempotency } from '../../http/concerns/idempotency.ts';
import { answerPage } from '../../http/concerns/pagination.ts';
import { type App, operation } from '../../http/contract/operations.ts';
import { Unauthenticated } from '../../http/contract/problems.ts';
import { answer, noContent, ref } from '../../http/contract/schema.ts';
import { isAdmin } from '../../platform/actor.ts';
import { findPublicUser, UserNotFound } from '../users/index.ts';
import { countPosts, listPosts, type PostFilters } from './posts.list.queries.ts';
import { toPost, toPostSummary } from './posts.mapper.ts';
import { PostNotFound, PublishingTimeInvalid } from './posts.problems.ts';
import * as queries from './posts.queries.ts';
import {
  AuthorPath,
  CreatePost,
  ListMyPostsQuery,
  ListPostsQuery,
  ListUserPostsQuery,
  Post,
  PostPage,
  PostRefPath,
  type PostSort,
  UpdatePost,
} from './posts.schemas.ts';
import * as service from './posts.service.ts';

const tags = ['Posts'];
const cors = 'partners' as const;

/** Reading a post is the same in every version of the API, but for the schema of the answer. */
export const reading = operation({
  access: 'visitor',
  scope: 'posts:read',
  limit: 'reads',
  etag: 'version',
  cors,
  problems: [PostNotFound],
});

export async function postsRoutes(app: App): Promise<void> {
  const { db, reads, postViews } = app;

  const list = (filters: PostFilters, sort: PostSort) => ({
    rows: (slice: Parameters<typeof listPosts>[3]) => listPosts(db, filters, sort, slice),
    key: (row: Awaited<ReturnType<typeof listPosts>>[number]) => [row.sort_key, row.id],
    total: () => countPosts(db, filters),
    map: toPostSummary,
  });

  app.route({
    method: 'GET',
    url: '/posts',
    schema: {
      operationId: 'listPosts',
      summary: 'List posts',
      description:
        'Published posts, the newest first, without their text. With a `status` other than `published`: one’s own posts of that status, and for an admin everyone’s.',
      tags,
      querystring: ListPostsQuery,
      response: { 200: answer(PostPage, 'A page of the posts.') },
    },
    config: operation({
      access: 'visitor',
      scope: 'posts:read',
      limit: 'reads',
      cors,
      problems: [Unauthenticated],
    }),
    handler: (request, reply) => {
      const { tag, author, q, status, sort } = request.query;
      const filters: PostFilters = { ...(tag && { tag }), ...(author && { author }), ...(q && { q }) };
      if (status && status !== 'published') {
        const viewer = signedIn(request);
        filters.status = status;
        if (isAdmin(viewer)) filters.everyone = true;
        else filters.owner = viewer.account.id;
      }
      return answerPage(request, reply, list(filters, sort ?? (q ? 'relevance' : '-published_at')));
    },
  });

  app.route({
    method: 'POST',
    url: '/posts',
    schema: {
      operationId: 'createPost',
      summary: 'Write a post',
      description:
        'Creates a draft, or publishes at once or at a time. The slug is made from the title and is unique.',
      tags,
      body: ref(CreatePost),
      response: { 201: answer(Post, 'The post that was made.', { location: 'The address of the post.' }) },
    },
    config: operation({
      access: 'user',
      scope: 'posts:write',
      limit: 'writes',
      idempotent: true,
      etag: 'version',
      cors,
      problems: [PublishingTimeInvalid],
    }),
    handler: async (request, reply) => {
      const actor = signedIn(request);
      const post = await withIdempotency(request, (db) => service.createPost(db, actor, request.body));
      return reply.code(201).header('location', `/api/v1/posts/${post.id}`).send(withVersion(reply, post));
    },
  });

  app.route({
    method: 'GET',
    url: '/posts/:post_ref',
    schema: {
      operationId: 'getPost',
      summary: 'Read a post',
      description:
        'A post by its id or slug. What is not published is found by its author and by admins only.',
      tags,
      params: PostRefPath,
      response: { 200: answer(Post, 'The post with its text.') },
    },
    config: reading,
    handler: async (request, reply) => {
      const row = await queries.findPost(reads, request.params.post_ref, request.principal);
      if (!row) throw new PostNotFound();
      if (request.method === 'GET') postViews.countOf(row);
      return withVersion(reply, toPost(row));
    },
  });

  app.route({
    method: 'PATCH',
    url: '/posts/:post_ref',
    schema: {
      operationId: 'updatePost',
      summary: 'Change a post',
      description:
        'Changes what is given, based on the version named in `If-Match`. What it was before is kept as a revision.',
      tags,
      params: PostRefPath,
      body: ref(UpdatePost),
      response: { 200: answer(Post, 'The post as it is now.') },
    },
    config: operation({
      access: 'author',
      scope: 'posts:write',
      limit: 'writes',
      etag: 'version',
      ifMatch: true,
      cors,
      problems: [PostNotFound],
    }),
    handler: async (request, reply) => {
      const expected = expectedVersions(request);
      return withVersion(
        reply,
        await service.updatePost(db, signedIn(request), request.params.post_ref, expected, request.body),
      );
    },
  });

  app.route({
    method: 'DELETE',
    url: '/posts/:post_ref',
    schema: {
      operationId: 'deletePost',
      summary: 'Delete a post',
      description:
        'Deletes a post with its comments and revisions, based on the version named in `If-Match`.',
      tags,
      params: PostRefPath,
      response: { 204: noContent('The post has been deleted.') },
    },
    config: operation({
      access: 'author',
      scope: 'posts:write',
      limit: 'writes',
      ifMatch: true,
      cors,
      problems: [PostNotFound],
    }),
    handler: async (request, reply) => {
      await service.deletePost(db, signedIn(request), request.params.post_ref, expectedVersions(request));
      return reply.code(204).send(null);
    },
  });

  app.route({
    method: 'GET',
    url: '/users/:user_id/posts',
    schema: {
      operationId: 'listUserPosts',
      summary: 'List an author’s posts',
      description: 'What an account has published, the newest first.',
      tags,
      params: AuthorPath,
      querystring: ListUserPostsQuery,
      response: { 200: answer(PostPage, 'A page of the posts.') },
    },
    config: operation({ access: 'public', limit: 'reads', cors, problems: [UserNotFound] }),
    handler: async (request, reply) => {
      const { user_id } = request.params;
      if (!(await findPublicUser(db, user_id))) throw new UserNotFound();
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
      tags,
      querystring: ListMyPostsQuery,
      response: { 200: answer(PostPage, 'A page of the posts.') },
    },
    config: operation({ access: 'user', scope: 'posts:read', limit: 'reads', cors }),
    handler: (request, reply) => {
      const { status } = request.query;
      const owner = signedIn(request).account.id;
      return answerPage(request, reply, list({ owner, ...(status && { status }) }, '-created_at'));
    },
  });
}
