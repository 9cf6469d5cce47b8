import { readFile } from 'node:fs/promises';
import { sql } from 'kysely';
import t from 'tap';
import type { Db } from '../../src/platform/database/index.ts';
import {
  migrateDown,
  migrateUp,
  migrationNames,
  migrationStatus,
} from '../../src/platform/database/migrations.ts';
import { fileDatabase, freshDatabase } from '../support/database/database.ts';

const OWN = sql`n.nspname = 'public'`;

/** All that the catalogues say about the schema, as text, in an order that does not depend on when a thing was made. */
async function schemaOf(db: Db): Promise<string[]> {
  const { rows } = await sql<{ line: string }>`
    select format('column %s.%s %s %s default %s generated %s', c.relname, a.attname,
        format_type(a.atttypid, a.atttypmod), case when a.attnotnull then 'not null' else 'null' end,
        coalesce(pg_get_expr(d.adbin, d.adrelid), '-'), a.attgenerated) as line
      from pg_class c join pg_namespace n on n.oid = c.relnamespace
      join pg_attribute a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped
      left join pg_attrdef d on d.adrelid = c.oid and d.adnum = a.attnum
      where ${OWN} and c.relkind in ('r', 'p', 'v', 'm')
    union all
    select format('relation %s %s %s', c.relkind, c.relname, c.reloptions::text)
      from pg_class c join pg_namespace n on n.oid = c.relnamespace where ${OWN}
    union all
    select format('index %s', pg_get_indexdef(i.indexrelid))
      from pg_index i join pg_class c on c.oid = i.indexrelid join pg_namespace n on n.oid = c.relnamespace
      where ${OWN}
    union all
    select format('constraint %s on %s %s', k.conname, k.conrelid::regclass, pg_get_constraintdef(k.oid))
      from pg_constraint k join pg_namespace n on n.oid = k.connamespace where ${OWN}
    union all
    select format('function %s', pg_get_functiondef(p.oid))
      from pg_proc p join pg_namespace n on n.oid = p.pronamespace where ${OWN} and p.prokind in ('f', 'p')
    union all
    select format('trigger %s', pg_get_triggerdef(g.oid))
      from pg_trigger g join pg_class c on c.oid = g.tgrelid join pg_namespace n on n.oid = c.relnamespace
      where ${OWN} and not g.tgisinternal
    union all
    select format('type %s %s', y.typtype, y.typname)
      from pg_type y join pg_namespace n on n.oid = y.typnamespace where ${OWN} and y.typtype in ('e', 'd', 'r')
    union all
    select format('extension %s', extname) from pg_extension
    order by 1`.execute(db);
  return rows.map(({ line }) => line);
}

const isBookkeeping = (line: string) => /\bmigrations(_lock|_pkey|_lock_pkey)?\b/.test(line);

t.test('up, down and up again leaves the same schema', async (t) => {
  const database = await freshDatabase();
  const { db } = database;
  const names = await migrationNames();
  const before = await schemaOf(db);
  t.ok(before.length > 100, `${before.length} facts`);
  t.same(await migrateUp(database), [], 'there is nothing left to run');

  const down = await migrateDown(database, { all: true });
  t.same(
    down.map(({ name }) => name),
    names.toReversed(),
  );
  const left = (await schemaOf(db)).filter((line) => !isBookkeeping(line) && !line.startsWith('extension'));
  t.same(left, [], 'down leaves nothing behind');

  const up = await migrateUp(database);
  t.same(
    up,
    names.map((name) => ({ name, direction: 'up' })),
  );
  t.same(await schemaOf(db), before);
});

t.test('each migration can be taken back by itself and run again', async (t) => {
  const database = await freshDatabase();
  const { db } = database;
  const names = await migrationNames();
  const schemas = [await schemaOf(db)];
  for (const _ of names) {
    await migrateDown(database);
    schemas.push(await schemaOf(db));
  }
  for (const name of names) {
    schemas.pop();
    const { up }: { up(db: Db): Promise<void> } = await import(`../../migrations/${name}.ts`);
    await up(database.owner);
    t.same(await schemaOf(db), schemas.at(-1), `${name} makes what taking it back removes`);
  }
});

t.test('the status names every migration and when it ran', async (t) => {
  const database = await freshDatabase();
  const { db } = database;
  const isRun = async () => (await migrationStatus(db)).map((one) => one.executed_at !== null);
  t.same(
    (await migrationStatus(db)).map(({ name }) => name),
    await migrationNames(),
  );
  t.ok((await isRun()).every(Boolean));
  await migrateDown(database);
  t.same((await isRun()).indexOf(false), (await migrationNames()).length - 1);
});

t.test('several processes may migrate at once', async (t) => {
  const database = await freshDatabase();
  await migrateDown(database);
  await migrateDown(database);
  const steps = await Promise.all([migrateUp(database), migrateUp(database), migrateUp(database)]);
  t.equal(steps.flat().length, 2, 'each migration ran once');
});

t.test('migrations are numbered without gaps and named by what they do', async (t) => {
  const names = await migrationNames();
  for (const [index, name] of names.entries()) {
    t.match(name, new RegExp(`^${String(index + 1).padStart(4, '0')}_[a-z]+(_[a-z]+)+$`));
    const source = await readFile(new URL(`../../migrations/${name}.ts`, import.meta.url), 'utf8');
    for (const step of ['up', 'down']) t.match(source, `export async function ${step}(`, `${name} ${step}`);
  }
});

t.test('every foreign key has an index, so that no delete scans a table', async (t) => {
  const { db } = await fileDatabase();
  const { rows } = await sql<{ missing: string }>`
    select format('%s (%s)', k.conrelid::regclass, k.conname) as missing
    from pg_constraint k join pg_namespace n on n.oid = k.connamespace
    where ${OWN} and k.contype = 'f' and not exists (
      select 1 from pg_index i where i.indrelid = k.conrelid and i.indkey[0] = k.conkey[1] and i.indpred is null)`.execute(
    db,
  );
  t.same(rows, []);
});
