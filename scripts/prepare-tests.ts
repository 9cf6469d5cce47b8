// Run before the tests. tap compiles the set of plugins named in .taprc once per installation (about 5 s); after that
// this takes a few milliseconds. Arguments are the names of settings that this run of the tests requires.
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

/** Runs a program of node_modules. If it fails, this process exits with its status. */
function run(program: string, ...options: string[]): void {
  const { status, stdout, stderr } = spawnSync(process.execPath, [inModules(program), ...options], {
    encoding: 'utf8',
  });
  if (status === 0) return;
  console.error(`${program} ${options.join(' ')} failed\n${stdout}${stderr}`);
  process.exit(1);
}

const inModules = (path: string) => fileURLToPath(new URL(`../node_modules/${path}`, import.meta.url));

for (const name of process.argv.slice(2)) {
  if (process.env[name]) continue;
  console.error(
    `${name} is not set. The role needs the rights of a superuser; the tests make databases of their own, and a role that the service has in them. Example:\n  ${name}=postgres://postgres@127.0.0.1:5432/postgres npm run test:postgres`,
  );
  process.exit(1);
}

const built = readFileSync(inModules('@tapjs/test/test-built/dist/esm/index.js'), 'utf8');
if (/^export const signature = `[^`]*@tapjs\/typescript/m.test(built)) {
  run('tap/dist/esm/run.mjs', 'build');
}

// The tests of the SDK use it as it is shipped. Compiling it takes less than a second.
run('typescript/bin/tsc', '-p', fileURLToPath(new URL('../openapi/sdk/typescript', import.meta.url)));
