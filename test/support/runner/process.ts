import { closeSync, globSync, openSync, readFileSync } from 'node:fs';
import { registerHooks } from 'node:module';
import { fileURLToPath, pathToFileURL } from 'node:url';
import t from 'tap';
import { RUN, recordFile } from '../contract/record.ts';

/**
 * A process that runs many test files, one after the other, each as a sub-test: it takes the next file that no other
 * process of the run has taken. What a file costs without this is a second of processor time for the service, the
 * database and the compiler to start. A file that changes what a process has only once says so in its first lines
 * (`// Own process: reason`) and gets a process of its own.
 */

const ROOT = fileURLToPath(new URL('../../../', import.meta.url));
const CURRENT = new URL('current-file.ts', import.meta.url).href;
const OWN_PROCESS = /^\/\/ Own process: ./m;
/** For a machine that is several times slower than usual, in milliseconds. */
const TIMEOUT = 300_000;

// In what belongs to the tests, `t` is the test of the file that runs.
registerHooks({
  resolve: (specifier, context, next) =>
    specifier === 'tap' &&
    context.parentURL !== CURRENT &&
    context.parentURL?.startsWith(pathToFileURL(`${ROOT}test/`).href)
      ? { url: CURRENT, shortCircuit: true }
      : next(specifier, context),
});
const { enter } = await import('./current-file.ts');

/** Whether this process is the first to take the file in this run. */
function take(file: string): boolean {
  try {
    closeSync(openSync(`${RUN}${file.replaceAll('/', '+')}.taken`, 'wx'));
    return true;
  } catch {
    return false;
  }
}

process.env.IMPRINT_TEST_RUN = RUN; // for the files with a process of their own
t.setTimeout(0); // each file has its own
for (const file of globSync('test/**/*.test.ts', { cwd: ROOT }).sort()) {
  if (!take(file)) continue;
  const path = ROOT + file;
  if (OWN_PROCESS.test(readFileSync(path, 'utf8'))) {
    await t.spawn(process.execPath, [...process.execArgv, path], { timeout: TIMEOUT, name: file, cwd: ROOT });
    continue;
  }
  recordFile(path);
  await t.test(file, { timeout: TIMEOUT }, async (t) => {
    enter(t);
    await import(pathToFileURL(path).href);
  });
}
