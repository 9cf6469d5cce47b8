import { sql } from 'kysely';
import type { Db } from '../../platform/database/index.ts';

/** Asks the database for nothing. @throws where it cannot be reached */
export async function pingDatabase(db: Db): Promise<void> {
  await sql`select 1`.execute(db);
}
