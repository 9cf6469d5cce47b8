import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import t, { type Test } from 'tap';
import { openEmbedded } from '../../src/platform/database/embedded.ts';
import { DatabaseLockedError, takeLock } from '../../src/platform/database/lock.ts';

const LOCK = new URL('../../src/platform/database/lock.ts', import.meta.url).href;

const startsUnknown = !existsSync('/proc/self/stat') && 'the system does not tell when a process began';

/** A process that takes the lock, says so, and then stays until it is told to go. */
async function holder(t: Test, path: string): Promise<{ child: ChildProcess; said: string }> {
  const source = `
    import { takeLock } from '${LOCK}';
    try {
      takeLock(${JSON.stringify(path)});
      console.log('taken');
      setInterval(() => undefined, 1000);
    } catch (error) {
      console.log(error.name);
    }`;
  const { NODE_OPTIONS: _instruments, ...env } = process.env;
  const child = spawn(process.execPath, ['--input-type=module', '-e', source], {
    env,
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  t.teardown(() => child.kill('SIGKILL'));
  const [said] = await once(child.stdout, 'data');
  return { child, said: String(said).trim() };
}

t.test('a second process is refused, by name, as long as the first one lives', async (t) => {
  const folder = `${t.testdir()}/database`;
  const { child, said } = await holder(t, `${folder}.lock`);
  t.equal(said, 'taken');
  await t.rejects(openEmbedded({ folder }), {
    name: 'DatabaseLockedError',
    message: new RegExp(`in use by process ${child.pid} .*DATABASE_URL`),
  });
  t.match(readFileSync(`${folder}.lock`, 'utf8'), new RegExp(`^${child.pid}\\b`), 'the lock is still theirs');
  child.kill('SIGKILL');
  await once(child, 'exit');
  const lock = takeLock(`${folder}.lock`);
  t.match(
    readFileSync(`${folder}.lock`, 'utf8'),
    new RegExp(`^${process.pid}\\b`),
    'taken over from the dead',
  );
  lock.release();
  t.notOk(existsSync(`${folder}.lock`));
});

t.test('of many processes that find the lock of a dead one, one gets it', async (t) => {
  const path = `${t.testdir()}/database.lock`;
  writeFileSync(path, '4194304999 1\n');
  const all = await Promise.all(Array.from({ length: 8 }, () => holder(t, path)));
  const taken = all.filter(({ said }) => said === 'taken');
  t.equal(taken.length, 1);
  t.equal(all.filter(({ said }) => said === 'DatabaseLockedError').length, 7);
  t.match(readFileSync(path, 'utf8'), new RegExp(`^${taken[0]?.child.pid}\\b`));
});

t.test('a take-over that was cut short does not stand in the way', async (t) => {
  const path = `${t.testdir()}/database.lock`;
  for (const left of [path, `${path}.takeover`]) writeFileSync(left, '4194304999 1\n');
  takeLock(path).release();
  t.same(readdirSync(t.testdirName), [], 'nothing is left behind');
});

t.test('the same process is refused a second time', { skip: startsUnknown }, async (t) => {
  const path = `${t.testdir()}/database.lock`;
  const lock = takeLock(path);
  t.throws(() => takeLock(path), DatabaseLockedError);
  lock.release();
  takeLock(path).release();
});

t.test(
  'a process that was given the number of a dead one is not taken for it',
  { skip: startsUnknown },
  async (t) => {
    const path = `${t.testdir()}/database.lock`;
    writeFileSync(path, `${process.ppid} 1\n`);
    const lock = takeLock(path);
    lock.release();
  },
);

t.test('what is no lock is taken over', async (t) => {
  for (const content of ['', 'nonsense', '-1', '0x10 7']) {
    const path = `${t.testdir()}/database.lock`;
    writeFileSync(path, content);
    t.doesNotThrow(() => takeLock(path).release(), content);
  }
});

t.test('the lock of a living process whose beginning is not known is respected', async (t) => {
  const path = `${t.testdir()}/database.lock`;
  writeFileSync(path, `${process.ppid}\n`);
  t.throws(() => takeLock(path), DatabaseLockedError);
});

t.test('a folder that cannot be used is said to be so', async (t) => {
  const file = `${t.testdir({ file: 'x' })}/file`;
  await t.rejects(openEmbedded({ folder: `${file}/database` }), { code: /ENOTDIR|EEXIST/ });
});
