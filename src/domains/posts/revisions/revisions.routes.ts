import { signedIn } from '../../../http/access/actor.ts';
import { auditOf } from '../../../http/concerns/audit.ts';
import { withVersion } from '../../../http/concerns/conditional.ts';
import { concernsAuthor, withIdempotency } from '../../../http/concerns/idempotency.ts';
import { answerPage } from '../../../http/concerns/pagination.ts';
import { type App, operation } from '../../../http/contract/operations.ts';
import { answer } from '../../../http/contract/schema.ts';
import { MarkdownTooComplex, PostNotFound, RevisionNotFound } from '../posts.problems.ts';
import { findOwnPost } from '../posts.queries.ts';
import { Post, PostPath } from '../posts.schemas.ts';
import * as queries from './revisions.queries.ts';
import { ListRevisionsQuery, PostRevisionPage, RevisionPath } from './revisions.schemas.ts';
import * as service from './revisions.service.ts';

export async function revisionsRoutes(app: App): Promise<void> {
  const { db } = app;

  app.route({
    method: 'GET',
    url: '/posts/:post_id/revisions',
    schema: {
      operationId: 'listPostRevisions',
      summary: 'List earlier versions',
      description: 'What a post was before each change, the newest first.',
      tags: ['Posts'],
      params: PostPath,
      querystring: ListRevisionsQuery,
      response: { 200: answer(PostRevisionPage, 'A page of the revisions.') },
    },
    config: operation({
      access: 'author',
      scope: 'posts:read',
      limit: 'reads',
      cors: 'partners',
      problems: [PostNotFound],
    }),
    handler: async (request, reply) => {
      const { post_id } = request.params;
      if (!(await findOwnPost(db, post_id, signedIn(request)))) throw new PostNotFound();
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
      tags: ['Posts'],
      params: RevisionPath,
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
      problems: [PostNotFound, RevisionNotFound, MarkdownTooComplex],
    }),
    handler: async (request, reply) => {
      const { post_id, version } = request.params;
      const actor = signedIn(request);
      return withVersion(
        reply,
        await withIdempotency(request, {
          before: () => service.renderIfMissing(app, actor, post_id, version),
          effect: (db, html) => service.restoreRevision(db, actor, post_id, version, html, auditOf(request)),
          concerns: concernsAuthor,
        }),
      );
    },
  });
}
