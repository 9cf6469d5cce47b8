import type { FastifyRequest } from 'fastify';
import { withVersion } from '../../../http/concerns/conditional.ts';
import { type App, operation } from '../../../http/contract/operations.ts';
import { answer } from '../../../http/contract/schema.ts';
import type { Principal } from '../../../platform/actor.ts';
import type { Db } from '../../../platform/database/index.ts';
import { toPost } from '../posts.mapper.ts';
import { PostNotFound } from '../posts.problems.ts';
import { findPost } from '../posts.queries.ts';
import { Post, PostRefPath } from '../posts.schemas.ts';

/** How a post is read in every version of the API: only the finder and the schema of the answer differ. */
export const readingConfig = operation({
  access: 'visitor',
  scope: 'posts:read',
  limit: 'reads',
  etag: 'version',
  cors: 'partners',
  problems: [PostNotFound],
});

/** Finds the post that a request asks for, and counts its view. @throws {PostNotFound} */
export async function readPost<Row extends { id: string; status: string }>(
  { server: { reads, postViews }, principal, method }: FastifyRequest,
  find: (db: Db, ref: string, viewer: Principal | null) => Promise<Row | undefined>,
  ref: string,
): Promise<Row> {
  const row = await find(reads, ref, principal);
  if (!row) throw new PostNotFound();
  if (method === 'GET') postViews.countOf(row);
  return row;
}

export async function readingRoutes(app: App): Promise<void> {
  app.route({
    method: 'GET',
    url: '/posts/:post_ref',
    schema: {
      operationId: 'getPost',
      summary: 'Read a post',
      description:
        'A post by its id or slug. What is not published is found by its author and by admins only.',
      tags: ['Posts'],
      params: PostRefPath,
      response: { 200: answer(Post, 'The post with its text.') },
    },
    config: readingConfig,
    handler: async (request, reply) =>
      withVersion(reply, toPost(await readPost(request, findPost, request.params.post_ref))),
  });
}
