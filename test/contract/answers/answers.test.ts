import t from 'tap';
import { operation } from '../../../src/http/contract/operations.ts';
import { answer, component, text } from '../../../src/http/contract/schema.ts';
import { createTestApp } from '../../support/app/bare-app.ts';
import { unreachable } from '../../support/database/failing-database.ts';

const Part = component(
  'ThrowawayPart',
  { name: text({ maxLength: 10, description: 'Its name.', examples: ['part'] }) },
  { description: 'Something that is there for a test.' },
);

/** What is answered where a handler gives a field that the schema does not name. */
async function answerIn(APP_ENV: 'test' | 'development') {
  const app = await createTestApp({ database: unreachable() }, { APP_ENV });
  t.teardown(() => app.close());
  app.get('/parts', {
    schema: {
      operationId: 'getPart',
      tags: ['Health'],
      summary: 'Get a part',
      description: 'A part that is there for a test.',
      response: { 200: answer(Part, 'It is there.') },
    },
    config: operation({ access: 'public', limit: 'none' }),
    handler: () => ({ name: 'part', secret: 'of the house' }),
  });
  return app.inject('/parts');
}

t.test('a handler that gives more than its schema names fails in tests', async (t) => {
  const { statusCode, body } = await answerIn('test');
  t.equal(statusCode, 500);
  t.notMatch(body, 'of the house');
});

t.test('elsewhere what the schema does not name is left out', async (t) => {
  const { statusCode, body } = await answerIn('development');
  t.equal(statusCode, 200);
  t.equal(body, '{"name":"part"}');
});
