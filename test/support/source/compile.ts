import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Test } from 'tap';

const ROOT = fileURLToPath(new URL('../../../', import.meta.url));

/**
 * Checks the types of files as those of the service are checked, with other options where some are given. From the files,
 * the top level is `../..`.
 *
 * @returns what the compiler prints; nothing where it finds no fault
 */
export function compile(t: Test, files: Record<string, string>, compilerOptions: object = {}): string {
  mkdirSync(join(ROOT, 'tmp'), { recursive: true });
  const folder = mkdtempSync(join(ROOT, 'tmp/compile-'));
  t.teardown(() => rmSync(folder, { recursive: true }));
  for (const [name, source] of Object.entries(files)) writeFileSync(join(folder, name), source);
  const config = {
    extends: '../../tsconfig.json',
    include: ['*.ts', '../../src/platform/lib.d.ts'],
    compilerOptions,
  };
  writeFileSync(join(folder, 'tsconfig.json'), JSON.stringify(config));
  // Not `bin/tsc`, which the test runner's instruments cannot load.
  const compiler = join(ROOT, 'node_modules/typescript/lib/tsc.js');
  return spawnSync(process.execPath, [compiler, '-p', folder], { cwd: folder, encoding: 'utf8' }).stdout;
}
