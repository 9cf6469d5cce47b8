import { type Kysely, sql } from 'kysely';

export async function up(db: Kysely<unknown>): Promise<void> {
  // The parser takes quadratic time over one long word and over markup that is never closed, so long words are broken and
  // the signs of markup taken out. A tsvector holds a megabyte at the most, so of a very long text the first 100,000 characters are searched.
  await sql`
    create function post_search(title text, summary text, body text) returns tsvector
    language sql immutable parallel safe as $$
      select setweight(to_tsvector('english', title), 'A')
        || setweight(to_tsvector('english', coalesce(summary, '')), 'B')
        || setweight(to_tsvector('english',
          translate(regexp_replace(left(body, 100000), '(\\S{200})', '\\1 ', 'g'), '<>&', '   ')), 'D')
    $$`.execute(db);
  // 'scheduled' is not stored: it is a published post whose time has not come, so no worker has to wake it. Drafts are
  // not made searchable while they are written; they are few for each author and are searched as they stand.
  await sql`
    create table posts (
      id uuid primary key,
      author_id uuid not null references users,
      slug text not null constraint posts_slug_key unique,
      title text not null,
      summary text,
      body text not null,
      body_html text not null,
      status text not null default 'draft'
        constraint posts_status_check check (status in ('draft', 'published', 'archived')),
      published_at timestamptz(3),
      version integer not null default 1,
      created_at timestamptz(3) not null default now(),
      updated_at timestamptz(3) not null default now(),
      search tsvector,
      constraint posts_published_at_check check (status <> 'published' or published_at is not null)
    )`.execute(db);
  // Not a generated column: PostgreSQL reads the expression of one anew for each insert, which was a tenth of its cost.
  await sql`
    create function make_post_searchable() returns trigger language plpgsql as $$
    begin
      new.search := case when new.status = 'published' then post_search(new.title, new.summary, new.body) end;
      return new;
    end $$`.execute(db);
  await sql`
    create trigger posts_insert_search before insert on posts
    for each row when (new.status = 'published') execute function make_post_searchable()`.execute(db);
  await sql`
    create trigger posts_update_search before update of title, summary, body, status on posts
    for each row execute function make_post_searchable()`.execute(db);
  // Texts are compressed faster by LZ4 than by PostgreSQL's own way, where it was built with it; the embedded one was not.
  await sql`
    do $$ begin
      if exists (select from pg_settings where name = 'default_toast_compression' and 'lz4' = any (enumvals)) then
        alter table posts alter body set compression lz4, alter body_html set compression lz4;
      end if;
    end $$`.execute(db);
  await sql`create index posts_published_index on posts (published_at desc, id desc) where status = 'published'`.execute(
    db,
  );
  await sql`create index posts_title_index on posts (title, id) where status = 'published'`.execute(db);
  await sql`create index posts_author_index on posts (author_id, created_at desc, id desc)`.execute(db);
  await sql`
    create index posts_author_published_index on posts (author_id, published_at desc, id desc)
    where status = 'published'`.execute(db);
  await sql`create index posts_search_index on posts using gin (search) where status = 'published'`.execute(
    db,
  );

  // Counters live apart from the document: they change often, the document is wide and seldom changes.
  await sql`
    create table post_stats (
      post_id uuid primary key references posts on delete cascade,
      views bigint not null default 0,
      comment_count integer not null default 0
    )`.execute(db);
  await sql`create index post_stats_views_index on post_stats (views desc, post_id desc)`.execute(db);

  await sql`
    create table post_revisions (
      post_id uuid not null references posts on delete cascade,
      version integer not null,
      title text not null,
      summary text,
      body text not null,
      tags text[] not null,
      created_at timestamptz(3) not null,
      primary key (post_id, version)
    )`.execute(db);
}

export async function down(db: Kysely<unknown>): Promise<void> {
  await sql`drop table post_revisions`.execute(db);
  await sql`drop table post_stats`.execute(db);
  await sql`drop table posts`.execute(db);
  await sql`drop function make_post_searchable`.execute(db);
  await sql`drop function post_search`.execute(db);
}
