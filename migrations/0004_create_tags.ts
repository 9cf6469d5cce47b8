import { type Kysely, sql } from 'kysely';

export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`
    create table tags (
      id uuid primary key,
      name text not null,
      slug text not null constraint tags_slug_key unique,
      created_at timestamptz(3) not null default now()
    )`.execute(db);
  await sql`create unique index tags_name_key on tags (lower(name))`.execute(db);
  await sql`
    create table post_tags (
      post_id uuid not null references posts on delete cascade,
      tag_id uuid not null references tags on delete cascade,
      primary key (post_id, tag_id)
    )`.execute(db);
  await sql`create index post_tags_tag_id_index on post_tags (tag_id, post_id)`.execute(db);
}

export async function down(db: Kysely<unknown>): Promise<void> {
  await sql`drop table post_tags`.execute(db);
  await sql`drop table tags`.execute(db);
}
