// Holds the traffic of the last run of the whole test suite against the document, by a tool that knows nothing of the
// code: every answer has a body as the contract says, and every accepted request is one that the contract describes.
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const ROOT = fileURLToPath(new URL('..', import.meta.url));
const FOLDER = '.tap/traffic';
const REDOCLY = 'node_modules/@redocly/cli/bin/cli.js';
const env = { ...process.env, REDOCLY_TELEMETRY: 'off', REDOCLY_SUPPRESS_UPDATE_NOTICE: 'true' };

/** What a request that was refused does not have to keep to: its parameters are a warning, its token a rule. */
const ANSWERS_ONLY = ['--rules', 'undocumented-endpoint,schema-consistency', '--min-severity', 'error'];

function drift(title: string, file: string, ...options: string[]): void {
  console.log(`\n${title}`);
  const traffic = `${FOLDER}/${file}`;
  if (!existsSync(`${ROOT}${traffic}`)) {
    console.error(`there is no ${traffic}; run the whole test suite first`);
    process.exit(1);
  }
  const api = ['--api', 'openapi/openapi.json', '--traffic-format', 'har'];
  const args = [REDOCLY, 'drift', traffic, ...api, ...options];
  const { status } = spawnSync(process.execPath, args, { cwd: ROOT, env, stdio: 'inherit' });
  if (status !== 0) process.exit(status ?? 1);
}

drift('Requests that were accepted, and their answers', 'accepted.har', '--coverage');
drift('The answers to requests that were refused', 'refused.har', ...ANSWERS_ONLY);
