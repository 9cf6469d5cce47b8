import { type Kysely, sql } from 'kysely';

export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`
    create table comments (
      id uuid primary key,
      post_id uuid not null references posts on delete cascade,
      parent_id uuid references comments on delete set null,
      author_id uuid not null references users,
      body text not null,
      status text not null default 'pending'
        constraint comments_status_check check (status in ('pending', 'approved', 'rejected')),
      created_at timestamptz(3) not null default now(),
      updated_at timestamptz(3) not null default now()
    )`.execute(db);
  await sql`create index comments_post_index on comments (post_id, created_at, id)`.execute(db);
  await sql`create index comments_parent_index on comments (parent_id)`.execute(db);
  await sql`create index comments_author_index on comments (author_id)`.execute(db);
  await sql`create index comments_created_at_index on comments (created_at desc, id desc)`.execute(db);
  await sql`create index comments_status_index on comments (status, created_at desc, id desc)`.execute(db);

  // The number of approved comments is kept where it is read; the database keeps it, so that no path can forget to.
  await sql`
    create function count_approved_comments() returns trigger language plpgsql as $$
    declare
      before integer := case when tg_op <> 'INSERT' and old.status = 'approved' then 1 else 0 end;
      after integer := case when tg_op <> 'DELETE' and new.status = 'approved' then 1 else 0 end;
    begin
      if after <> before then
        update post_stats set comment_count = comment_count + after - before
        where post_id = coalesce(new.post_id, old.post_id);
      end if;
      return null;
    end $$`.execute(db);
  await sql`
    create trigger count_approved_comments after insert or delete or update of status on comments
    for each row execute function count_approved_comments()`.execute(db);
}

export async function down(db: Kysely<unknown>): Promise<void> {
  await sql`drop table comments`.execute(db);
  await sql`drop function count_approved_comments`.execute(db);
}
