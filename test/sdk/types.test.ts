import { spawnSync } from 'node:child_process';
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import t from 'tap';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));
// As deep as the original, whose imports are relative.
const FOLDER = join(ROOT, 'tmp/sdk-types');
/** Its directive, and the error it stands for. */
const EXPECTATION = /^\s*\/\/ @ts-expect-error (?:(TS\d+) )?.*$/;

t.test('each error that is expected of the compiler is the one that it finds', async (t) => {
  const lines = readFileSync(new URL('types.test-d.ts', import.meta.url), 'utf8').split('\n');
  const expected = lines.flatMap((line, index) => {
    const found = EXPECTATION.exec(line);
    return found ? [`${index + 2} ${found[1]}`] : [];
  });
  t.ok(expected.length > 20);

  mkdirSync(FOLDER, { recursive: true });
  t.teardown(() => rmSync(FOLDER, { recursive: true }));
  // Without the directives the compiler says what each of them hides.
  writeFileSync(
    join(FOLDER, 'types.test-d.ts'),
    lines.map((line) => (EXPECTATION.test(line) ? '//' : line)).join('\n'),
  );
  const config = { extends: '../../tsconfig.json', include: ['types.test-d.ts'] };
  writeFileSync(join(FOLDER, 'tsconfig.json'), JSON.stringify(config));
  const { stdout } = spawnSync(
    process.execPath,
    [join(ROOT, 'node_modules/typescript/lib/tsc.js'), '-p', FOLDER],
    {
      cwd: FOLDER,
      encoding: 'utf8',
    },
  );
  const errors = [...stdout.matchAll(/^types\.test-d\.ts\((\d+),\d+\): error (TS\d+)/gm)];
  t.same([...new Set(errors.map(([, line, code]) => `${line} ${code}`))], expected, stdout);
});
