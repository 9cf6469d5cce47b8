import { readFileSync } from 'node:fs';
import t from 'tap';
import { collection } from '../../src/tooling/contract/collection.ts';
import { committedContract, type Operation } from '../../src/tooling/contract/document.ts';
import { seedExamples } from '../contract/answers/example-rows.ts';
import { testApp } from '../support/app/app.ts';
import { operationFor } from '../support/contract/check-answer.ts';

/** The requests to send by hand (openapi/collection), sent. */

interface HttpRequest {
  name: string;
  method: string;
  path: string;
  headers: Record<string, string>;
  body: string;
  /** Parameters and headers that it may have besides, as comments before it. */
  optional: { query: string[]; headers: string[] };
}

const headersOf = (lines: string[]): Record<string, string> =>
  Object.fromEntries(
    lines.map((line) => [line.slice(0, line.indexOf(':')), line.slice(line.indexOf(': ') + 2)]),
  );

/** What tools read in a file of requests: variables, and between lines with ### a request each. */
function parse(source: string): HttpRequest[] {
  const variables = new Map(
    [...source.matchAll(/^@(\w+) = (.*)$/gm)].map(([, name = '', value = '']) => [name, value]),
  );
  variables.set('base', '');
  const filled = source.replace(/\{\{(\w+)\}\}/g, (text, name) => variables.get(name) ?? text);
  return filled
    .split(/^###.*$/m)
    .slice(1)
    .flatMap((block) => {
      const lines = block.split('\n').slice(1);
      const start = lines.findIndex((line) => line !== '' && !line.startsWith('#'));
      if (start < 0) return [];
      const comments = lines.slice(0, start);
      const [requestLine = '', ...rest] = lines.slice(start);
      const [method = '', path = ''] = requestLine.split(' ');
      const end = rest.indexOf('');
      // With two blanks between what may be sent and what is said of it.
      const [query, others] = [/^# \?(\S+)/, /^# ([A-Z][\w-]+: .*?) {2}/];
      return {
        name: /^# @name (\w+)$/m.exec(block)?.[1] ?? '',
        method,
        path,
        headers: headersOf(rest.slice(0, end)),
        body: rest
          .slice(end + 1)
          .join('\n')
          .trim(),
        optional: {
          query: comments.flatMap((line) => query.exec(line)?.[1] ?? []),
          headers: comments.flatMap((line) => others.exec(line)?.[1] ?? []),
        },
      };
    });
}

const source = readFileSync(new URL('../../openapi/collection/imprint.http', import.meta.url), 'utf8');
const requests = parse(source);
const { app, client, db } = await testApp(t);
await seedExamples(db);
// The example of a comment answers another, which has to be one that its author sees.
await db.updateTable('comments').set({ status: 'approved' }).execute();

/** Sends a request as an admin with a session of its own, since some of them end it. */
async function send({ method, path, headers, body }: HttpRequest) {
  const { token } = await client.asAdmin();
  const { Authorization: signedIn, ...others } = headers;
  const sent = { ...others, ...(signedIn && { authorization: `Bearer ${token}` }) };
  return client.root.request(method, path, { headers: sent, ...(body !== '' && { raw: body }) });
}

t.test('there is one request for each operation, and it goes to that operation', async (t) => {
  t.same(requests.map(({ name }) => name).sort(), app.operations.all.map(({ id }) => id).sort());
  for (const { name, method, path } of requests) t.equal(operationFor(app, method, path)?.id, name);
});

/** Why a request is not one that can be sent as it stands; nothing where it is. */
async function refusal(request: HttpRequest): Promise<string | undefined> {
  const { status, body } = await send(request);
  // The token of a mail is good only for the one who got it: the request itself is right.
  if (body?.code === 'invalid_mail_token') return undefined;
  const isRefused = [400, 405, 415, 422].includes(status) || body?.code === 'route_not_found';
  return isRefused ? `${request.name} ${request.path}: ${status} ${JSON.stringify(body)}` : undefined;
}

// What the examples need is there at first, and taken away in the end.
const rank = ({ name, method }: HttpRequest) => (name.startsWith('create') ? 0 : method === 'DELETE' ? 2 : 1);
const inOrder = [...requests].sort((a, b) => rank(a) - rank(b));

t.test('every request can be sent as it stands, and with what else it names', async (t) => {
  for (const request of inOrder) {
    const { name, path, headers, optional } = request;
    for (const header of optional.headers) {
      const more = { ...headers, ...headersOf([header]) };
      t.equal(await refusal({ ...request, headers: more }), undefined, `${name} ${header}`);
    }
    for (const query of optional.query) {
      const refused = await refusal({ ...request, path: `${path}?${query}` });
      // A cursor is good only for the database that gave it out.
      if (query.startsWith('cursor=')) t.match(refused, /: 400 .*"invalid_cursor"/, name);
      else t.equal(refused, undefined, `${name} ${query}`);
    }
    t.equal(await refusal(request), undefined, name);
  }
});

t.test('what needs a token is sent with one, and what may have one says so', async (t) => {
  for (const { name, headers, optional } of requests) {
    const { access } = app.operations.all.find(({ id }) => id === name)?.config ?? {};
    const may = optional.headers.some((header) => header.startsWith('Authorization: '));
    t.same([access === 'public', access === 'visitor'], [!headers.Authorization && !may, may], name);
  }
});

t.test('a form with a file is written as its parts', async (t) => {
  const operation: Operation = {
    operationId: 'uploadFile',
    summary: 'Upload a file',
    description: 'Keeps a file.',
    tags: ['Files'],
    parameters: [{ name: 'kind', in: 'query', required: true, example: 'a b', schema: {} }],
    requestBody: { content: { 'multipart/form-data': { schema: { $ref: '#/components/schemas/Upload' } } } },
    responses: {},
  };
  const contract = committedContract();
  const properties = { alt: { examples: ['A cat'] }, file: { format: 'binary' } };
  const [request] = parse(
    collection({
      ...contract,
      tags: [{ name: 'Files', description: 'Files.' }],
      paths: { '/files': { post: operation } },
      components: { ...contract.components, schemas: { Upload: { properties } } },
    }),
  );
  const [type = '', boundary = ''] = (request?.headers['Content-Type'] ?? '').split('; boundary=');
  t.equal(type, 'multipart/form-data');
  t.equal(request?.path, '/files?kind=a%20b');
  const [, alt, file, end] = (request?.body ?? '').split(`--${boundary}`);
  t.equal(alt, '\nContent-Disposition: form-data; name="alt"\n\nA cat\n');
  t.match(file, 'name="file"; filename="example.txt"\nContent-Type: text/plain\n\nText.\n');
  t.equal(end, '--');
});
