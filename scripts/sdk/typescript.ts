// Generates the TypeScript SDK from openapi/openapi.json: `src/generated`, the version in its package.json, the copy of the
// licence, and `dist`. With `--check` it only checks that the committed files are current, and builds nothing.
import { spawnSync } from 'node:child_process';
import { globSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { committedContract } from '../../src/tooling/contract/document.ts';
import { QUIETLY, REDOCLY } from '../../src/tooling/contract/redocly.ts';
import { problemsModule } from '../../src/tooling/sdk/problems.ts';
import { resourcesModule } from '../../src/tooling/sdk/resources.ts';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const DOCUMENT = join(ROOT, 'openapi/openapi.json');
const SDK = join(ROOT, 'openapi/sdk/typescript');
const GENERATED = 'src/generated';

const folder = mkdtempSync(join(tmpdir(), 'imprint-sdk-'));
process.on('exit', () => rmSync(folder, { recursive: true, force: true }));

/** Runs a program of node_modules with the Node that runs this. */
function run(script: string, options: string[]): void {
  const { status, stdout, stderr } = spawnSync(process.execPath, [join(ROOT, script), ...options], {
    cwd: folder,
    env: QUIETLY,
    encoding: 'utf8',
  });
  if (status === 0) return;
  console.error(`${script} failed\n${stdout.slice(0, 4000)}${stderr}`);
  process.exit(1);
}

/** The output of Redocly's generator: the types, a descriptor of each operation, and a runtime that uses them. */
function fromRedocly(): Map<string, string> {
  run(REDOCLY, [
    ...['generate-client', DOCUMENT, '--output', 'operations.ts', '--output-mode', 'split'],
    ...['--runtime', 'module', '--import-ext', 'ts', '--args-style', 'grouped', '--error-mode', 'result'],
  ]);
  const files = globSync('**/*.ts', { cwd: folder }).sort();
  return new Map(files.map((file) => [file, withoutClient(file, readFileSync(join(folder, file), 'utf8'))]));
}

/** Removes the ready-made client for the production server, which is unused and which bundlers cannot drop. */
function withoutClient(file: string, source: string): string {
  if (file !== 'operations.ts') return source;
  const [kept, client] = source.split('\nexport const client = createClient');
  const factory = /^(import|export) .* from '\.\/runtime\/factory\.ts';\n/gm;
  if (!kept || !client || kept.match(factory)?.length !== 2)
    throw new Error('the generated operations do not look as they did: see withoutClient');
  return `${kept.replace(factory, '').trimEnd()}\n`;
}

const contract = committedContract();
const wanted = new Map<string, string>();
for (const [file, source] of fromRedocly()) wanted.set(join(GENERATED, file), source);
wanted.set(join(GENERATED, 'resources.ts'), resourcesModule(contract));
wanted.set(join(GENERATED, 'problems.ts'), problemsModule(contract));
const manifest = readFileSync(join(SDK, 'package.json'), 'utf8');
wanted.set('package.json', manifest.replace(/("version": )"[^"]*"/, `$1"${contract.info.version}"`));

// A package contains only files beside its package.json.
wanted.set('LICENSE', readFileSync(join(ROOT, 'LICENSE'), 'utf8'));

const present = globSync([`${GENERATED}/**/*.ts`, 'package.json', 'LICENSE'], { cwd: SDK });
const superfluous = present.filter((file) => !wanted.has(file));
const read = (file: string): string | undefined =>
  present.includes(file) ? readFileSync(join(SDK, file), 'utf8') : undefined;
const stale = [...wanted].filter(([file, source]) => read(file) !== source).map(([file]) => file);

if (process.argv.includes('--check')) {
  for (const file of [...stale, ...superfluous])
    console.error(`openapi/sdk/typescript/${file} is not current`);
  if (stale.length + superfluous.length > 0) {
    console.error('run `npm run sdk`');
    process.exit(1);
  }
} else {
  for (const file of superfluous) rmSync(join(SDK, file));
  for (const file of stale) {
    mkdirSync(dirname(join(SDK, file)), { recursive: true });
    writeFileSync(join(SDK, file), wanted.get(file) ?? '');
  }
  rmSync(join(SDK, 'dist'), { recursive: true, force: true });
  run('node_modules/typescript/bin/tsc', ['-p', SDK]);
}
