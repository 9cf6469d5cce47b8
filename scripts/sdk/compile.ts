// Compiles the clients for Python, Go, Java and PHP, or checks their syntax, with the compilers that are installed, and
// prints what it could not check.
import { spawnSync } from 'node:child_process';
import { globSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const SDK = fileURLToPath(new URL('../../openapi/sdk', import.meta.url));
const work = mkdtempSync(join(tmpdir(), 'imprint-sdk-'));
process.on('exit', () => rmSync(work, { recursive: true }));

interface Check {
  language: string;
  /** The command that checks, and the command that tells whether it is installed. */
  tool: string;
  present: string[];
  run: string[];
}

const filesIn = (pattern: string): string[] => globSync(pattern, { cwd: SDK }).map((file) => join(SDK, file));

const CHECKS: Check[] = [
  {
    language: 'python',
    tool: 'python3',
    present: ['--version'],
    run: ['-W', 'error', '-m', 'compileall', '-q', 'imprint_sdk'],
  },
  {
    language: 'python',
    tool: 'mypy',
    present: ['--version'],
    run: ['--cache-dir', join(work, 'mypy')],
  },
  { language: 'go', tool: 'go', present: ['version'], run: ['vet', './...'] },
  {
    language: 'java',
    tool: 'javac',
    present: ['-version'],
    run: [
      '-encoding',
      'UTF-8',
      '-Xlint:all',
      '-Werror',
      '--release',
      '17',
      '-d',
      work,
      ...filesIn('java/imprint/*.java'),
    ],
  },
  ...filesIn('php/*.php').map((file) => ({
    language: 'php',
    tool: 'php',
    present: ['--version'],
    run: ['-l', file],
  })),
];

for (const { language, tool, present, run } of CHECKS) {
  if (spawnSync(tool, present).status !== 0) {
    console.log(`${language}: not checked, no ${tool} on this machine`);
    continue;
  }
  const { status, stdout, stderr } = spawnSync(tool, run, {
    cwd: join(SDK, language),
    encoding: 'utf8',
    // Nothing is left beside the sources.
    env: { ...process.env, PYTHONPYCACHEPREFIX: work, GOFLAGS: '-mod=mod' },
  });
  if (status === 0) console.log(`${language}: checked by ${tool}`);
  else {
    console.error(`${language}: ${tool} refuses it\n${stdout}${stderr}`);
    process.exitCode = 1;
  }
}
