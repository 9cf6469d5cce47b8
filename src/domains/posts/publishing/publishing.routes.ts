import { signedIn } from '../../../http/access/actor.ts';
import { auditOf } from '../../../http/concerns/audit.ts';
import { withVersion } from '../../../http/concerns/conditional.ts';
import { concernsAuthor, withIdempotency } from '../../../http/concerns/idempotency.ts';
import { type App, operation } from '../../../http/contract/operations.ts';
import { answer, nullable, ref } from '../../../http/contract/schema.ts';
import { PostNotFound, PublishingTimeInvalid } from '../posts.problems.ts';
import { Post, PostPath } from '../posts.schemas.ts';
import { PublishPost, UnpublishPost } from './publishing.schemas.ts';
import * as service from './publishing.service.ts';

export async function publishingRoutes(app: App): Promise<void> {
  app.route({
    method: 'POST',
    url: '/posts/:post_id/publish',
    schema: {
      operationId: 'publishPost',
      summary: 'Publish a post',
      description:
        'Publishes at once, or at `publish_at`. Publishing what is published already changes only its time.',
      tags: ['Posts'],
      params: PostPath,
      body: nullable(ref(PublishPost)),
      response: { 200: answer(Post, 'The post as it is now.') },
    },
    config: operation({
      access: 'author',
      scope: 'posts:write',
      answerScope: 'posts:read',
      limit: 'writes',
      auditOthers: 'post',
      idempotent: true,
      etag: 'version',
      cors: 'partners',
      problems: [PostNotFound, PublishingTimeInvalid],
    }),
    handler: async (request, reply) => {
      const { post_id } = request.params;
      const by = signedIn(request);
      return withVersion(
        reply,
        await withIdempotency(request, {
          effect: (db) => service.publishPost(db, by, post_id, request.body?.publish_at, auditOf(request)),
          concerns: concernsAuthor,
        }),
      );
    },
  });

  app.route({
    method: 'POST',
    url: '/posts/:post_id/unpublish',
    schema: {
      operationId: 'unpublishPost',
      summary: 'Take a post back',
      description:
        'Makes a post a draft again, or archives it. Nobody but its author and admins sees it from then on.',
      tags: ['Posts'],
      params: PostPath,
      body: nullable(ref(UnpublishPost)),
      response: { 200: answer(Post, 'The post as it is now.') },
    },
    config: operation({
      access: 'author',
      scope: 'posts:write',
      answerScope: 'posts:read',
      limit: 'writes',
      auditOthers: 'post',
      idempotent: true,
      etag: 'version',
      cors: 'partners',
      problems: [PostNotFound],
    }),
    handler: async (request, reply) => {
      const { post_id } = request.params;
      const by = signedIn(request);
      const to = request.body?.status ?? 'draft';
      return withVersion(
        reply,
        await withIdempotency(request, {
          effect: (db) => service.unpublishPost(db, by, post_id, to, auditOf(request)),
          concerns: concernsAuthor,
        }),
      );
    },
  });
}
