import t from 'tap';
import { operation } from '../../src/http/contract/operations.ts';
import { noContent } from '../../src/http/contract/schema.ts';
import { createTestApp } from '../support/app/bare-app.ts';
import { unreachable } from '../support/database/failing-database.ts';

const schema = {
  operationId: 'callOldWay',
  tags: ['Health'],
  summary: 'An old way',
  description: 'It will go, and says when.',
  response: { 204: noContent('Nothing to say.') },
};

/** The service with one more operation, deprecated in this way. */
async function withOldWay(deprecated: { since: string; sunset: string }) {
  const app = await createTestApp({ database: unreachable() });
  t.teardown(() => app.close());
  app.get('/old', {
    schema,
    config: operation({ access: 'public', limit: 'none', deprecated }),
    handler: async (_request, reply) => {
      await reply.code(204).send(null);
    },
  });
  return app;
}

t.test('an operation that is marked as deprecated says so in its answers and in the contract', async (t) => {
  const app = await withOldWay({ since: '2026-11-01T00:00:00Z', sunset: '2027-06-01T00:00:00Z' });
  const { headers } = await app.inject('/old');
  t.equal(headers.deprecation, '@1793491200');
  t.equal(headers.sunset, 'Tue, 01 Jun 2027 00:00:00 GMT');
  t.match(await app.contract(), {
    paths: {
      '/old': {
        get: {
          deprecated: true,
          'x-sunset': '2027-06-01',
          responses: { 204: { headers: { Deprecation: {}, Sunset: {} } } },
        },
      },
    },
  });
  const { headers: others } = await app.inject('/health');
  t.notOk(others.deprecation ?? others.sunset);
});

t.test('a service whose callers would have less than six months to leave does not start', async (t) => {
  const short: [string, string][] = [
    ['2026-11-01T00:00:00Z', '2027-04-30T23:59:59Z'],
    ['2026-08-31T00:00:00Z', '2027-02-27T00:00:00Z'],
    ['2026-11-01T00:00:00Z', 'soon'],
    ['once', '2027-06-01T00:00:00Z'],
  ];
  for (const [since, sunset] of short)
    await t.rejects(withOldWay({ since, sunset }), /callOldWay .* six months/, `${since} to ${sunset}`);
  const enough: [string, string][] = [
    ['2026-11-01T00:00:00Z', '2027-05-01T00:00:00Z'],
    ['2026-08-31T00:00:00Z', '2027-02-28T00:00:00Z'],
  ];
  for (const [since, sunset] of enough)
    await t.resolves(withOldWay({ since, sunset }), `${since} to ${sunset}`);
});
