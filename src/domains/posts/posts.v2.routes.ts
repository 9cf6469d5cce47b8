import { withVersion } from '../../http/concerns/conditional.ts';
import type { App } from '../../http/contract/operations.ts';
import { answer } from '../../http/contract/schema.ts';
import { toPostV2 } from './posts.mapper.ts';
import { PostNotFound } from './posts.problems.ts';
import { reading } from './posts.routes.ts';
import { PostRefPath } from './posts.schemas.ts';
import { findPostV2 } from './posts.v2.queries.ts';
import { PostV2 } from './posts.v2.schemas.ts';

export async function postsRoutesV2(app: App): Promise<void> {
  const { reads, postViews } = app;

  app.route({
    method: 'GET',
    url: '/posts/:post_ref',
    schema: {
      operationId: 'getPostV2',
      summary: 'Read a post, with its tags to link to',
      description:
        'A post by its id or slug, as `getPost` reads it; its tags are objects with a name and a slug.',
      tags: ['Posts'],
      params: PostRefPath,
      response: { 200: answer(PostV2, 'The post with its text.') },
    },
    config: reading,
    handler: async (request, reply) => {
      const row = await findPostV2(reads, request.params.post_ref, request.principal);
      if (!row) throw new PostNotFound();
      if (request.method === 'GET') postViews.countOf(row);
      return withVersion(reply, toPostV2(row));
    },
  });
}
