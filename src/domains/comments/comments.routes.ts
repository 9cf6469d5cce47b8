import type { FastifyRequest } from 'fastify';
import { signedIn } from '../../http/access/actor.ts';
import { auditOf } from '../../http/concerns/audit.ts';
import { concernsAuthor, withIdempotency } from '../../http/concerns/idempotency.ts';
import { answerPage } from '../../http/concerns/pagination.ts';
import { type App, operation } from '../../http/contract/operations.ts';
import { answer, noContent, ref } from '../../http/contract/schema.ts';
import type { Db } from '../../platform/database/index.ts';
import { PostNotFound, PostRefPath } from '../posts/index.ts';
import { toPostComment } from './comments.mapper.ts';
import { CommentNotFound, ParentNotFound } from './comments.problems.ts';
import * as queries from './comments.queries.ts';
import {
  CommentPath,
  CreatePostComment,
  ListCommentsForModerationQuery,
  ListCommentsQuery,
  PostComment,
  PostCommentPage,
  UpdatePostComment,
} from './comments.schemas.ts';
import * as service from './comments.service.ts';

const tags = ['Comments'];

export async function commentsRoutes(app: App): Promise<void> {
  const { db } = app;
  const moderate = async (request: FastifyRequest, tx: Db, id: string, status: 'approved' | 'rejected') =>
    toPostComment(await service.moderateComment(tx, id, status, auditOf(request)));
  const approval = app.config.COMMENTS_NEED_APPROVAL;

  app.route({
    method: 'GET',
    url: '/posts/:post_ref/comments',
    schema: {
      operationId: 'listComments',
      summary: 'List the comments on a post',
      description:
        'The comments in the order in which they were written; `parent_id` makes threads of them. Those that are approved and, whatever their status, one’s own.',
      tags,
      params: PostRefPath,
      querystring: ListCommentsQuery,
      response: { 200: answer(PostCommentPage, 'A page of the comments.') },
    },
    config: operation({ access: 'visitor', limit: 'reads', problems: [PostNotFound] }),
    handler: async (request, reply) => {
      const { params, principal, query } = request;
      const filters = await service.threadFilters(db, params.post_ref, principal, query.parent_id);
      return answerPage(request, reply, {
        rows: (slice) => queries.listComments(db, filters, 'asc', slice),
        key: (row) => [row.created_at, row.id],
        total: () => queries.countComments(db, filters),
        map: toPostComment,
      });
    },
  });

  app.route({
    method: 'POST',
    url: '/posts/:post_ref/comments',
    schema: {
      operationId: 'createComment',
      summary: 'Comment on a post',
      description:
        'Adds a comment, or an answer to another. Depending on the settings others see it at once or when a moderator has approved it.',
      tags,
      params: PostRefPath,
      body: ref(CreatePostComment),
      response: {
        201: answer(PostComment, 'The comment that was made.', { location: 'The address of the comment.' }),
      },
    },
    config: operation({
      access: 'user',
      limit: 'writes',
      idempotent: true,
      etag: 'content',
      problems: [PostNotFound, ParentNotFound],
    }),
    handler: async (request, reply) => {
      const { body, params } = request;
      const comment = await withIdempotency(request, {
        effect: async (tx) =>
          toPostComment(await service.createComment(tx, signedIn(request), params.post_ref, body, approval)),
        concerns: concernsAuthor,
      });
      return reply.code(201).header('location', `/api/v1/comments/${comment.id}`).send(comment);
    },
  });

  app.route({
    method: 'PATCH',
    url: '/comments/:comment_id',
    schema: {
      operationId: 'updateComment',
      summary: 'Change a comment',
      description:
        'Changes the text of a comment of one’s own; an admin that of any. Where comments need approval, it waits for it again.',
      tags,
      params: CommentPath,
      body: ref(UpdatePostComment),
      response: { 200: answer(PostComment, 'The comment as it is now.') },
    },
    config: operation({
      access: 'author',
      limit: 'writes',
      auditOthers: 'comment',
      etag: 'content',
      problems: [CommentNotFound],
    }),
    handler: async (request) => {
      const { body, params } = request;
      return toPostComment(
        await service.updateComment(
          db,
          signedIn(request),
          params.comment_id,
          body.body,
          approval,
          auditOf(request),
        ),
      );
    },
  });

  app.route({
    method: 'DELETE',
    url: '/comments/:comment_id',
    schema: {
      operationId: 'deleteComment',
      summary: 'Delete a comment',
      description:
        'Deletes a comment of one’s own for good; an admin any. Answers to it stay and move up to what it was an answer to.',
      tags,
      params: CommentPath,
      response: { 204: noContent('The comment is gone.') },
    },
    config: operation({
      access: 'author',
      limit: 'writes',
      auditOthers: 'comment',
      problems: [CommentNotFound],
    }),
    handler: async (request, reply) => {
      await service.deleteComment(db, signedIn(request), request.params.comment_id, auditOf(request));
      return reply.code(204).send(null);
    },
  });

  app.route({
    method: 'GET',
    url: '/comments',
    schema: {
      operationId: 'listCommentsForModeration',
      summary: 'List comments for moderation',
      description:
        'Every comment on every post, the newest first; those that wait have the status `pending`.',
      tags,
      querystring: ListCommentsForModerationQuery,
      response: { 200: answer(PostCommentPage, 'A page of the comments.') },
    },
    config: operation({ access: 'moderator', limit: 'reads' }),
    handler: async (request, reply) => {
      const { page: _page, per_page: _perPage, cursor: _cursor, author, ...others } = request.query;
      const filters = { ...others, ...(author && { author: await queries.authorIdOf(db, author) }) };
      return answerPage(request, reply, {
        rows: (slice) => queries.listComments(db, filters, 'desc', slice),
        key: (row) => [row.created_at, row.id],
        total: () => queries.countComments(db, filters),
        map: toPostComment,
      });
    },
  });

  app.route({
    method: 'POST',
    url: '/comments/:comment_id/approve',
    schema: {
      operationId: 'approveComment',
      summary: 'Approve a comment',
      description:
        'Lets everyone see a comment, also one that was rejected. Approving twice changes nothing.',
      tags,
      params: CommentPath,
      response: { 200: answer(PostComment, 'The comment as it is now.') },
    },
    config: operation({
      access: 'moderator',
      limit: 'writes',
      audit: 'comment',
      idempotent: true,
      etag: 'content',
      problems: [CommentNotFound],
    }),
    handler: (request) =>
      withIdempotency(request, {
        effect: (tx) => moderate(request, tx, request.params.comment_id, 'approved'),
        concerns: concernsAuthor,
      }),
  });

  app.route({
    method: 'POST',
    url: '/comments/:comment_id/reject',
    schema: {
      operationId: 'rejectComment',
      summary: 'Reject a comment',
      description:
        'Hides a comment from all but its author, also one that was approved. Rejecting twice changes nothing.',
      tags,
      params: CommentPath,
      response: { 200: answer(PostComment, 'The comment as it is now.') },
    },
    config: operation({
      access: 'moderator',
      limit: 'writes',
      audit: 'comment',
      idempotent: true,
      etag: 'content',
      problems: [CommentNotFound],
    }),
    handler: (request) =>
      withIdempotency(request, {
        effect: (tx) => moderate(request, tx, request.params.comment_id, 'rejected'),
        concerns: concernsAuthor,
      }),
  });
}
