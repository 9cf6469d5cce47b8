import { sql } from 'kysely';
import t from 'tap';
import type { Db } from '../../src/platform/database/index.ts';
import { migrateDown, migrateUp } from '../../src/platform/database/migrations.ts';
import { auditLogRights, grantToService } from '../../src/platform/database/service-role.ts';
import { freshDatabase, isParallel } from '../support/database/database.ts';

/** What the role of the service may do, which every test of the whole suite runs with on PostgreSQL. */

const skip = !isParallel && 'the embedded engine has one role';

/** The rights of a role on the tables in `public`, as `table right`, with a column in brackets. */
async function rightsOf(db: Db, role: string): Promise<Set<string>> {
  const { rows } = await sql<{ held: string }>`
    select relname || ' ' || name as held
      from pg_class, unnest(array['SELECT', 'INSERT', 'UPDATE', 'DELETE', 'TRUNCATE', 'TRIGGER', 'REFERENCES']) as name
      where relnamespace = 'public'::regnamespace and relkind = 'r' and has_table_privilege(${role}, oid, name)
    union all
    select relname || ' UPDATE (' || attname || ')'
      from pg_class join pg_attribute on attrelid = pg_class.oid and attnum > 0 and not attisdropped
      where relnamespace = 'public'::regnamespace and relkind = 'r'
        and has_column_privilege(${role}, pg_class.oid, attnum, 'UPDATE')
        and not has_table_privilege(${role}, pg_class.oid, 'UPDATE')`.execute(db);
  return new Set(rows.map(({ held }) => held));
}

const current = async (db: Db) =>
  (await sql<{ role: string }>`select current_user::text as role`.execute(db)).rows[0]?.role ?? '';

t.test('the role can read and write every table, and only that', { skip }, async (t) => {
  const { db, owner } = await freshDatabase();
  const held = [...(await rightsOf(owner, await current(db)))];
  t.same(
    held.filter((one) => /TRUNCATE|TRIGGER|REFERENCES/.test(one)),
    [],
  );
  t.ok(held.includes('posts UPDATE') && held.includes('sessions DELETE'));
  const of = (table: string) => held.filter((one) => one.startsWith(`${table} `)).sort();
  t.same(of('audit_log'), ['audit_log INSERT', 'audit_log SELECT', 'audit_log UPDATE (changes)']);
  t.same(of('migrations'), ['migrations SELECT']);
  t.same(of('migrations_lock'), ['migrations_lock SELECT']);
  for (const statement of [
    'drop table posts',
    'alter table audit_log disable trigger all',
    'create table x ()',
  ])
    await t.rejects(sql.raw(statement).execute(db), { code: '42501' }, statement);
});

t.test('rights that a role had before are taken from it', { skip }, async (t) => {
  const { db, owner } = await freshDatabase();
  const role = await current(db);
  const before = await rightsOf(owner, role);
  await sql`grant all on all tables in schema public to ${sql.id(role)}`.execute(owner);
  t.not((await rightsOf(owner, role)).size, before.size);
  await grantToService(owner, role);
  t.same(await rightsOf(owner, role), before);
});

t.test('tables of somebody else in the same schema are left alone', { skip }, async (t) => {
  const { db, owner } = await freshDatabase();
  const role = await current(db);
  await sql`create table elsewhere (id integer)`.execute(owner);
  await sql`alter table elsewhere owner to pg_database_owner`.execute(owner);
  await sql`revoke all on elsewhere from ${sql.id(role)}`.execute(owner);
  await grantToService(owner, role);
  t.same(
    [...(await rightsOf(owner, role))].filter((one) => one.startsWith('elsewhere')),
    [],
  );
});

t.test('tables of later migrations are for the role as well', { skip }, async (t) => {
  const database = await freshDatabase();
  const { db, owner } = database;
  const role = await current(db);
  await migrateDown(database, { all: true });
  await migrateUp(database);
  t.ok((await rightsOf(owner, role)).has('posts DELETE'));
  t.match(await auditLogRights(db), { role, reasons: ['has the rights UPDATE, DELETE'] });
  await grantToService(owner, role);
  t.match(await auditLogRights(db), { role, reasons: [] });
});

t.test('a role that could do everything anyway is refused', { skip }, async (t) => {
  const { owner } = await freshDatabase();
  await t.rejects(grantToService(owner, await current(owner)), { name: 'UnfitRoleError' });
  await t.rejects(grantToService(owner, 'nobody_like_this'), {
    name: 'UnfitRoleError',
    message: /^there is no role nobody_like_this; make it first/,
  });
  await sql`drop table migrations`.execute(owner);
  await t.rejects(grantToService(owner, 'anybody'), { message: 'there are no tables yet to give rights on' });
  t.match((await auditLogRights(owner)).reasons, ['is a superuser']);
});
