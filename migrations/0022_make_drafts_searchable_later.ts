import { type Kysely, sql } from 'kysely';

/**
 * What is not published gets its search vector when it is first searched, not each time that it is written: computing it
 * takes about as long as everything else that creating a draft does. Until then it is null.
 */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`drop trigger posts_insert_search on posts`.execute(db);
  await sql`drop trigger posts_update_search on posts`.execute(db);
  await sql`
    create or replace function make_post_searchable() returns trigger language plpgsql as $$
    begin
      if tg_op = 'UPDATE' then
        if (old.title, old.summary, old.body) is distinct from (new.title, new.summary, new.body) then
          new.search := null;
        end if;
      end if;
      if new.status = 'published' and new.search is null then
        new.search := post_search(new.title, new.summary, new.body);
      end if;
      return new;
    end $$`.execute(db);
  await sql`
    create trigger posts_insert_search before insert on posts
    for each row when (new.status = 'published') execute function make_post_searchable()`.execute(db);
  await sql`
    create trigger posts_update_search before update of title, summary, body, status on posts
    for each row execute function make_post_searchable()`.execute(db);
  await sql`drop index posts_search_index`.execute(db);
  await sql`create index posts_search_index on posts using gin (search) where search is not null`.execute(db);
  await sql`create index posts_unsearchable_index on posts (author_id, id) where search is null`.execute(db);
}

export async function down(db: Kysely<unknown>): Promise<void> {
  await sql`drop trigger posts_insert_search on posts`.execute(db);
  await sql`drop trigger posts_update_search on posts`.execute(db);
  await sql`
    create or replace function make_post_searchable() returns trigger language plpgsql as $$
    begin
      new.search := post_search(new.title, new.summary, new.body);
      return new;
    end $$`.execute(db);
  await sql`
    create trigger posts_insert_search before insert on posts
    for each row execute function make_post_searchable()`.execute(db);
  await sql`
    create trigger posts_update_search before update of title, summary, body on posts
    for each row when ((old.title, old.summary, old.body) is distinct from (new.title, new.summary, new.body))
    execute function make_post_searchable()`.execute(db);
  await sql`drop index posts_unsearchable_index`.execute(db);
  await sql`drop index posts_search_index`.execute(db);
  await sql`update posts set search = post_search(title, summary, body) where search is null`.execute(db);
  await sql`create index posts_search_index on posts using gin (search)`.execute(db);
}
