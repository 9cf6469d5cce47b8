import { withVersion } from '../../../http/concerns/conditional.ts';
import type { App } from '../../../http/contract/operations.ts';
import { answer } from '../../../http/contract/schema.ts';
import { toPostV2 } from '../posts.mapper.ts';
import { PostRefPath } from '../posts.schemas.ts';
import { readingConfig, readPost } from '../reading/reading.routes.ts';
import { findPostV2 } from './v2.queries.ts';
import { PostV2 } from './v2.schemas.ts';

export async function postsRoutesV2(app: App): Promise<void> {
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
    config: readingConfig,
    handler: async (request, reply) =>
      withVersion(reply, toPostV2(await readPost(request, findPostV2, request.params.post_ref))),
  });
}
