import { sql } from 'kysely';
import type { Database, Db } from './handles.ts';

/** The version of the server, such as `17.2`. */
export async function serverVersion(db: Db): Promise<string> {
  const { rows } = await sql<{
    version: string;
  }>`select split_part(current_setting('server_version'), ' ', 1) as version`.execute(db);
  return rows[0]?.version ?? '';
}

/** A table is looked at again when so much of it has changed, and at least so many rows or pages. */
const CHANGED = { share: 0.2, rows: 50, pages: 10 };
/** The log of changes (WAL) may grow by so many bytes until what it says is in the tables. */
const MAX_WAL = 32 * 1024 * 1024;

/**
 * Does for the embedded database what PostgreSQL does by itself in the background, where it is due: collects the
 * statistics without which the planner ignores indexes (an unanalysed table of 20,000 posts is searched in 300 ms instead
 * of less than one), frees the space of old rows, and lets the WAL be used again. The counts of changed rows are of this
 * process; what changed before it is seen by the size of a table.
 */
export async function maintainEmbedded({ engine, db }: Pick<Database, 'engine' | 'db'>): Promise<void> {
  if (engine !== 'embedded') return;
  await sql`select pg_stat_force_next_flush()`.execute(db); // or the counts are a second old
  const { share, rows: fewRows, pages: fewPages } = CHANGED;
  const { rows: due } = await sql<{ name: string }>`
    select c.relname as name from pg_class c join pg_stat_user_tables s on s.relid = c.oid
    where c.relkind = 'r' and (
      (c.reltuples < 0 and pg_relation_size(c.oid) > 0)
      or greatest(s.n_mod_since_analyze, s.n_dead_tup) > ${fewRows}::int + ${share}::float8 * greatest(c.reltuples, 0)
      or pg_relation_size(c.oid) / current_setting('block_size')::int > ${fewPages}::int + (1 + ${share}::float8) * c.relpages)`.execute(
    db,
  );
  for (const { name } of due) await sql`vacuum (analyze) ${sql.table(name)}`.execute(db);
  const { rows } = await sql<{ bytes: number }>`
    select (pg_current_wal_insert_lsn() - redo_lsn)::bigint as bytes from pg_control_checkpoint()`.execute(
    db,
  );
  if ((rows[0]?.bytes ?? 0) > MAX_WAL) await sql`checkpoint`.execute(db);
}
