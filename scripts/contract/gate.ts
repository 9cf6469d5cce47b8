// The contract gate: runs all checks of the contract and prints a line for each. The output of a check is shown if it
// fails, or always with --verbose. CI runs it. `npm test` checks the traffic of the tests as well.
import { spawn } from 'node:child_process';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { QUIETLY, REDOCLY, RULES } from '../../src/tooling/contract/redocly.ts';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const DOCUMENT = 'openapi/openapi.json';
const SPECTRAL = 'node_modules/@stoplight/spectral-cli/dist/index.js';

/** The checks: what each checks, and its script. */
const CHECKS: [string, string[]][] = [
  ['the document is what the code says', ['scripts/contract/document.ts', '--check']],
  [
    'Redocly finds nothing: recommended-strict, problem details, descriptions, examples, headers',
    [REDOCLY, 'lint', DOCUMENT, ...RULES],
  ],
  [
    'Spectral finds nothing: OpenAPI, OWASP and documentation rules',
    [SPECTRAL, 'lint', DOCUMENT, '--ruleset', 'openapi/.spectral.yaml', '--fail-severity', 'warn'],
  ],
  ['what changed since the released contract fits the version', ['scripts/contract/check-changes.ts']],
  ['the changelog says what changed', ['scripts/contract/generate-changelog.ts', '--check']],
  ['the requests to send by hand are made from it', ['scripts/contract/generate-collection.ts', '--check']],
  ['the clients are made from it', ['scripts/sdk/index.ts', '--check']],
  ['the clients compile, as far as the tools for it are here', ['scripts/sdk/compile.ts']],
  ['the workflows run against the service', ['scripts/contract/workflows.ts']],
];

const isVerbose = process.argv.includes('--verbose');

async function holds([what, script]: [string, string[]]): Promise<boolean> {
  const began = performance.now();
  const child = spawn(process.execPath, script, {
    cwd: ROOT,
    env: QUIETLY,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const ended = new Promise<number | null>((resolve, reject) => {
    child.on('close', resolve).on('error', reject);
  });
  const [status, ...written] = await Promise.all([ended, text(child.stdout), text(child.stderr)]);
  const seconds = ((performance.now() - began) / 1000).toFixed(1);
  console.log(`${status === 0 ? '✓' : '✗'} ${what} (${seconds} s)`);
  if (status !== 0 || isVerbose) console.log(written.join('').trimEnd());
  return status === 0;
}

let isGood = true;
for (const check of CHECKS) if (!(await holds(check))) isGood = false;
if (!isGood) process.exitCode = 1;
