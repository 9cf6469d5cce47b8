import { signedIn } from '../../../http/access/actor.ts';
import { auditOf } from '../../../http/concerns/audit.ts';
import { expectedVersions, withVersion } from '../../../http/concerns/conditional.ts';
import { concernsAuthor, withIdempotency } from '../../../http/concerns/idempotency.ts';
import { type App, operation } from '../../../http/contract/operations.ts';
import { answer, noContent, ref } from '../../../http/contract/schema.ts';
import { MarkdownTooComplex, PostNotFound, PublishingTimeInvalid } from '../posts.problems.ts';
import { Post, PostRefPath } from '../posts.schemas.ts';
import { rendered } from './writing.markdown.ts';
import { CreatePost, UpdatePost } from './writing.schemas.ts';
import * as service from './writing.service.ts';

export async function writingRoutes(app: App): Promise<void> {
  const { db } = app;

  app.route({
    method: 'POST',
    url: '/posts',
    schema: {
      operationId: 'createPost',
      summary: 'Write a post',
      description:
        'Creates a draft, or publishes at once or at a time. The slug is made from the title and is unique.',
      tags: ['Posts'],
      body: ref(CreatePost),
      response: { 201: answer(Post, 'The post that was made.', { location: 'The address of the post.' }) },
    },
    config: operation({
      access: 'user',
      scope: 'posts:write',
      limit: 'writes',
      idempotent: true,
      etag: 'version',
      cors: 'partners',
      problems: [PublishingTimeInvalid, MarkdownTooComplex],
    }),
    handler: async (request, reply) => {
      const actor = signedIn(request);
      const post = await withIdempotency(request, {
        before: () => rendered(app.markdown, request.body),
        effect: (db, input, keeper) => service.createPost(db, actor, input, { keeper }),
        inStatement: true,
        concerns: concernsAuthor,
      });
      return reply.code(201).header('location', `/api/v1/posts/${post.id}`).send(withVersion(reply, post));
    },
  });

  app.route({
    method: 'PATCH',
    url: '/posts/:post_ref',
    schema: {
      operationId: 'updatePost',
      summary: 'Change a post',
      description:
        'Changes what is given, based on the version named in `If-Match`. What it was before is kept as a revision. A change that changes nothing makes no version.',
      tags: ['Posts'],
      params: PostRefPath,
      body: ref(UpdatePost),
      response: { 200: answer(Post, 'The post as it is now.') },
    },
    config: operation({
      access: 'author',
      scope: 'posts:write',
      answerScope: 'posts:read',
      limit: 'writes',
      auditOthers: 'post',
      etag: 'version',
      ifMatch: true,
      cors: 'partners',
      problems: [PostNotFound, MarkdownTooComplex],
    }),
    handler: async (request, reply) => {
      const expected = expectedVersions(request);
      return withVersion(
        reply,
        await service.updatePost(
          app,
          signedIn(request),
          request.params.post_ref,
          expected,
          request.body,
          auditOf(request),
        ),
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
      tags: ['Posts'],
      params: PostRefPath,
      response: { 204: noContent('The post has been deleted.') },
    },
    config: operation({
      access: 'author',
      scope: 'posts:write',
      limit: 'writes',
      auditOthers: 'post',
      ifMatch: true,
      cors: 'partners',
      problems: [PostNotFound],
    }),
    handler: async (request, reply) => {
      const { post_ref } = request.params;
      await service.deletePost(db, signedIn(request), post_ref, expectedVersions(request), auditOf(request));
      return reply.code(204).send(null);
    },
  });
}
