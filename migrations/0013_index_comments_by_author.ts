import { type Kysely, sql } from 'kysely';

export async function up(db: Kysely<unknown>): Promise<void> {
  // In the order in which somebody's comments are read, so that a part of many is read without sorting all of them.
  await sql`drop index comments_author_index`.execute(db);
  await sql`create index comments_author_index on comments (author_id, created_at desc, id desc)`.execute(db);
}

export async function down(db: Kysely<unknown>): Promise<void> {
  await sql`drop index comments_author_index`.execute(db);
  await sql`create index comments_author_index on comments (author_id)`.execute(db);
}
