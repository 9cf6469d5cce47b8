import { spawnSync } from 'node:child_process';
import { writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import type { Command } from 'commander';
import t from 'tap';
import { createProgram } from '../../src/commands/program.ts';
import { generateSigningKey } from '../../src/platform/keys.ts';
import { DEPLOYED, imprint, temporaryFolder } from './imprint.ts';

const folder = await temporaryFolder();
const file = `${folder}/a-file`;
await writeFile(file, '');

const production = { ...DEPLOYED, APP_ENV: 'production', JWT_PRIVATE_KEY: generateSigningKey() };
const ONE_LINE = /^imprint: [^\n]{10,}\n$/;

const WRONG: [string, string[], Record<string, string>][] = [
  ['an unknown command', ['publish'], {}],
  ['an unknown flag', ['serve', '--fast'], {}],
  ['a flag without its value', ['serve', '--workers'], {}],
  ['workers that are no number', ['serve', '--workers', 'many'], {}],
  ['workers without a PostgreSQL', ['serve', '--workers', '2'], {}],
  ['a time that is no time', ['serve', '--shutdown-timeout', 'soon'], {}],
  ['an argument too many', ['routes', 'all'], {}],
  ['a missing argument', ['create-admin'], {}],
  ['an address that is none', ['create-admin', 'ada'], {}],
  ['a setting that is ill-formed', ['serve'], { PORT: '99999' }],
  [
    'a signing key that is none',
    ['config', 'check'],
    { JWT_PRIVATE_KEY: '-----BEGIN PRIVATE KEY-----\nAAAA' },
  ],
  [
    'a previous key that is none',
    ['config', 'check'],
    { JWT_PREVIOUS_KEYS: '-----BEGIN PUBLIC KEY-----\nAAAA\n-----END PUBLIC KEY-----' },
  ],
  ['a DATA_DIR that is a file', ['migrate', 'status'], { DATA_DIR: file }],
  ['a folder to import that is not there', ['import', `${folder}/nothing`], {}],
  ['taking migrations back in production without --yes', ['migrate', 'down'], production],
  ['demo content in production without --force', ['seed'], production],
];

for (const [title, args, env] of WRONG) {
  t.test(`${title} is one line and status 2`, async (t) => {
    const { status, stdout, stderr } = await imprint(args, { DATA_DIR: folder, ...env });
    t.match(stderr, ONE_LINE);
    t.equal(stdout, '');
    t.equal(status, 2);
  });
}

t.test('all faults of the settings are said at once', async (t) => {
  const { status, stderr } = await imprint(['serve'], {
    APP_ENV: 'production',
    PORT: 'x',
    RATE_LIMIT: 'off',
  });
  t.equal(status, 2);
  for (const name of ['PORT', 'RATE_LIMIT', 'PUBLIC_URL', 'DATABASE_URL', 'JWT_PRIVATE_KEY'])
    t.match(stderr, new RegExp(`^  - ${name} `, 'm'));
});

t.test('a database that cannot be reached is one line and status 1', async (t) => {
  const { status, stderr } = await imprint(['migrate', 'status'], { DATABASE_URL: DEPLOYED.DATABASE_URL });
  t.equal(status, 1);
  t.match(stderr, /^imprint: the database cannot be reached [^\n]+\n$/);
});

t.test('every command has help with an example', async (t) => {
  const helpOf = (command: Command): [string, string][] => {
    let help = '';
    command.configureOutput({
      writeOut: (text) => {
        help += text;
      },
    });
    command.outputHelp();
    return command.commands.length > 0 ? command.commands.flatMap(helpOf) : [[command.name(), help]];
  };
  const helps = helpOf(createProgram());
  t.ok(helps.length >= 12);
  for (const [name, help] of helps)
    t.match(help, new RegExp(`Examples?:\\n  \\$ imprint .*${name}`), `${name} shows one`);
  const { status, stdout } = await imprint(['keys', 'generate', '--help']);
  t.equal(status, 0);
  t.match(stdout, /^Usage: imprint keys generate/);
  t.match(stdout, /JWT_PREVIOUS_KEYS/, 'and says how a key is replaced');
});

t.test('routes lists every operation, and a reader that stops early is no failure', async (t) => {
  const { stdout } = await imprint(['routes']);
  t.match(stdout, /^POST +\/api\/v1\/auth\/login +login +public +- +auth$/m);
  t.match(stdout, /^GET +\/api\/v1\/posts\/\{post_ref\} +getPost +visitor +posts:read +reads$/m);
  const { stdout: deprecated, stderr: nothing } = await imprint(['routes', '--deprecated'], {
    DATA_DIR: `${folder}/calls`,
  });
  t.equal(deprecated, 'no operation is deprecated\n');
  t.equal(nothing, '');
  const cli = fileURLToPath(new URL('../../src/cli.ts', import.meta.url));
  const { stderr } = spawnSync('sh', ['-c', `"${process.execPath}" "${cli}" openapi | head -1`], {
    encoding: 'utf8',
  });
  t.equal(stderr, '');
});

t.test('migrations go up and down, and check says whether any is left', async (t) => {
  const env = { DATA_DIR: `${folder}/data`, APP_ENV: 'test' };
  const run = async (...args: string[]) => {
    const { status, stdout, stderr } = await imprint(['migrate', ...args], env);
    return { status, lines: stdout.trim().split('\n'), stderr };
  };
  const up = await run('up');
  t.match(up.lines[0], /^up {4}0001_create_users$/);
  t.same((await run('down')).lines, [`down  ${up.lines.at(-1)?.slice(6)}`]);
  const check = await run('check');
  t.equal(check.status, 1);
  t.match(check.stderr, ONE_LINE);
  const { lines } = await run('status');
  t.equal(lines.length, up.lines.length);
  t.match(lines[0], /^\d{4}-\d\d-\d\dT\S+Z {2}0001_create_users$/);
  t.match(lines.at(-1), /^pending +\d{4}_/);
  t.equal((await run('down', '--all')).lines.length, up.lines.length - 1);
});
