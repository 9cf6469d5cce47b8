import t from 'tap';
import { RecurringWork } from '../../src/platform/recurring.ts';
import { keptLog, silentLog } from '../support/doubles/log.ts';

// The timers under test do not keep the process alive.
const alive = setInterval(() => undefined, 60_000);
t.teardown(() => clearInterval(alive));

/** A task whose runs end when the test says so. */
function heldTask(interval: number, atStop = false) {
  const runs: { end: PromiseWithResolvers<void>; stopping: AbortSignal }[] = [];
  const waiting: { number: number; resolve: () => void }[] = [];
  return {
    name: 'working',
    interval,
    atStop,
    runs,
    run(stopping: AbortSignal): Promise<void> {
      const end = Promise.withResolvers<void>();
      runs.push({ end, stopping });
      for (const { number, resolve } of waiting) if (number <= runs.length) resolve();
      return end.promise;
    },
    /** Waits until so many runs have started. */
    started: (number: number) =>
      new Promise<void>((resolve) => {
        if (runs.length >= number) resolve();
        else waiting.push({ number, resolve });
      }),
  };
}

t.test('a task is run again and again, and never twice at once', async (t) => {
  const recurring = new RecurringWork(silentLog);
  const task = heldTask(1);
  let ticks = 0;
  recurring.add(task);
  await task.started(1);
  const many = Promise.withResolvers<void>();
  const run = async () => {
    if (++ticks === 20) many.resolve();
  };
  recurring.add({ name: 'counting', interval: 1, run });
  await many.promise;
  t.equal(task.runs.length, 1, 'while a run goes on for many intervals there is no other');
  task.runs[0]?.end.resolve();
  await task.started(2);
  task.runs[1]?.end.resolve();
  await recurring.close();
  t.throws(() => recurring.run('nothing'), { message: /no recurring work/ });
});

t.test('a run that fails is logged, and the task is run again', async (t) => {
  const { log, lines } = keptLog();
  const recurring = new RecurringWork(log);
  const task = heldTask(1);
  recurring.add(task);
  await task.started(1);
  task.runs[0]?.end.reject(new Error('the disk is full'));
  await task.started(2);
  task.runs[1]?.end.resolve();
  await recurring.close();
  t.match(lines, [{ task: 'working', msg: 'working failed', err: { message: 'the disk is full' } }]);
  t.equal(lines.length, 1);
});

t.test('a stop aborts and waits for the run under way, and starts no other', async (t) => {
  const recurring = new RecurringWork(silentLog);
  const task = heldTask(1);
  recurring.add(task);
  await task.started(1);
  let closed = false;
  const closing = recurring.close().then(() => {
    closed = true;
  });
  t.equal(task.runs[0]?.stopping.aborted, true);
  await new Promise((resolve) => setImmediate(resolve));
  t.notOk(closed);
  task.runs[0]?.end.resolve();
  await closing;
  t.equal(task.runs.length, 1);
});

t.test('what has to be written at a stop is tried once more where it fails, and then given up', async (t) => {
  for (const failures of [0, 1, 2]) {
    const { log, lines } = keptLog();
    const recurring = new RecurringWork(log);
    let runs = 0;
    const run = async () => {
      if (++runs <= failures) throw new Error('the database is gone');
    };
    recurring.add({ name: 'writing', interval: 60_000, atStop: true, run });
    recurring.add({ name: 'sweeping', interval: 60_000, run: async () => void t.fail() });
    await recurring.close();
    t.equal(runs, Math.min(failures + 1, 2));
    t.equal(lines.length, failures);
  }
});

t.test('a run that is asked for comes after the one under way, and tells whether it failed', async (t) => {
  const recurring = new RecurringWork(silentLog);
  const task = heldTask(60_000);
  recurring.add(task);
  t.throws(() => recurring.add(task), { message: /already/ });
  const [first, second] = [recurring.run('working'), recurring.run('working')];
  await task.started(1);
  t.equal(task.runs.length, 1);
  task.runs[0]?.end.reject(new Error('no'));
  await t.rejects(first, { message: 'no' });
  await task.started(2);
  task.runs[1]?.end.resolve();
  await second;
  await recurring.close();
});
