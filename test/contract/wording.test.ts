import t from 'tap';
import { compare, documentOf } from './compatibility/compare.ts';

/** What clients call things by, and in which words and order the changelog tells what has changed. */

const answer = (ref: string) => ({ $ref: `#/components/responses/${ref}` });
const operation = (more: object = {}) => ({
  operationId: 'doIt',
  tags: ['Things'],
  responses: { 204: { description: 'Done.' } },
  ...more,
});
const told = (before: object, after: object) => [
  ...new Set(compare(before, after).map(({ kind, text }) => `${kind} ${text}`)),
];
const withShared = (document: object, shared: object) => ({ ...document, components: shared });

t.test('another first tag breaks clients, whose methods are grouped by it', async (t) => {
  const tagged = (...tags: string[]) => documentOf({ '/things': { post: operation({ tags }) } });
  t.same(told(tagged('Things'), tagged('Items')), [
    'breaking `POST /things`: `tags` changed from `["Things"]` to `["Items"]`.',
  ]);
  t.match(told(tagged('Things'), tagged('Things', 'Items')), [/^additive /]);
});

t.test('a path parameter that is called differently breaks clients, who pass it by name', async (t) => {
  const path = (name: string) => {
    const parameters = [{ name, in: 'path', required: true, schema: { type: 'string' } }];
    return documentOf({ [`/things/{${name}}`]: { get: operation({ parameters }) } });
  };
  t.same(told(path('id'), path('thing_id')), [
    'breaking `/things/{id}` is called `/things/{thing_id}`.',
    'breaking `GET /things/{thing_id}`: path parameter `id` is called `thing_id`.',
  ]);
});

t.test('a parameter that comes or goes is told by its operation, its place and its name', async (t) => {
  const language = { name: 'Accept-Language', in: 'header', schema: { type: 'string' } };
  const page = { name: 'page', in: 'query', required: true, schema: { type: 'integer' } };
  const parameters = (...some: object[]) =>
    withShared(documentOf({ '/things': { post: operation({ parameters: some }) } }), {
      parameters: { 'Accept-Language': language },
    });
  const reference = { $ref: '#/components/parameters/Accept-Language' };
  t.same(told(parameters(), parameters(reference, page)), [
    'breaking `POST /things`: required query parameter `page` was added.',
    'additive `POST /things`: header parameter `Accept-Language` was added.',
  ]);
  t.same(told(parameters(page, reference), parameters(page)), [
    'breaking `POST /things`: header parameter `Accept-Language` was removed.',
  ]);
});

t.test('what shared answers are called is nothing to callers, but what is in them is', async (t) => {
  const sharing = (name: string, headers: object = {}) =>
    withShared(documentOf({ '/things': { get: operation({ responses: { 409: answer(name) } }) } }), {
      responses: { [name]: { description: 'A conflict.', headers } },
    });
  const header = { Link: { schema: { type: 'string' } } };
  t.same(told(sharing('Taken'), sharing('TakenOrGone')), []);
  t.same(told(sharing('Taken'), sharing('Taken', header)), ['additive `Taken.Link` was added.']);
  t.match(told(sharing('Taken', header), sharing('TakenOrGone')), [/^breaking .*Link/]);
});

t.test('an extension that explains is told as other words for what it belongs to', async (t) => {
  const codes = (descriptions: object, more: object = {}) =>
    documentOf(
      {
        '/codes': {
          get: operation({
            responses: {
              200: {
                description: 'Codes.',
                content: { 'application/json': { schema: { $ref: '#/components/schemas/Code' } } },
              },
            },
            ...more,
          }),
        },
      },
      { Code: { type: 'string', enum: ['a', 'b'], 'x-enumDescriptions': descriptions } },
    );
  t.same(told(codes({ a: 'A' }), codes({ a: 'An A', b: 'B' }, { 'x-codeSamples': [] })), [
    'documentation `GET /codes`',
    'documentation `Code`',
  ]);
});

t.test('operations are told first, then schemas, then the rest', async (t) => {
  const document = (paths: object, properties: object, description: string) => {
    const schema = { $ref: '#/components/schemas/Thing' };
    const responses = { 200: { description, content: { 'application/json': { schema } } } };
    return documentOf(
      { '/b': { get: operation({ responses }) }, ...paths },
      { Thing: { properties } },
      description,
    );
  };
  const more = { '/z': { get: operation({ operationId: 'doZ' }) } };
  t.same(told(document({}, {}, 'Once.'), document(more, { note: { type: 'string' } }, 'Now.')), [
    'additive `GET /z` was added.',
    'additive `Thing.note` was added.',
    'documentation `GET /b 200`',
    'documentation `info`',
  ]);
});
