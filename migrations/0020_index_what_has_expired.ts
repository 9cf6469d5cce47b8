import { type Kysely, sql } from 'kysely';

export async function up(db: Kysely<unknown>): Promise<void> {
  // What is over is deleted in batches, the oldest first.
  await sql`create index sessions_expires_at_index on sessions (expires_at)`.execute(db);
  await sql`create index mail_tokens_created_at_index on mail_tokens (created_at)`.execute(db);
}

export async function down(db: Kysely<unknown>): Promise<void> {
  await sql`drop index mail_tokens_created_at_index`.execute(db);
  await sql`drop index sessions_expires_at_index`.execute(db);
}
