import { signedIn } from '../../http/access/actor.ts';
import { withVersion } from '../../http/concerns/conditional.ts';
import { withIdempotency } from '../../http/concerns/idempotency.ts';
import { answerPage } from '../../http/concerns/pagination.ts';
import { type App, operation } from '../../http/contract/operations.ts';
import { answer, nullable, ref } from '../../http/contract/schema.ts';
import { PostNotFound, PublishingTimeInvalid, RevisionNotFound } from './posts.problems.ts';
import * as queries from './posts.queries.ts';
import {
  ListRevisionsQuery,
  Post,
  PostPath,
  PostRevisionPage,
  PublishPost,
  RevisionPath,
  UnpublishPost,
} from './posts.schemas.ts';
import * as service from './posts.service.ts';

const tags = ['Posts'];
const cors = 'partners' as const;

/** The life of a post after it is written: publishing, taking back, going back to an earlier version. */
export async function publishingRoutes(app: App): Promise<void> {
  const { db } = app;

  app.route({
    method: 'POST',
    url: '/posts/:post_id/publish',
    schema: {
      operationId: 'publishPost',
      summary: 'Publish a post',
      description:
        'Publishes at once, or at `publish_at`. Publishing what is published already changes only its time.',
      tags,
      params: PostPath,
      body: nullable(ref(PublishPost)),
      response: { 200: answer(Post, 'The post as it is now.') },
    },
    config: operation({
      access: 'author',
      scope: 'posts:write',
      limit: 'writes',
      idempotent: true,
      etag: 'version',
      cors,
      problems: [PostNotFound, PublishingTimeInvalid],
    }),
    handler: async (request, reply) => {
      const { post_id } = request.params;
      const by = signedIn(request);
      return withVersion(
        reply,
        await withIdempotency(request, (db) =>
          service.publishPost(db, by, post_id, request.body?.publish_at),
        ),
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
      tags,
      params: PostPath,
      body: nullable(ref(UnpublishPost)),
      response: { 200: answer(Post, 'The post as it is now.') },
    },
    config: operation({
      access: 'author',
      scope: 'posts:write',
      limit: 'writes',
      idempotent: true,
      etag: 'version',
      cors,
      problems: [PostNotFound],
    }),
    handler: async (request, reply) => {
      const { post_id } = request.params;
      const by = signedIn(request);
      const to = request.body?.status ?? 'draft';
      return withVersion(
        reply,
        await withIdempotency(request, (db) => service.unpublishPost(db, by, post_id, to)),
      );
    },
  });

  app.route({
    method: 'GET',
    url: '/posts/:post_id/revisions',
    schema: {
      operationId: 'listPostRevisions',
      summary: 'List earlier versions',
      description: 'What a post was before each change, the newest first.',
      tags,
      params: PostPath,
      querystring: ListRevisionsQuery,
      response: { 200: answer(PostRevisionPage, 'A page of the revisions.') },
    },
    config: operation({
      access: 'author',
      scope: 'posts:read',
      limit: 'reads',
      cors,
      problems: [PostNotFound],
    }),
    handler: async (request, reply) => {
      const { post_id } = request.params;
      if (!(await queries.findOwnPost(db, post_id, signedIn(request)))) throw new PostNotFound();
      return answerPage(request, reply, {
        rows: (slice) => queries.listRevisions(db, post_id, slice),
        key: (row) => [row.version],
        total: () => queries.countRevisions(db, post_id),
        map: (row) => row,
      });
    },
  });

  app.route({
    method: 'POST',
    url: '/posts/:post_id/revisions/:version/restore',
    schema: {
      operationId: 'restorePostRevision',
      summary: 'Go back to an earlier version',
      description:
        'Makes an earlier version the newest one. What the post was until then is kept as a revision too.',
      tags,
      params: RevisionPath,
      response: { 200: answer(Post, 'The post as it is now.') },
    },
    config: operation({
      access: 'author',
      scope: 'posts:write',
      limit: 'writes',
      idempotent: true,
      etag: 'version',
      cors,
      problems: [PostNotFound, RevisionNotFound],
    }),
    handler: async (request, reply) => {
      const { post_id, version } = request.params;
      const by = signedIn(request);
      return withVersion(
        reply,
        await withIdempotency(request, (db) => service.restoreRevision(db, by, post_id, version)),
      );
    },
  });
}
