import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { setImmediate as turn } from 'node:timers/promises';
import { sql } from 'kysely';
import t from 'tap';
import { openEmbedded } from '../../src/platform/database/embedded.ts';
import { maintainEmbedded } from '../../src/platform/database/server.queries.ts';
import { newId } from '../../src/platform/ids.ts';
import { migratedDump } from '../../src/tooling/database-template.ts';
import { temporaryFolder } from '../commands/imprint.ts';
import { testApp } from '../support/app/app.ts';
import { isParallel } from '../support/database/database.ts';

/** What the embedded database does not do by itself: statistics for its planner, and an end to its log of changes. */

const MEGABYTE = 1024 * 1024;
const folder = `${await temporaryFolder()}/database`;
const database = await openEmbedded({ folder, dump: await migratedDump() });
t.teardown(() => database.close());
const { db } = database;
const author = newId();
await db.insertInto('users').values({ id: author, email: 'ada@example.com', username: 'ada' }).execute();

/** Writes posts, each with words of its own and one that one in five hundred has. */
const write = (count: number) =>
  sql`
  insert into posts (id, author_id, slug, title, body, body_html, status, published_at)
  select gen_random_uuid(), ${author}, gen_random_uuid()::text, 'Post ' || n,
    'common words ' || md5(n::text) || case n % 500 when 0 then ' rarity' else '' end, repeat(md5(n::text), 20),
    'published', '2001-01-01'
  from generate_series(1, ${count}::int) n`.execute(db);

async function planOfSearch(): Promise<string> {
  const { rows } = await sql<{ 'QUERY PLAN': string }>`
    explain select id from posts where search @@ websearch_to_tsquery('english', 'rarity')`.execute(db);
  return rows.map((row) => row['QUERY PLAN']).join('\n');
}

async function statistics() {
  const { rows } = await sql<{ tuples: number }>`
    select reltuples::int as tuples from pg_class where oid = 'posts'::regclass`.execute(db);
  return rows[0]?.tuples;
}

t.test('a search uses the index once much has been written', async (t) => {
  await write(4000);
  await maintainEmbedded(database);
  t.equal(await statistics(), 4000);
  t.match(await planOfSearch(), /posts_search_index/);
});

t.test('what has grown by less than a fifth is left alone, and more is not', async (t) => {
  await write(400);
  await maintainEmbedded(database);
  t.equal(await statistics(), 4000);
  await write(1000);
  await maintainEmbedded(database);
  t.equal(await statistics(), 5400);
});

t.test('the log of changes is cut', async (t) => {
  const size = () => {
    const files = readdirSync(join(folder, 'pg_wal'), { withFileTypes: true }).filter((file) =>
      file.isFile(),
    );
    return files.reduce((sum, { name }) => sum + statSync(join(folder, 'pg_wal', name)).size, 0) / MEGABYTE;
  };
  for (let megabytes = 0; megabytes < 150; megabytes += 10) {
    await sql`select pg_logical_emit_message(false, 'test', repeat('x', 10000000))`.execute(db);
    await maintainEmbedded(database);
  }
  t.ok(size() <= 128, `${size()} MB`);
});

t.test('a service on it does so as it goes on', { skip: isParallel && 'on PostgreSQL' }, async (t) => {
  const { app, client, db } = await testApp(t);
  await client.newUser();
  await app.recurring.run('maintaining the database');
  const { rows } = await sql<{ tuples: number }>`
    select reltuples::int as tuples from pg_class where oid = 'users'::regclass`.execute(db);
  t.match(rows, [{ tuples: /^[1-9]/ }]);
});

t.test('while many statements wait for each other, the event loop has its turns', async (t) => {
  let isDone = false;
  const one = () => sql`select count(*) from generate_series(1, 1000)`.execute(db);
  const statements = Promise.all(Array.from({ length: 300 }, one)).then(() => {
    isDone = true;
  });
  let turns = 0;
  while (!isDone) {
    await turn();
    turns++;
  }
  await statements;
  t.ok(turns > 3, `${turns} turns`);
});
