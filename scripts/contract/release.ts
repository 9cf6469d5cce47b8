// Releases the contract: its changes become a section of the changelog, and later documents are compared with it. Without a
// released document it is the first release.
import { copyFileSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { contract } from '../../src/contract.ts';
import { firstRelease, withRelease } from '../../src/tooling/contract/changelog.ts';
import {
  CHANGELOG,
  CURRENT,
  changesBetween,
  faultsOf,
  RELEASED,
} from '../../src/tooling/contract/changes.ts';
import { committedContract } from '../../src/tooling/contract/document.ts';
import { documentAt } from '../../src/tooling/contract/read.ts';

function refuse(why: string[]): never {
  for (const one of why) console.error(one);
  process.exit(1);
}

const current = readFileSync(CURRENT, 'utf8');
if (current !== `${JSON.stringify(await contract(), null, 2)}\n`)
  refuse(['openapi/openapi.json is not current: run `npm run generate`']);

const { info, paths } = committedContract();
const date = new Date().toISOString().slice(0, 10);
let changelog: string;
if (existsSync(RELEASED)) {
  const changes = changesBetween(RELEASED, CURRENT);
  if (changes.length === 0) refuse(['nothing has changed since the last release']);
  const faults = faultsOf(documentAt(RELEASED).info.version, info.version, changes);
  if (faults.length > 0) refuse(faults);
  changelog = withRelease(readFileSync(CHANGELOG, 'utf8'), info.version, date, changes);
} else {
  const operations = Object.values(paths).flatMap((item) => Object.keys(item)).length;
  changelog = firstRelease(info.version, date, operations);
}
writeFileSync(CHANGELOG, changelog);
mkdirSync(dirname(RELEASED), { recursive: true });
copyFileSync(CURRENT, RELEASED);
console.log(`released ${info.version}`);
