// The gate of the contract (CI runs it): the document is current, both linters find nothing in it, and what it changes
// against the published one fits the version it has.
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const ROOT = fileURLToPath(new URL('..', import.meta.url));
const DOCUMENT = 'openapi/openapi.json';
const CONFIG = ['--config', 'openapi/redocly.yaml'];
/** Where the published document is: a branch, a tag or a commit. */
const BASE = process.env.CONTRACT_BASE ?? 'origin/main';

const env = { ...process.env, REDOCLY_TELEMETRY: 'off', REDOCLY_SUPPRESS_UPDATE_NOTICE: 'true' };
const REDOCLY = 'node_modules/@redocly/cli/bin/cli.js';
const SPECTRAL = 'node_modules/@stoplight/spectral-cli/dist/index.js';

function run(title: string, script: string, ...options: string[]): void {
  console.log(`\n${title}`);
  const { status } = spawnSync(process.execPath, [script, ...options], { cwd: ROOT, env, stdio: 'inherit' });
  if (status !== 0) process.exit(status ?? 1);
}

run('The document is current', 'scripts/generate-contract.ts', '--check');
run('Redocly', REDOCLY, 'lint', DOCUMENT, ...CONFIG);
run('Spectral', SPECTRAL, 'lint', DOCUMENT, '--ruleset', 'openapi/.spectral.yaml', '--fail-severity', 'warn');

const published = spawnSync('git', ['show', `${BASE}:${DOCUMENT}`], { cwd: ROOT, encoding: 'utf8' });
if (published.status === 0) {
  const folder = mkdtempSync(join(tmpdir(), 'imprint-contract-'));
  const base = join(folder, 'openapi.json');
  writeFileSync(base, published.stdout);
  process.on('exit', () => rmSync(folder, { recursive: true }));
  run(
    `Changes against ${BASE}`,
    REDOCLY,
    'diff',
    base,
    DOCUMENT,
    '--fail-on',
    'major',
    '--check-version',
    ...CONFIG,
  );
} else console.log(`\nThere is no document at ${BASE} yet to compare with`);
