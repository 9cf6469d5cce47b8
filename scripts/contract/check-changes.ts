// Compares the contract with the last released one, lists the changes, and fails if they do not fit the version. Arguments
// may name two other documents, the former one first.
import { CURRENT, changesBetween, faultsOf, RELEASED } from '../../src/tooling/contract/changes.ts';
import { DECIDED } from '../../src/tooling/contract/decided.ts';
import { documentAt } from '../../src/tooling/contract/read.ts';

const [former = RELEASED, next = CURRENT] = process.argv.slice(2);
const changes = changesBetween(former, next);
const released = documentAt(former).info.version;
const { version } = documentAt(next).info;
console.log(`Changes since ${released}:${changes.length === 0 ? ' none' : ''}`);
const lines = changes.map(({ kind, text }) => `${kind.padEnd(13)}  ${text}`);
for (const line of new Set(lines)) console.log(line);
const stale = Object.keys(DECIDED).filter((text) => !lines.some((line) => line.includes(text)));
if (former === RELEASED && next === CURRENT && stale.length > 0) {
  console.error(`\nsrc/tooling/contract/decided.ts is about what has not changed: ${stale.join(' ')}`);
  process.exitCode = 1;
}
for (const fault of faultsOf(released, version, changes)) {
  console.error(`\n${fault}`);
  process.exitCode = 1;
}
