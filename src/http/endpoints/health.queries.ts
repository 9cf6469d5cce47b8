import { sql } from 'kysely';
import type { Db } from '../../platform/database/index.ts';

/** @throws where the database cannot be reached */
export async function pingDatabase(db: Db): Promise<void> {
  await sql`select 1`.execute(db);
}
