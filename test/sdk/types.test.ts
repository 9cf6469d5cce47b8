import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import t from 'tap';
import { Imprint } from '../../openapi/sdk/typescript/dist/index.js';
import { compile } from '../support/source/compile.ts';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));
const SDK = join(ROOT, 'openapi/sdk/typescript');

/** A directive, and the error it stands for. */
const EXPECTATION = /^\s*\/\/ @ts-expect-error (?:(TS\d+) )?.*$/;

t.test('each error that is expected of the compiler is the one that it finds', async (t) => {
  const lines = readFileSync(new URL('types.test-d.ts', import.meta.url), 'utf8').split('\n');
  const expected = lines.flatMap((line, index) => {
    const found = EXPECTATION.exec(line);
    return found ? [`${index + 2} ${found[1]}`] : [];
  });
  t.ok(expected.length > 20);
  // Without the directives the compiler says what each of them hides.
  const bare = lines.map((line) => (EXPECTATION.test(line) ? '//' : line)).join('\n');
  const said = compile(t, { 'types.test-d.ts': bare });
  const errors = [...said.matchAll(/^types\.test-d\.ts\((\d+),\d+\): error (TS\d+)/gm)];
  t.same([...new Set(errors.map(([, line, code]) => `${line} ${code}`))], expected, said);
});

/** What an example may take for given, beside the client itself. */
const GIVEN = {
  baseUrl: 'string',
  client: "import('@imprint/sdk').Imprint",
  input: "import('@imprint/sdk').CreatePost",
  post: "import('@imprint/sdk').Post",
  store:
    "{ load(): Promise<import('@imprint/sdk').TokenPair | undefined>; save(tokens: import('@imprint/sdk').TokenPair): Promise<void> }",
};

t.test('the methods that the README names are there', async (t) => {
  const readme = readFileSync(join(SDK, 'README.md'), 'utf8');
  const client = new Imprint({ baseUrl: 'http://localhost' });
  const methods = Object.entries(client).flatMap(([resource, methods]) =>
    Object.getOwnPropertyNames(Object.getPrototypeOf(methods)).map((method) => `${resource}.${method}`),
  );
  const resources = Object.keys(client).join('|');
  const named = [...readme.matchAll(new RegExp(`\\b(?:${resources})\\.[a-z]+\\b`, 'gi'))].map(
    ([name]) => name,
  );
  t.ok(named.includes('posts.listMyPosts'));
  t.same(
    named.filter((name) => !methods.includes(name)),
    [],
  );
});

t.test('what the README shows compiles', async (t) => {
  const readme = readFileSync(join(SDK, 'README.md'), 'utf8');
  const examples = [...readme.matchAll(/^```ts\n([\s\S]*?)^```$/gm)].map(([, code = '']) => code);
  t.ok(examples.length > 5);
  const complete = examples.map((code, index) => {
    const given = Object.entries(GIVEN).filter(([name]) => !new RegExp(`const ${name}\\b`).test(code));
    const declared = given.map(([name, type]) => `declare const ${name}: ${type};`);
    const imported = /import .*\bImprint\b/.test(code) ? '' : "import { Imprint } from '@imprint/sdk';";
    return [`example-${index + 1}.ts`, [code, ...declared, imported].join('\n')] as const;
  });
  const paths = { '@imprint/sdk': [join(SDK, 'dist/index.d.ts')] };
  const lib = ['es2022', 'dom'];
  t.equal(compile(t, Object.fromEntries(complete), { paths, lib, types: [] }), '');
});
