import { existsSync } from 'node:fs';
import { readFile, writeFile } from 'node:fs/promises';
import { hasSection, withUnreleased } from '../../src/tooling/contract/changelog.ts';
import { CHANGELOG, CURRENT, changesBetween, RELEASED } from '../../src/tooling/contract/changes.ts';
import { documentAt } from '../../src/tooling/contract/read.ts';

/** Writes the unreleased changes into the changelog. With `--check` it only checks that the file is current. */

if (!existsSync(RELEASED)) {
  console.error(
    'openapi/released/openapi.json is missing: run `npm run contract:release` for a first release',
  );
  process.exit(1);
}
const { info } = documentAt(RELEASED);
const changelog = await readFile(CHANGELOG, 'utf8');
const current = withUnreleased(changelog, changesBetween(RELEASED, CURRENT));
if (!hasSection(changelog, info.version)) {
  console.error(`openapi/CHANGELOG.md has no section for ${info.version}, which has been released`);
  process.exit(1);
}
if (process.argv.includes('--check')) {
  if (changelog !== current) {
    console.error('openapi/CHANGELOG.md is not current: run `npm run generate`');
    process.exit(1);
  }
} else await writeFile(CHANGELOG, current);
