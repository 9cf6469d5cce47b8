import { sql } from 'kysely';
import type { Db } from './index.ts';

/** The version of the server, such as `17.2`. */
export async function serverVersion(db: Db): Promise<string> {
  const { rows } = await sql<{
    version: string;
  }>`select split_part(current_setting('server_version'), ' ', 1) as version`.execute(db);
  return rows[0]?.version ?? '';
}
