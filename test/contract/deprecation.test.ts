import t from 'tap';
import { operation } from '../../src/http/operations.ts';
import { noContent } from '../../src/http/schema.ts';
import { createTestApp } from '../support/bare-app.ts';
import { unreachable } from '../support/failing-database.ts';

t.test('an operation that is marked as deprecated says so in its answers and in the contract', async (t) => {
  const database = unreachable();
  const app = await createTestApp({ database });
  t.teardown(() => app.close());
  const deprecated = { since: '2026-11-01T00:00:00Z', sunset: '2027-06-01T00:00:00Z' };
  const schema = { tags: ['Health'], summary: 'An old way', response: { 204: noContent('Nothing to say.') } };
  app.get('/old', {
    schema: { ...schema, operationId: 'callOldWay', description: 'It will go, and says when.' },
    config: operation({ access: 'public', limit: 'none', deprecated }),
    handler: async (_request, reply) => {
      await reply.code(204).send(null);
    },
  });
  const { headers } = await app.inject('/old');
  t.equal(headers.deprecation, '@1793491200');
  t.equal(headers.sunset, 'Tue, 01 Jun 2027 00:00:00 GMT');
  t.match(await app.contract(), {
    paths: {
      '/old': { get: { deprecated: true, responses: { 204: { headers: { Deprecation: {}, Sunset: {} } } } } },
    },
  });
  const { headers: others } = await app.inject('/health');
  t.notOk(others.deprecation ?? others.sunset);
});
