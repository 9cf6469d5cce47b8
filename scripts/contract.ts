// The gate of the contract (CI runs it): the document is current, both linters find nothing in it, what it changes
// against the released one fits its version, and the changelog says what that is.
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { CURRENT, changesBetween, faultsOf, RELEASED } from './contract-changes.ts';
import { QUIETLY, REDOCLY, RULES } from './redocly.ts';

const ROOT = fileURLToPath(new URL('..', import.meta.url));
const DOCUMENT = 'openapi/openapi.json';
const SPECTRAL = 'node_modules/@stoplight/spectral-cli/dist/index.js';

function run(title: string, script: string, ...options: string[]): void {
  console.log(`\n${title}`);
  const { status } = spawnSync(process.execPath, [script, ...options], {
    cwd: ROOT,
    env: QUIETLY,
    stdio: 'inherit',
  });
  if (status !== 0) process.exit(status ?? 1);
}

const versionOf = (file: string): string => JSON.parse(readFileSync(file, 'utf8')).info.version;

run('The document is current', 'scripts/generate-contract.ts', '--check');
run('Redocly', REDOCLY, 'lint', DOCUMENT, ...RULES);
run('Spectral', SPECTRAL, 'lint', DOCUMENT, '--ruleset', 'openapi/.spectral.yaml', '--fail-severity', 'warn');
run('The changelog is current', 'scripts/generate-changelog.ts', '--check');

const released = versionOf(RELEASED);
console.log(`\nChanges since ${released}`);
const changes = changesBetween(RELEASED, CURRENT);
for (const { kind, text } of changes) console.log(`${kind.padEnd(13)}  ${text}`);
if (changes.length === 0) console.log('none');
const faults = faultsOf(released, versionOf(CURRENT), changes);
for (const fault of faults) console.error(`\n${fault}`);
if (faults.length > 0) process.exit(1);
