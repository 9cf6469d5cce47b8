import t from 'tap';
import { KINDS, type Kind } from '../../../src/tooling/contract/change.ts';
import { compare, documentOf } from './compare.ts';

/** What the gate of the contract takes changes for: each case is an operation of its own, before and after. */

interface Schema {
  type?: string | string[];
  required?: string[];
  properties?: Record<string, Schema>;
  enum?: string[];
  description?: string;
  format?: string;
  default?: number;
  minLength?: number;
  maxLength?: number;
  pattern?: string;
}
interface Header {
  schema: Schema;
}
interface Operation {
  operationId: string;
  description: string;
  deprecated?: boolean;
  'x-sunset'?: string;
  security: object[];
  parameters: { name: string; in: string; description?: string; required: boolean; schema: Schema }[];
  requestBody: { required: boolean; content: Record<string, { schema: Schema }> };
  responses: Record<string, { description: string; headers?: Record<string, Header>; content?: object }>;
}

const request = (): Schema => ({
  type: 'object',
  required: ['title'],
  properties: {
    title: { type: 'string', minLength: 5, maxLength: 200 },
    status: { type: 'string', enum: ['draft', 'published'] },
  },
});
const response = (): Schema => ({
  type: 'object',
  required: ['id', 'status'],
  properties: {
    id: { type: 'string', format: 'uuid', description: 'Which it is.' },
    status: { type: 'string', enum: ['draft', 'published'] },
    views: { type: 'integer' },
  },
});

/** An operation, its request and its answer. */
function sample(id: string) {
  const body = request();
  const answer = response();
  const operation: Operation = {
    operationId: id,
    description: 'It does something.',
    security: [{}, { bearer: [] }],
    parameters: [
      {
        name: 'q',
        in: 'query',
        description: 'Words to look for.',
        required: false,
        schema: { type: 'string', maxLength: 50 },
      },
      { name: 'per_page', in: 'query', required: false, schema: { type: 'integer', default: 20 } },
    ],
    requestBody: {
      required: false,
      content: { 'application/json': { schema: body }, 'application/merge-patch+json': { schema: body } },
    },
    responses: {
      200: {
        description: 'It was done.',
        headers: { Link: { schema: { type: 'string' } } },
        content: { 'application/json': { schema: answer } },
      },
      404: { description: 'There is no such thing.' },
    },
  };
  return { operation, body, answer };
}
type Sample = ReturnType<typeof sample>;

const part = (schema: Schema, name: string): Schema => schema.properties?.[name] ?? {};
const extra = { name: 'more', in: 'query', schema: { type: 'string' } };

