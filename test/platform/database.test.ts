import { sql } from 'kysely';
import t from 'tap';
import { databaseFault, isRetryable, violatedConstraint } from '../../src/platform/database/errors.ts';
import { atomically, type Db, prepared } from '../../src/platform/database/index.ts';
import { timestampFromText } from '../../src/platform/database/types.ts';
import { newId } from '../../src/platform/ids.ts';
import { fileDatabase, isParallel } from '../support/database/database.ts';
import { withCode } from '../support/database/failing-database.ts';

const { db, engine } = await fileDatabase();
const newUser = (name: string) => ({ id: newId(), email: `${name}@example.com`, username: name });
const find = (handle: Db, username: string) =>
  handle.selectFrom('users').select('id').where('username', '=', username).executeTakeFirst();

t.test(`values come out in one form on either engine (this is ${engine})`, async (t) => {
  const { rows } = await sql<Record<string, unknown>>`
    select '2026-11-20 12:00:00.5+00'::timestamptz(3) as half, '2026-11-20 14:00:00+02'::timestamptz(3) as whole,
      '2026-01-01 00:00:00.001+00'::timestamptz(3) as milli, 9007199254740991::int8 as big, 7::int4 as small,
      null::timestamptz as nothing, array['a', 'b']::text[] as list, true as yes,
      '01932b6e-8f2a-7c3d-9b4e-5a6f7c8d9e0f'::uuid as id`.execute(db);
  t.same(rows[0], {
    half: '2026-11-20T12:00:00.500Z',
    whole: '2026-11-20T12:00:00.000Z',
    milli: '2026-01-01T00:00:00.001Z',
    big: 9007199254740991,
    small: 7,
    nothing: null,
    list: ['a', 'b'],
    yes: true,
    id: '01932b6e-8f2a-7c3d-9b4e-5a6f7c8d9e0f',
  });
});

t.test('a timestamp is read from the text of PostgreSQL as RFC 3339 with milliseconds', async (t) => {
  t.equal(timestampFromText('2026-11-20 12:00:00+00'), '2026-11-20T12:00:00.000Z');
  t.equal(timestampFromText('2026-11-20 12:00:00.1+00'), '2026-11-20T12:00:00.100Z');
  t.equal(timestampFromText('2026-11-20 12:00:00.12+00'), '2026-11-20T12:00:00.120Z');
  t.equal(timestampFromText('2026-11-20 12:00:00.123+00'), '2026-11-20T12:00:00.123Z');
});

