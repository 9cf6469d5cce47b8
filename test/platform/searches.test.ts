import { sql } from 'kysely';
import t from 'tap';
import { Searches, SearchUnavailableError } from '../../src/platform/database/searches.ts';
import { fileDatabase, isParallel } from '../support/database/database.ts';

/** What searches may take: a share of the connections, a second each, and nothing once the caller is gone. */

const database = await fileDatabase();
const never = new AbortController().signal;
const skip = !isParallel && 'the embedded engine runs one statement at a time, which cannot be interrupted';
const one = async () => 1;

/** A search that lasts until it is let go. */
function held(searches: Searches, signal = never) {
  const begun = Promise.withResolvers<void>();
  const { promise, resolve } = Promise.withResolvers<void>();
  const over = searches.run(signal, () => {
    begun.resolve();
    return promise;
  });
  return { begun: begun.promise, over, letGo: resolve };
}

t.test('a third of the connections searches at once, and whoever comes later waits', { skip }, async (t) => {
  const searches = new Searches(database, 6);
  const first = [held(searches), held(searches)];
  await Promise.all(first.map(({ begun }) => begun));
  const order: string[] = [];
  const third = searches.run(never, async () => order.push('third'));
  await sql`select 1`.execute(database.db);
  order.push('somebody else');
  first[0]?.letGo();
  await third;
  t.same(order, ['somebody else', 'third']);
  first[1]?.letGo();
  await Promise.all(first.map(({ over }) => over));
});

t.test('a search whose turn does not come is given up, and its place with it', async (t) => {
  const searches = new Searches(database, 1);
  const first = held(searches);
  await first.begun;
  const refused = { name: 'SearchUnavailableError', message: /^Too much is being searched/ };
  await t.rejects(searches.run(never, one), refused);
  first.letGo();
  await first.over;
  t.equal(await searches.run(never, one), 1);
});

t.test('whoever goes away while waiting is not waited for', async (t) => {
  const searches = new Searches(database, 1);
  const first = held(searches);
  await first.begun;
  const caller = new AbortController();
  const second = searches.run(caller.signal, async () => t.fail('nobody wants it any more'));
  const third = searches.run(never, one);
  caller.abort();
  await t.rejects(second, SearchUnavailableError);
  await t.rejects(
    searches.run(AbortSignal.abort(), async () => t.fail('nobody ever wanted it')),
    SearchUnavailableError,
  );
  first.letGo();
  await first.over;
  t.equal(await third, 1);
  await t.rejects(searches.run(AbortSignal.abort(), one), SearchUnavailableError, 'also where there is room');
});

t.test('a search that fails makes room for the next one', async (t) => {
  const searches = new Searches(database, 1);
  await t.rejects(
    searches.run(never, (tx) => sql`select no_such_column`.execute(tx)),
    { code: '42703' },
  );
  t.equal(await searches.run(never, one), 1);
});

t.test('a search ends after a second', { skip }, async (t) => {
  const searches = new Searches(database, 3);
  const tooLong = { name: 'SearchUnavailableError', message: /^The search took longer than 1 s/ };
  await t.rejects(
    searches.run(never, (tx) => sql`select pg_sleep(600)`.execute(tx)),
    tooLong,
  );
  const { rows } = await sql<{ statement_timeout: string }>`show statement_timeout`.execute(database.db);
  t.same(rows, [{ statement_timeout: '10s' }], 'and its limit is nobody else’s');
});

t.test('whoever goes away cancels the statement, and nothing but that', { skip }, async (t) => {
  const searches = new Searches(database, 3);
  const caller = new AbortController();
  const begun = Promise.withResolvers<void>();
  const search = searches.run(caller.signal, async (tx) => {
    await sql`set local statement_timeout = 0`.execute(tx); // so that it is not the limit that ends it
    const slept = sql`select pg_sleep(600)`.execute(tx);
    begun.resolve();
    await slept;
  });
  search.catch(() => undefined);
  await begun.promise;
  caller.abort();
  await t.rejects(search, { message: 'The caller has gone away.' });
  const later = Array.from({ length: 30 }, () => sql`select 1`.execute(database.db));
  await t.resolves(Promise.all(later), 'the connection serves others');
});
