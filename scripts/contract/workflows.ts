// Lints the workflows in openapi/workflows and runs them against the service, in this process, on a free port, with an
// embedded database in memory. Prints a line for each, and Redocly's output if one fails. Arguments name the files to run;
// without any, all of them run.
import { spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { globSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { Type } from '@sinclair/typebox';
import { createApp } from '../../src/app.ts';
import { commandActor } from '../../src/commands/context.ts';
import { loadConfig } from '../../src/config.ts';
import { acceptAccount, createAccount } from '../../src/domains/users/index.ts';
import { Audit } from '../../src/platform/audit/index.ts';
import { MemoryCounters } from '../../src/platform/counters/index.ts';
import { openEmbedded } from '../../src/platform/database/embedded.ts';
import { migrateUp } from '../../src/platform/database/migrations.ts';
import { generateSigningKey } from '../../src/platform/keys.ts';
import { createLog } from '../../src/platform/log.ts';
import { openMailer } from '../../src/platform/mail/index.ts';
import { QUIETLY, REDOCLY } from '../../src/tooling/contract/redocly.ts';
import { parseJson } from '../../src/tooling/json.ts';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const FOLDER = 'openapi/workflows';
/** Milliseconds; far more than any workflow takes, so that a service that hangs does not block the script. */
const PATIENCE = 30_000;

/** The parts of the output of `redocly respect --json-output` that are read here. */
const Report = Type.Object({
  files: Type.Record(
    Type.String(),
    Type.Object({
      executedWorkflows: Type.Array(
        Type.Object({
          workflowId: Type.String(),
          totalTimeMs: Type.Number(),
          executedSteps: Type.Array(
            Type.Object({ checks: Type.Array(Type.Object({ status: Type.String() })) }),
          ),
        }),
      ),
    }),
  ),
});

async function redocly(...options: string[]): Promise<{ isGood: boolean; output: string }> {
  const child = spawn(process.execPath, [REDOCLY, ...options], {
    cwd: ROOT,
    env: QUIETLY,
    stdio: ['ignore', 'pipe', 'pipe'],
    timeout: PATIENCE,
  });
  const ended = new Promise<number | null>((resolve, reject) => {
    child.on('close', resolve).on('error', reject);
  });
  const [status, ...written] = await Promise.all([ended, text(child.stdout), text(child.stderr)]);
  return { isGood: status === 0, output: written.join('') };
}

/** The service without rate limits, since a run signs in often. */
async function startService(moderator: { email: string; password: string }) {
  const folder = mkdtempSync(join(tmpdir(), 'imprint-mails-'));
  const settings = { APP_ENV: 'test', COMMENTS_NEED_APPROVAL: 'on', RATE_LIMIT: 'off', DATA_DIR: folder };
  const config = loadConfig(settings);
  const log = createLog(config);
  const mailer = openMailer(config, log);
  const database = await openEmbedded({});
  await migrateUp(database);
  const actor = commandActor('workflows');
  const account = await acceptAccount({ ...moderator, role: 'moderator' as const });
  await createAccount(database.db, account, new Audit(actor, { action: 'createUser', type: 'user' }));
  const signingKey = generateSigningKey();
  const app = await createApp(config, { database, mailer, counters: new MemoryCounters(), log, signingKey });
  const stop = async () => {
    await app.close();
    await mailer.close();
    rmSync(folder, { recursive: true, force: true });
    await database.close();
  };
  try {
    return { address: await app.listen({ host: '127.0.0.1', port: 0 }), stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

/** Runs the workflows of one file. Returns whether they succeeded. */
async function run(file: string, address: string, inputs: Record<string, string>): Promise<boolean> {
  const folder = mkdtempSync(join(tmpdir(), 'imprint-workflows-'));
  const report = join(folder, 'report.json');
  try {
    const given = Object.entries(inputs).flatMap(([name, value]) => ['--input', `${name}=${value}`]);
    const server = ['--server', `imprint=${address}`];
    const { isGood, output } = await redocly('respect', file, ...server, ...given, '--json-output', report);
    const done = isGood ? describe(report) : [];
    console.log(done.length > 0 ? done.join('\n') : `${output}\n✗ ${file}`);
    return done.length > 0;
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** A line for each workflow in a report. */
function describe(path: string): string[] {
  const { files } = parseJson(Report, readFileSync(path, 'utf8'));
  const workflows = Object.values(files).flatMap(({ executedWorkflows }) => executedWorkflows);
  return workflows.map(({ workflowId, totalTimeMs, executedSteps }) => {
    const checks = executedSteps.flatMap((step) => step.checks);
    return `✓ ${workflowId.padEnd(20)} ${executedSteps.length} steps, ${checks.length} checks, ${totalTimeMs} ms`;
  });
}

const named = process.argv.slice(2);
const files = named.length > 0 ? named : globSync(`${FOLDER}/*.arazzo.yaml`, { cwd: ROOT }).sort();
if (files.length === 0) throw new Error(`there are no workflows in ${FOLDER}`);

const lint = await redocly('lint', ...files, '--config', `${FOLDER}/redocly.yaml`);
if (!lint.isGood) {
  console.error(lint.output);
  process.exit(1);
}

const moderator = { email: 'moderator@example.com', password: randomUUID() };
const { address, stop } = await startService(moderator);
try {
  for (const file of files) {
    const isGood = await run(file, address, {
      email: `${randomUUID()}@example.com`,
      password: randomUUID(),
      moderator_email: moderator.email,
      moderator_password: moderator.password,
    });
    if (!isGood) process.exitCode = 1;
  }
} finally {
  await stop();
}