t.test('ids are UUIDs of version 7 and sort by the time they were made', async (t) => {
  const ids = Array.from({ length: 1000 }, newId);
  for (const id of ids) t.match(id, /^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
  t.same(ids.toSorted(), ids);
});

t.test('a prepared statement is built once and takes its values at each run', async (t) => {
  let built = 0;
  const add = prepared<{ a: number; b: number }, { sum: number; twice: number }>((handle, param) => {
    built++;
    return handle.selectNoFrom([
      sql<number>`${param('a')}::int4 + ${param('b')}::int4 + ${1}::int4`.as('sum'),
      sql<number>`${param('a')}::int4 * ${2}::int4`.as('twice'),
    ]);
  });
  t.same(await add(db, { a: 1, b: 2 }), [{ sum: 4, twice: 2 }]);
  t.same(await add(db, { b: 10, a: 20 }), [{ sum: 31, twice: 40 }]);
  t.same(await Promise.all([1, 2, 3].map((a) => add(db, { a, b: 0 }))), [
    [{ sum: 2, twice: 2 }],
    [{ sum: 3, twice: 4 }],
    [{ sum: 4, twice: 6 }],
  ]);
  t.equal(built, 1);
});

t.test('a prepared statement runs in the transaction whose handle it is given', async (t) => {
  const count = prepared<{ name: string }, { id: string }>((handle, param) =>
    handle.selectFrom('users').select('id').where('username', '=', param('name')),
  );
  t.same(await count(db, { name: 'prepared' }), []);
  await t.rejects(
    db.transaction().execute(async (tx) => {
      await tx.insertInto('users').values(newUser('prepared')).execute();
      t.equal((await count(tx, { name: 'prepared' })).length, 1);
      throw new Error('no');
    }),
  );
  t.same(await count(db, { name: 'prepared' }), []);
});

t.test('work that fails leaves nothing behind', async (t) => {
  const failure = new Error('in the middle');
  await t.rejects(
    atomically(db, async (tx) => {
      await tx.insertInto('users').values(newUser('half')).execute();
      throw failure;
    }),
    failure,
  );
  t.equal(await find(db, 'half'), undefined);
});

t.test('work inside a transaction joins it, and is not run again by itself', async (t) => {
  let runs = 0;
  await t.rejects(
    atomically(db, async (outer) => {
      await atomically(outer, async (inner) => {
        t.equal(inner, outer);
        await inner.insertInto('users').values(newUser('inner')).execute();
      });
      await atomically(outer, async () => {
        runs++;
        throw new Error('not worth another try');
      });
    }),
  );
  t.equal(runs, 1);
  t.equal(await find(db, 'inner'), undefined);
});

t.test('work that loses to another transaction is run again, three times at the most', async (t) => {
  for (const code of ['40001', '40P01']) {
    let runs = 0;
    const result = await atomically(db, async (tx) => {
      await tx
        .insertInto('users')
        .values(newUser(`again-${code.toLowerCase()}`))
        .execute();
      if (++runs < 4) throw withCode('lost', code);
      return 'won';
    });
    t.equal(result, 'won');
    t.equal(runs, 4);
    t.ok(await find(db, `again-${code.toLowerCase()}`));
  }
  let runs = 0;
  const lost = atomically(db, async () => {
    runs++;
    throw withCode('lost', '40001');
  });
  await t.rejects(lost, { code: '40001' });
  t.equal(runs, 4);
});

t.test(
  'two transactions that wait for each other both succeed in the end',
  { skip: !isParallel && 'transactions run one after the other here' },
  async (t) => {
    const users = [newUser('dead'), newUser('lock')];
    await db.insertInto('users').values(users).execute();
    const [first, second] = users.map(({ id }) => id);
    let runs = 0;
    // Each holds its first row before either asks for its second.
    const bothHold = Promise.withResolvers<void>();
    let held = 0;
    const both = (ids: (string | undefined)[]) =>
      atomically(db, async (tx) => {
        runs++;
        for (const id of ids) {
          await tx
            .updateTable('users')
            .set({ bio: sql`coalesce(bio, '') || 'x'` })
            .where('id', '=', id ?? '')
            .execute();
          if (++held === 2) bothHold.resolve();
          await bothHold.promise;
        }
      });
    await Promise.all([both([first, second]), both([second, first])]);
    const rows = await db
      .selectFrom('users')
      .select('bio')
      .where('username', 'in', ['dead', 'lock'])
      .execute();
    t.same(rows, [{ bio: 'xx' }, { bio: 'xx' }]);
    t.ok(runs > 2, `${runs} runs`);
  },
);

t.test('a taken name is known by its constraint', async (t) => {
  await db.insertInto('users').values(newUser('taken')).execute();
  const failure = async (user: ReturnType<typeof newUser>): Promise<unknown> =>
    db
      .insertInto('users')
      .values(user)
      .execute()
      .catch((error) => error);
  t.equal(
    violatedConstraint(await failure({ ...newUser('other'), email: 'taken@example.com' })),
    'users_email_key',
  );
  t.equal(
    violatedConstraint(await failure({ ...newUser('other'), username: 'TAKEN' })),
    'users_username_key',
  );
  t.equal(violatedConstraint(new Error('something else')), undefined);
});

t.test('errors are sorted by what they mean to the one who asked', async (t) => {
  const expected: Record<string, ReturnType<typeof databaseFault>> = {
    '08006': 'unavailable',
    '53300': 'unavailable',
    '57P01': 'unavailable',
    '57014': 'unavailable',
    '55P03': 'unavailable',
    ECONNREFUSED: 'unavailable',
    '40001': 'conflict',
    '40P01': 'conflict',
    '22021': 'bad_value',
    '22P02': 'bad_value',
    '23505': undefined,
    '42601': undefined,
  };
  for (const [code, fault] of Object.entries(expected)) {
    t.equal(databaseFault(withCode('no', code)), fault, code);
    t.equal(isRetryable(withCode('no', code)), fault === 'conflict', code);
  }
  t.equal(databaseFault(new AggregateError([withCode('no', 'ECONNREFUSED')])), 'unavailable');
  t.equal(databaseFault(new Error('Connection terminated unexpectedly')), 'unavailable');
  for (const strange of [null, undefined, 'text', 7, {}, { code: '40001' }, new Error('no')])
    t.equal(databaseFault(strange), undefined);
});
