import { sql } from 'kysely';
import type { Db } from '../../../src/platform/database/index.ts';

/** What a request may leave whatever comes of it, that it was there; and what recurring work does meanwhile. */
const ABOUT_REQUESTS = [
  'audit_log',
  'deprecated_calls',
  'idempotency_keys',
  'tag_count_changes',
  'view_rankings',
];
const NOTED = ['last_used_at', 'last_seen_at', 'views', 'even_views', 'odd_views', 'post_count', 'search'];

/**
 * Gives what tells one state of the database from another: a hash for each table, without what notes requests. A function
 * in the database, since that plans the statement once, which takes longer than to run it.
 */
export async function stateReader(db: Db): Promise<() => Promise<Record<string, string>>> {
  const { rows } = await sql<{ name: string }>`
    select tablename as name from pg_tables
    where schemaname = 'public' and tablename not like 'migrations%'`.execute(db);
  const hashes = rows
    .filter(({ name }) => !ABOUT_REQUESTS.includes(name))
    .map(
      ({ name }) => `
        select '${name}' as name, md5(string_agg(line, ',' order by line)) as hash
        from (select (to_jsonb(t) - '{${NOTED}}'::text[])::text as line from public."${name}" t) lines`,
    );
  await sql`create schema state`.execute(db);
  await sql
    .raw(`
      create function state.hashes() returns json language plpgsql
      as $$ begin return (select json_object_agg(name, hash) from (${hashes.join(' union all ')}) hashes); end $$`)
    .execute(db);
  return async () => {
    const { rows } = await sql<{ hashes: Record<string, string> }>`select state.hashes() as hashes`.execute(
      db,
    );
    const [row] = rows;
    if (!row) throw new Error('the database did not say what is in it');
    return row.hashes;
  };
}
