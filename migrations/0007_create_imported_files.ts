import { type Kysely, sql } from 'kysely';

export async function up(db: Kysely<unknown>): Promise<void> {
  // Where an imported post came from, and what the file held then, so that importing again changes only what changed.
  await sql`
    create table imported_files (
      path text primary key,
      post_id uuid not null references posts on delete cascade,
      content_hash text not null,
      imported_at timestamptz(3) not null default now()
    )`.execute(db);
  await sql`create index imported_files_post_id_index on imported_files (post_id)`.execute(db);
}

export async function down(db: Kysely<unknown>): Promise<void> {
  await sql`drop table imported_files`.execute(db);
}
