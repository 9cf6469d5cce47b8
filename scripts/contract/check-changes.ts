// Compares the contract with the last released one, lists what changed, and fails where that does not fit the version.
import { readFileSync } from 'node:fs';
import { CURRENT, changesBetween, faultsOf, RELEASED } from './changes.ts';

const versionOf = (file: string): string => JSON.parse(readFileSync(file, 'utf8')).info.version;

const released = versionOf(RELEASED);
const changes = changesBetween(RELEASED, CURRENT);
console.log(`Changes since ${released}:${changes.length === 0 ? ' none' : ''}`);
for (const { kind, text } of changes) console.log(`${kind.padEnd(13)}  ${text}`);
for (const fault of faultsOf(released, versionOf(CURRENT), changes)) {
  console.error(`\n${fault}`);
  process.exitCode = 1;
}
