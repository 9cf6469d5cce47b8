#!/usr/bin/env node
// `npx imprint`: the command line is TypeScript, run by Node 24 itself. An older `node` in PATH hands over to
// the one in node_modules (npm scripts find that one by themselves).
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import module from 'node:module';
import { fileURLToPath } from 'node:url';

const root = new URL('../', import.meta.url);
const inRoot = (path) => fileURLToPath(new URL(path, root));

if (Number.parseInt(process.versions.node, 10) >= 24) {
  // Compiled code is kept between starts, which makes them about three times faster. It lies where the code of others
  // lies, so that `npm ci` throws it away; where that cannot be written, nothing is kept and nothing is said.
  module.enableCompileCache(inRoot('node_modules/.cache/imprint'));
  await import(new URL('src/cli.ts', root).href);
} else {
  const node = inRoot(`node_modules/node/bin/node${process.platform === 'win32' ? '.exe' : ''}`);
  if (!existsSync(node)) {
    process.stderr.write(
      `imprint needs Node 24 or later (this is ${process.version}): run npm ci, or install Node 24\n`,
    );
    process.exit(1);
  }
  const child = spawn(node, [fileURLToPath(import.meta.url), ...process.argv.slice(2)], { stdio: 'inherit' });
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal));
  child.on('exit', (code, signal) => process.exit(signal ? 1 : (code ?? 1)));
}
