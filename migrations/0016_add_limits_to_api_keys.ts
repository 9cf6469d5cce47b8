import { type Kysely, sql } from 'kysely';

/** Requests that a key may make in the window of a rate limit; null where the limit that all keys share holds. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`
    alter table api_keys
      add column reads_limit integer check (reads_limit > 0),
      add column writes_limit integer check (writes_limit > 0)`.execute(db);
}

export async function down(db: Kysely<unknown>): Promise<void> {
  await sql`alter table api_keys drop column reads_limit, drop column writes_limit`.execute(db);
}