const CASES: [string, Kind, (to: Sample) => unknown][] = [
  // Redocly's rules see these.
  [
    'a required property in a request',
    'breaking',
    ({ body }) =>
      Object.assign(body, {
        required: ['title', 'more'],
        properties: { ...body.properties, more: { type: 'string' } },
      }),
  ],
  ['a property of a request that becomes required', 'breaking', ({ body }) => body.required?.push('status')],
  [
    'an optional property in a request',
    'additive',
    ({ body }) => Object.assign(body, { properties: { ...body.properties, more: { type: 'string' } } }),
  ],
  [
    'a property of a request that becomes optional',
    'additive',
    ({ body }) => Object.assign(body, { required: [] }),
  ],
  ['a value less in an enumeration of a request', 'breaking', ({ body }) => part(body, 'status').enum?.pop()],
  [
    'a value more in an enumeration of a request',
    'additive',
    ({ body }) => part(body, 'status').enum?.push('archived'),
  ],
  [
    'a value more in an enumeration of an answer',
    'breaking',
    ({ answer }) => part(answer, 'status').enum?.push('archived'),
  ],
  [
    'a value less in an enumeration of an answer',
    'additive',
    ({ answer }) => part(answer, 'status').enum?.pop(),
  ],
  ['a property less in an answer', 'breaking', ({ answer }) => delete answer.properties?.views],
  [
    'a property more in an answer',
    'additive',
    ({ answer }) => Object.assign(answer, { properties: { ...answer.properties, more: { type: 'string' } } }),
  ],
  ['a property of an answer that may be left out', 'breaking', ({ answer }) => answer.required?.pop()],
  [
    'a property of an answer that is always there',
    'additive',
    ({ answer }) => answer.required?.push('views'),
  ],
  [
    'a property of an answer that may be null',
    'breaking',
    ({ answer }) => Object.assign(part(answer, 'id'), { type: ['string', 'null'] }),
  ],
  [
    'a property of an answer of another type',
    'breaking',
    ({ answer }) => Object.assign(part(answer, 'views'), { type: 'string' }),
  ],
  [
    'a tighter limit in a request',
    'breaking',
    ({ body }) => Object.assign(part(body, 'title'), { maxLength: 100 }),
  ],
  [
    'a wider limit in a request',
    'additive',
    ({ body }) => Object.assign(part(body, 'title'), { maxLength: 300, minLength: 1 }),
  ],
  ['a pattern in a request', 'breaking', ({ body }) => Object.assign(part(body, 'title'), { pattern: '^x' })],
  [
    'a required parameter',
    'breaking',
    ({ operation }) => operation.parameters.push({ ...extra, required: true }),
  ],
  [
    'an optional parameter',
    'additive',
    ({ operation }) => operation.parameters.push({ ...extra, required: false }),
  ],
  ['a parameter less', 'breaking', ({ operation }) => operation.parameters.shift()],
  [
    'a body that becomes required',
    'breaking',
    ({ operation }) => Object.assign(operation.requestBody, { required: true }),
  ],
  [
    'a media type less',
    'breaking',
    ({ operation }) => delete operation.requestBody.content['application/merge-patch+json'],
  ],
  ['a header less', 'breaking', ({ operation }) => delete operation.responses[200]?.headers?.Link],
  ['a status less', 'breaking', ({ operation }) => delete operation.responses[404]],
  [
    'a problem more',
    'additive',
    ({ operation }) => Object.assign(operation.responses, { 409: { description: 'A conflict.' } }),
  ],
  [
    'another operationId',
    'breaking',
    ({ operation }) => Object.assign(operation, { operationId: 'somethingElse' }),
  ],
  ['a sign-in that becomes necessary', 'breaking', ({ operation }) => operation.security.shift()],
  [
    'another description',
    'documentation',
    ({ operation }) => Object.assign(operation, { description: 'It does it well.' }),
  ],
  [
    'another description of a property',
    'documentation',
    ({ answer }) => Object.assign(part(answer, 'id'), { description: 'What it is called.' }),
  ],
  // And these are ours: Redocly takes them for harmless.
  [
    'another status of success',
    'breaking',
    ({ operation }) => Object.assign(operation.responses, { 202: { description: 'Later.' } }),
  ],
  [
    'a role that becomes necessary',
    'breaking',
    ({ operation }) => Object.assign(operation.responses, { 403: { description: 'Not for you.' } }),
  ],
  [
    'a precondition that becomes necessary',
    'breaking',
    ({ operation }) => Object.assign(operation.responses, { 428: { description: 'Say If-Match.' } }),
  ],
  [
    'another default',
    'breaking',
    ({ operation }) => Object.assign(operation.parameters[1]?.schema ?? {}, { default: 50 }),
  ],
  ['another format', 'breaking', ({ answer }) => Object.assign(part(answer, 'id'), { format: 'uri' })],
  [
    'a parameter of which much more is said',
    'documentation',
    ({ operation }) =>
      Object.assign(operation.parameters[0] ?? {}, {
        description: `Words to look for. ${'All of them have to be there, in whatever order. '.repeat(9)}`,
      }),
  ],
  [
    'a deprecation',
    'additive',
    ({ operation }) => Object.assign(operation, { deprecated: true, 'x-sunset': '2999-01-01' }),
  ],
];

const pathOf = (index: number) => `/cases/${index}`;
const operations = (change: (sample: Sample, index: number) => unknown) =>
  Object.fromEntries(
    CASES.map((_, index) => {
      const made = sample(`doCase${index}`);
      change(made, index);
      return [pathOf(index), { post: made.operation }];
    }),
  );

t.test('each kind of change is known for what it means to callers', async (t) => {
  const before = operations(() => undefined);
  const after = operations((made, index) => CASES[index]?.[2](made));
  const changes = compare(documentOf(before, {}), documentOf(after, {}));
  for (const [index, [title, expected]] of CASES.entries()) {
    const place = `#/paths/${pathOf(index).replaceAll('/', '~1')}/`;
    const own = changes.filter(({ at }) => at.startsWith(place));
    const worst = KINDS.find((kind) => own.some((change) => change.kind === kind));
    t.equal(worst, expected, `${title}: ${own.map(({ text }) => text).join(' ')}`);
  }
  const index = CASES.findIndex(([title]) => title === 'another default');
  t.ok(
    changes.some(
      ({ text }) => text === `\`POST /cases/${index} per_page\`: \`default\` changed from \`20\` to \`50\`.`,
    ),
    'and told in words, a parameter by its name',
  );
});
