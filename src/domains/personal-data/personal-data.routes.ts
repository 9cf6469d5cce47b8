import { signedIn } from '../../http/access/actor.ts';
import { auditOf } from '../../http/concerns/audit.ts';
import { type App, operation } from '../../http/contract/operations.ts';
import { attachment } from '../../http/contract/schema.ts';
import { streamed } from '../../http/wire/streams.ts';
import { PersonalData } from './personal-data.schemas.ts';
import { noteExport, type WriterOf, writePersonalData } from './personal-data.service.ts';

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
      tags: ['Authentication'],
      response: { 200: attachment(PersonalData, 'All that is stored about the account.') },
    },
    config: operation({ access: 'user', recentSignIn: true, limit: 'exports', audit: 'user' }),
    handler: async (request, reply) => {
      const person = signedIn(request);
      if (request.method === 'HEAD') auditOf(request).defer();
      else await noteExport(db, person, auditOf(request));
      const writerOf: WriterOf = (schema) => {
        const write = reply.compileSerializationSchema(schema);
        return (value) => write(Object(value));
      };
      const pieces = writePersonalData(db, person, writerOf);
      const body = await streamed(request, pieces);
      return reply
        .type('application/json; charset=utf-8')
        .header('content-disposition', 'attachment; filename="personal-data.json"')
        .send(body);
    },
  });
}
