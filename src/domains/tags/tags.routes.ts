import { auditOf } from '../../http/concerns/audit.ts';
import { answerPage, answerSearch } from '../../http/concerns/pagination.ts';
import { type App, operation } from '../../http/contract/operations.ts';
import { answer, noContent, ref } from '../../http/contract/schema.ts';
import { isAdmin } from '../../platform/actor.ts';
import type { Db, Slice } from '../../platform/database/index.ts';
import { MAX_COUNTED } from '../../platform/database/searches.ts';
import { toTag } from './tags.mapper.ts';
import { TagNameTaken, TagNotFound } from './tags.problems.ts';
import * as queries from './tags.queries.ts';
import { ListTagsQuery, RenameTag, Tag, TagPage, TagPath } from './tags.schemas.ts';
import * as service from './tags.service.ts';

const tags = ['Tags'];

export async function tagsRoutes(app: App): Promise<void> {
  const { db } = app;
  // So that whoever reads the tags first after much was written does not have to wait for all of it.
  app.recurring.add({
    name: 'adding up the posts of tags',
    interval: 10_000,
    run: () => service.settleCounts(db),
  });

  app.route({
    method: 'GET',
    url: '/tags',
    schema: {
      operationId: 'listTags',
      summary: 'List tags',
      description:
        'The tags of posts that everyone may see, with the number of these; by name unless asked otherwise. An admin sees the tags of drafts as well.',
      tags,
      querystring: ListTagsQuery,
      response: { 200: answer(TagPage, 'A page of the list of tags.') },
    },
    config: operation({ access: 'visitor', limit: 'reads', cors: 'partners' }),
    handler: async (request, reply) => {
      const { q, sort = 'name' } = request.query;
      const filters = { q, unused: isAdmin(request.principal) };
      const list = (db: Db) => ({
        rows: (slice: Slice) => queries.listTags(db, filters, sort, slice),
        key: (row: queries.TagRow) => queries.sortKey(row, sort),
        total: () => queries.countTags(db, filters),
        map: toTag,
      });
      await service.settleCounts(db);
      if (q === undefined) return answerPage(request, reply, list(db));
      return answerSearch(request, reply, async (tx) => ({ ...list(tx), countedTo: MAX_COUNTED }));
    },
  });

  app.route({
    method: 'PATCH',
    url: '/tags/:tag_id',
    schema: {
      operationId: 'renameTag',
      summary: 'Rename a tag',
      description: 'Gives a tag another name on every post that carries it; its slug follows the name.',
      tags,
      params: TagPath,
      body: ref(RenameTag),
      response: { 200: answer(Tag, 'The tag as it is now.') },
    },
    config: operation({
      access: 'admin',
      limit: 'writes',
      audit: 'tag',
      etag: 'content',
      problems: [TagNotFound, TagNameTaken],
    }),
    handler: async (request) =>
      toTag(await service.renameTag(db, request.params.tag_id, request.body.name, auditOf(request))),
  });

  app.route({
    method: 'DELETE',
    url: '/tags/:tag_id',
    schema: {
      operationId: 'deleteTag',
      summary: 'Delete a tag',
      description: 'Deletes a tag and takes it off its posts, which stay.',
      tags,
      params: TagPath,
      response: { 204: noContent('The tag has been deleted.') },
    },
    config: operation({ access: 'admin', limit: 'writes', audit: 'tag', problems: [TagNotFound] }),
    handler: async (request, reply) => {
      await service.deleteTag(db, request.params.tag_id, auditOf(request));
      return reply.code(204).send(null);
    },
  });
}
