import { sql } from 'kysely';
import type { Database, Db } from './handles.ts';

/** The version of the server, such as `17.2`. */
export async function serverVersion(db: Db): Promise<string> {
  const { rows } = await sql<{
    version: string;
  }>`select split_part(current_setting('server_version'), ' ', 1) as version`.execute(db);
  return rows[0]?.version ?? '';
}

/**
 * After much has been written: collects the statistics that the planner needs to use an index, and lets the log of
 * changes (WAL) be used again. PostgreSQL does both by itself; the embedded database does neither.
 */
export async function settleEmbedded({ engine, db }: Database): Promise<void> {
  if (engine !== 'embedded') return;
  await sql`analyze`.execute(db);
  await sql`checkpoint`.execute(db);
}
