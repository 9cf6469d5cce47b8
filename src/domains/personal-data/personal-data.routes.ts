import { signedIn } from '../../http/access/actor.ts';
import { auditOf } from '../../http/concerns/audit.ts';
import { type App, operation } from '../../http/contract/operations.ts';
import { attachment, noContent } from '../../http/contract/schema.ts';
import { streamed } from '../../http/wire/streams.ts';
import { propertiesOf } from '../../platform/unknown.ts';
import { LastAdmin } from '../users/index.ts';
import { PersonalData } from './personal-data.schemas.ts';
import { eraseAccount, recordExport, type WriterOf, writePersonalData } from './personal-data.service.ts';

const tags = ['Authentication'];

/** What the GDPR entitles a person to: their data, and its erasure. */
export async function personalDataRoutes(app: App): Promise<void> {
  const { db } = app;

  app.route({
    method: 'GET',
    url: '/auth/me/data',
    schema: {
      operationId: 'exportPersonalData',
      summary: 'Get all that is stored about oneself',
      description:
        'One document, to keep or to take elsewhere (GDPR, articles 15 and 20). It has neither secrets nor their hashes, and nothing about other people. It is written while it is read: if the connection ends early, the document is not whole.',
      tags,
      response: { 200: attachment(PersonalData, 'All that is stored about the account.') },
    },
    config: operation({ access: 'user', recentSignIn: true, limit: 'exports', audit: 'user' }),
    handler: async (request, reply) => {
      const actor = signedIn(request);
      if (request.method === 'HEAD') auditOf(request).defer();
      else await recordExport(db, actor, auditOf(request));
      const writerOf: WriterOf = (schema) => {
        const write = reply.compileSerializationSchema(schema);
        return (value) => write(propertiesOf(value));
      };
      const pieces = writePersonalData(db, actor, writerOf);
      const body = await streamed(request, pieces);
      return reply
        .type('application/json; charset=utf-8')
        .header('content-disposition', 'attachment; filename="personal-data.json"')
        .send(body);
    },
  });

  app.route({
    method: 'DELETE',
    url: '/auth/me',
    schema: {
      operationId: 'deleteCurrentUser',
      summary: 'Delete one’s own account',
      description:
        'Ends every session and every API key, and erases the personal data for good; `exportPersonalData` hands it out before. Posts and comments stay, under no name. The audit log keeps from which address and program the account was used, so that nobody can hide what they did by deleting it; what it told of changes of the account is erased.',
      tags,
      response: { 204: noContent('The account is gone.') },
    },
    config: operation({
      access: 'user',
      recentSignIn: true,
      limit: 'writes',
      audit: 'user',
      problems: [LastAdmin],
    }),
    handler: async (request, reply) => {
      await eraseAccount(app, signedIn(request), auditOf(request));
      return reply.code(204).send(null);
    },
  });
}
