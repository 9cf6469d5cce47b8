import { sql } from 'kysely';
import type { Db } from '../../src/platform/database/index.ts';

/** What a request may leave whatever comes of it: that it was there. */
const ABOUT_REQUESTS = ['audit_log', 'deprecated_calls', 'idempotency_keys'];
const NOTED = ['last_used_at', 'last_seen_at', 'views'];

/** Gives what tells one state of the database from another: a hash for each table, without what notes requests. */
export async function stateReader(db: Db): Promise<() => Promise<Record<string, string>>> {
  const { rows } = await sql<{ name: string }>`
    select tablename as name from pg_tables
    where schemaname = 'public' and tablename not like 'migrations%'`.execute(db);
  const noted = sql.join(NOTED.map((name) => sql.lit(name)));
  const hashes = rows
    .filter(({ name }) => !ABOUT_REQUESTS.includes(name))
    .map(
      ({ name }) => sql`
        select ${sql.lit(name)} as name, md5(coalesce(string_agg(line, ',' order by line), '')) as hash
        from (select (to_jsonb(t) - array[${noted}])::text as line from ${sql.table(name)} t) lines`,
    );
  const all = sql<{ state: Record<string, string> }>`
    select json_object_agg(name, hash) as state from (${sql.join(hashes, sql` union all `)}) hashes`;
  return async () => {
    const [row] = (await all.execute(db)).rows;
    if (!row) throw new Error('the database did not say what is in it');
    return row.state;
  };
}
