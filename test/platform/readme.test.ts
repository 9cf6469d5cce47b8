import { existsSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import t from 'tap';
import { compile } from '../support/source/compile.ts';
import { codeOf, files, sourceOf } from '../support/source/text.ts';

/** What the README says about the source is so. */

const readme = sourceOf('README.md');

/** What a sample may use beside the imports and exports of the file that it names. */
const GIVEN: Record<string, string> = {
  app: "import('../../src/http/contract/operations.ts').App",
  db: "import('../../src/platform/database/index.ts').Db",
  tag: '{ id: string }',
};

const IMPORT = /^import [^;]*? from '([^']+)';$/gm;
const EXPORT = /^export (?:async )?(const|function|class|interface|type) (\w+)/gm;

/** The import statements of a file, as they are in a file two folders below the top level. */
const importsOf = (path: string): string[] =>
  [...sourceOf(path).matchAll(IMPORT)].map(([statement, from = '']) =>
    from.startsWith('.') ? statement.replace(from, `../../${join(dirname(path), from)}`) : statement,
  );

const declares = (code: string, name: string) =>
  new RegExp(`\\b(?:const|let|function|class|interface|type) ${name}\\b`).test(code);

/** A sample with the imports of the file that it names, and the exports of that file that it does not declare. */
function completed(path: string, code: string): string {
  const exported = [...sourceOf(path).matchAll(EXPORT)].filter(([, , name = '']) => !declares(code, name));
  const values = exported
    .filter(([, kind = '']) => !['interface', 'type'].includes(kind))
    .map(([, , name]) => name);
  const types = exported.map(([, , name]) => name).filter((name) => !values.includes(name));
  const names = [...values, ...types.map((name) => `type ${name}`)];
  const given = Object.entries(GIVEN).filter(([name]) => !declares(code, name));
  return [
    ...importsOf(path),
    ...(names.length > 0 ? [`import { ${names.join(', ')} } from '../../${path}';`] : []),
    ...given.map(([name, type]) => `declare const ${name}: ${type};`),
    code,
  ].join('\n');
}

t.test('the samples in TypeScript compile with the imports of the files that they name', async (t) => {
  const samples = [...readme.matchAll(/^ *```ts\n([\s\S]*?)^ *```$/gm)].map(([, code = '']) => code);
  t.ok(samples.length >= 6);
  const complete = samples.map((code, index) => {
    const path = /^ *\/\/ (\S+\.ts)\n/.exec(code)?.[1] ?? '';
    t.ok(existsSync(path), `sample ${index + 1} names a file: ${path}`);
    return [`sample-${index + 1}.ts`, completed(path, code)] as const;
  });
  const [[, first = ''] = []] = complete;
  const wrong = `${first}\nexport const wrong: string = 1;`;
  const said = compile(t, { ...Object.fromEntries(complete), 'wrong.ts': wrong });
  t.match(said, /^wrong\.ts\(\d+,\d+\): error TS2322: .*\n$/, 'and one with a fault does not');
});

t.test('every path that it names exists', async (t) => {
  const paths = [...readme.matchAll(/(?<![\w/.-])(?:src|test|scripts|migrations|openapi)\/[\w./-]*/g)]
    .map(([path]) => path.replace(/[./]+$/, ''))
    .filter((path) => !path.startsWith('openapi.'));
  t.ok(paths.length > 40);
  t.same(
    paths.filter((path) => !existsSync(path)),
    [],
  );
  const known = new Set(files('{src,test,scripts,migrations,openapi}/**/*.ts').map((path) => basename(path)));
  const named = [...readme.matchAll(/`([\w-][\w.-]*\.ts)`/g)].map(([, name = '']) => name);
  t.same(
    named.filter((name) => !known.has(name)),
    [],
  );
});

t.test('"Where things are" fits on a page, and names what is in the code', async (t) => {
  const section = /^## Where things are\n[\s\S]*?(?=\n## )/m.exec(readme)?.[0] ?? '';
  t.ok(section.trim().split('\n').length <= 40);
  for (const room of ['domains', 'http'])
    for (const path of files(`src/${room}/*/`))
      t.match(section, new RegExp(`[\`/]${basename(path)}[\`/]`), path);
  const code = files('src/**/*.ts').map(codeOf).join('\n');
  const words = [...section.matchAll(/`([A-Za-z]+)`/g)].map(([, word = '']) => word);
  t.same(
    words.filter((word) => /[A-Z]/.test(word) && !new RegExp(`\\b${word}\\b`).test(code)),
    [],
  );
});
