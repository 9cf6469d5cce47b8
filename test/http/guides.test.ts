import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import t from 'tap';
import { problemCatalogue } from '../../src/http/contract/problems.ts';
import { propertiesOf } from '../../src/platform/unknown.ts';
import { listening, testApp } from '../support/app/app.ts';

/** The guides that the reference begins with are held to what they say: their commands run, their links lead somewhere. */

const service = await testApp(t);
const client = await listening(t, service);
const { body: document } = await client.root.get<{ info: { description: string } }>('/openapi.json');
const text = document.info.description;

const blocks = [...text.matchAll(/```sh\n([\s\S]*?)```/g)].map(([, block = '']) => block);

/** Runs the commands in one shell, and gives the status of each request in their order. */
async function runCommands(): Promise<{ statuses: number[]; output: string }> {
  const script = [
    'set -euo pipefail',
    `curl() { command curl -sS --max-time 10 -w '%{stderr}%{http_code}\\n' "$@"; }`,
    ...blocks,
  ].join('\n');
  const { stdout, stderr } = await promisify(execFile)('bash', ['-c', script]);
  return { statuses: stderr.trim().split('\n').map(Number), output: stdout };
}

t.test('every command works as it stands, from the first to the last', async (t) => {
  const author = await client.newUser();
  await author.post('/posts', {
    title: 'An older post',
    body: 'So that there are two pages.',
    status: 'published',
  });
  const { statuses, output } = await runCommands();
  const expected = {
    gettingStarted: [200, 201, 200, 201, 200, 200],
    signingIn: [200, 200, 201, 200],
    pagination: [200, 200],
    concurrency: [200, 200, 200, 304, 201, 201],
  };
  t.same(statuses, Object.values(expected).flat());
  t.match(output, '"title":"My very first post"');
  const { body } = await client.get<{ data: { title: string; comment_count: number }[] }>('/posts');
  t.match(body.data, [{ title: 'My very first post', comment_count: 1 }, { title: 'An older post' }]);
});

t.test('commands can be read whole beside the menu of the reference', async (t) => {
  const lines = blocks.flatMap((block) => block.split('\n'));
  t.same(
    lines.filter((line) => line.length > 46),
    [],
  );
});

t.test('the error that they show is the one that is sent', async (t) => {
  const shown = propertiesOf(JSON.parse(/```json\n([\s\S]*?)```/.exec(text)?.[1] ?? ''));
  const author = await client.newUser();
  const { body } = await author.post('/posts', { title: 'Oops', body: 'Four letters are too few.' });
  t.same(body, { ...shown, request_id: body.request_id });
});

t.test('every operation that they link to exists', async (t) => {
  const linked = [...text.matchAll(/\]\(#operation\/(\w+)\)/g)].map(([, id]) => id);
  t.ok(linked.length > 3);
  const known = new Set(service.app.operations.all.map(({ id }) => id));
  t.same(
    linked.filter((id) => id === undefined || !known.has(id)),
    [],
  );
});

t.test('every code is in the table of errors, with its status and a link to its page', async (t) => {
  const address = service.app.publicUrl();
  for (const { code, status, title } of problemCatalogue.values())
    t.match(text, `| ${status} | [\`${code}\`](${address}/problems/${code}): ${title} |`);
  const named = [...text.matchAll(/`([a-z]+_[a-z_]+)`/g)].map(([, code = '']) => code);
  const others = [
    'access_token',
    'snake_case',
    'per_page',
    'total_is_exact',
    'next_cursor',
    'expires_in',
    'current_version',
  ];
  t.same(
    named.filter((name) => !problemCatalogue.has(name) && !others.includes(name)),
    [],
    'and no code is named that does not exist',
  );
});
