import type { TSchema } from '@sinclair/typebox';
import t, { type Test } from 'tap';
import type { Operation } from '../../../src/http/contract/operations.ts';
import { testApp } from '../../support/app/app.ts';
import { typesOf } from '../../support/contract/arbitraries.ts';
import { partOf, sampleRequest } from '../../support/contract/samples.ts';
import { costFault } from './cost.ts';
import { bodyOf, HARD_TEXTS, SHAPES, type Shape } from './shapes.ts';

/** Large bodies of every shape, to every operation. */

const { app, client } = await testApp(t);
const admin = await client.asAdmin();

const LARGEST = app.config.MAX_BODY_BYTES - 1000;
/** What grows with the square of its size shows here as well, in less time. */
const LARGE = LARGEST / 8;

const shapes = Object.entries(SHAPES);
const changes = app.operations.all.filter(({ method }) => method !== 'GET');
const withBody = changes.flatMap((operation) => {
  const schema = partOf(operation, 'body');
  return schema ? [{ operation, schema }] : [];
});

/** Sends a body of a shape to an operation, and checks what it costs. */
async function check(t: Test, operation: Operation, title: string, shape: Shape, bytes: number, who = admin) {
  const { method, path, options } = sampleRequest(operation);
  const headers = {
    ...options.headers,
    ...(operation.config.access !== 'public' && { authorization: `Bearer ${who.token}` }),
    'content-type': 'application/json',
  };
  const sized = (size: number) => {
    const payload = shape(size, {});
    return { method: method as 'POST', url: path, headers, payload };
  };
  t.equal(await costFault(app, sized, bytes), undefined, `${operation.id}: ${title}`);
}

const every = () => true;
const isText = (property: TSchema) => typesOf(property).includes('string');

t.test('a large value of any shape costs little, in the place of every property', async (t) => {
  for (const { operation, schema } of withBody)
    for (const [title, shape] of shapes)
      await check(t, operation, title, bodyOf(schema, shape, every), LARGE);
});

t.test('a large text costs little, whatever it repeats', async (t) => {
  for (const { operation, schema } of withBody)
    for (const [title, shape] of HARD_TEXTS)
      await check(t, operation, title, bodyOf(schema, shape, isText), LARGE);
});

t.test('the largest body costs little, whatever its shape', async (t) => {
  for (const [index, [title, shape]] of shapes.entries()) {
    // All of them to all operations would take a minute.
    const one = withBody[index % withBody.length];
    if (!one) throw new Error('no operation has a body');
    await check(t, one.operation, title, shape, LARGEST);
    await check(t, one.operation, `${title} in it`, bodyOf(one.schema, shape, every), LARGEST);
  }
});

t.test('the largest body that nobody reads costs little', async (t) => {
  const [[title, shape] = ['', () => '']] = shapes;
  for (const operation of changes.filter((one) => !partOf(one, 'body')))
    await check(t, operation, title, shape, LARGEST, await client.newUser());
});
