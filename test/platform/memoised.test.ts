import t from 'tap';
import { memoised } from '../../src/platform/memoised.ts';

t.test('work is done once, for those who ask while it runs and for those who ask later', async (t) => {
  let runs = 0;
  const { promise, resolve } = Promise.withResolvers<string>();
  const get = memoised(() => {
    runs++;
    return promise;
  });
  t.equal(get.kept, undefined);
  const early = [get(), get()];
  resolve('made');
  t.same(await Promise.all([...early, get()]), ['made', 'made', 'made']);
  t.equal(await get.kept, 'made');
  t.equal(runs, 1);
});

t.test('a failure goes to those who wait for it, and the next one tries again', async (t) => {
  const attempts = [Promise.withResolvers<string>(), Promise.withResolvers<string>()] as const;
  let runs = 0;
  const get = memoised(async () => attempts[runs++ as 0 | 1].promise);
  const waiting = [get(), get()];
  attempts[0].reject(new Error('too many open files'));
  for (const one of waiting) await t.rejects(one, { message: 'too many open files' });
  t.equal(get.kept, undefined);
  attempts[1].resolve('made');
  t.same(await Promise.all([get(), get()]), ['made', 'made']);
  t.equal(runs, 2);
});

t.test('what fails at once is a rejection too', async (t) => {
  let runs = 0;
  const get = memoised((): Promise<string> => {
    if (++runs === 1) throw new Error('at once');
    return Promise.resolve('made');
  });
  await t.rejects(get(), { message: 'at once' });
  t.equal(await get(), 'made');
});
