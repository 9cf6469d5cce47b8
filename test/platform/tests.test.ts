import t from 'tap';
import { codeOf, files, importsOf, sourceOf, told } from '../support/source/text.ts';

/** The rules of the tests, held against their source. */

const tests = files('test/**/*.test.ts');
const others = files('test/**/*.ts').filter((path) => !/\.test(-d)?\.ts$/.test(path));
/** This file names what it forbids. */
const OWN = 'test/platform/tests.test.ts';

/** The lines of a file that match, each with where it stands. */
const linesOf = (path: string, pattern: RegExp): string[] =>
  sourceOf(path)
    .split('\n')
    .flatMap((line, index) => (pattern.test(line) ? [`${path}:${index + 1}: ${line.trim()}`] : []));

t.test(
  'a test waits for what happens (test/support/until.ts); where a time has to pass, a comment says why',
  (t) => {
    const waits = /(?<![\w.])(sleep|setTimeout)\(/;
    const found = tests.filter((path) => path !== OWN).flatMap((path) => linesOf(path, waits));
    t.same(
      found.filter((line) => !/\/\/ .+/.test(line) && !/sql`/.test(line)),
      [],
    );
    t.end();
  },
);

t.test(
  'no test asks how long something took: processor time, work done and the order of events are the same everywhere',
  (t) => {
    const clock = /performance\.now\(|hrtime/;
    t.same(
      tests.filter((path) => path !== OWN).flatMap((path) => linesOf(path, clock)),
      [],
    );
    t.end();
  },
);

t.test('scripts and tests do not import each other: what they share is in src/tooling', (t) => {
  const folderOf = (path: string) => /^(scripts|test)\//.exec(path)?.[1];
  const between = [...files('scripts/**/*.ts'), ...files('test/**/*.ts')]
    .flatMap(importsOf)
    .filter(({ from, to }) => folderOf(to) !== undefined && folderOf(from) !== folderOf(to));
  t.same(between.map(told), []);
  t.end();
});

t.test(
  'what belongs to one test file is made for each file (oncePerFile), as many files share a process',
  (t) => {
    // Whatever a module of support does at its top level happens once in the process.
    t.same(
      others
        .filter((path) => !path.startsWith('test/support/runner/'))
        .flatMap((path) => linesOf(path, /^(await )?t\./)),
      [],
    );
    t.end();
  },
);

t.test('a file that replaces modules has a process of its own, and each such file says why', (t) => {
  const mocking = tests.filter((path) => path !== OWN && /\bmock(Import|Require|All)\b/.test(codeOf(path)));
  for (const path of mocking) t.match(sourceOf(path), /^\/\/ Own process: /, path);
  t.ok(mocking.length > 0);
  t.end();
});
