import { sql } from 'kysely';
import type { Db, Tx } from '../../platform/database/index.ts';

/** Takes the lock for seeding until the end of the transaction, so that one process seeds at a time. */
export async function lockSeeding(tx: Tx): Promise<void> {
  await sql`select pg_advisory_xact_lock(hashtext('imprint demo content'))`.execute(tx);
}

export async function hasAccounts(db: Db): Promise<boolean> {
  const { rows } = await sql<{ found: boolean }>`select exists (select from users) as found`.execute(db);
  return rows[0]?.found ?? false;
}
