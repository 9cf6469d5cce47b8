import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import t from 'tap';
import { RELEASED } from '../../../src/tooling/contract/changes.ts';

/** A document that cannot be compared is not taken for one without changes. */

const SCRIPT = fileURLToPath(new URL('../../../scripts/contract/check-changes.ts', import.meta.url));

t.test('a released document that is missing or not whole is told in one line, with its name', async (t) => {
  const released = readFileSync(RELEASED, 'utf8');
  const folder = t.testdir({
    'truncated.json': released.slice(0, released.length / 2),
    'empty.json': '',
    'conflict.json': '{\n<<<<<<<\n}\n',
    'null.json': 'null',
    'other.json': '{"openapi":"3.1.1"}',
    'whole.json': released,
  });
  const check = (name: string) => {
    const file = join(folder, name);
    const { status, stdout, stderr } = spawnSync(process.execPath, [SCRIPT, file, RELEASED], {
      cwd: folder,
      encoding: 'utf8',
    });
    return { status, stdout, stderr };
  };
  for (const [name, why] of [
    ['truncated.json', /^truncated\.json is no whole JSON document: .+\n$/],
    ['empty.json', /^empty\.json is no whole JSON document: .+\n$/],
    ['conflict.json', /^conflict\.json is no whole JSON document: .+\n$/],
    ['null.json', /^null\.json is no OpenAPI document: .+\n$/],
    ['other.json', /^other\.json is no OpenAPI document: .+\n$/],
    ['missing.json', /^missing\.json is missing\n$/],
  ] as const)
    t.match(check(name), { status: 1, stdout: '', stderr: why }, name);
  t.match(check('whole.json'), { status: 0, stdout: /: none\n$/, stderr: '' });
});
