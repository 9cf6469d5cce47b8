import { type Kysely, sql } from 'kysely';

/**
 * The number of published posts of a tag is kept. What changes it adds a row to `tag_count_changes` instead of locking the
 * tag, so that posts that share a tag are written side by side; whoever reads the tags adds up the rows first. A row counts
 * from the time of publishing on, so that a scheduled post is counted when its time comes.
 */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`alter table tags add column post_count integer not null default 0`.execute(db);
  await sql`
    create table tag_count_changes (
      tag_id uuid not null,
      change integer not null,
      counts_from timestamptz(3) not null
    )`.execute(db);
  await sql`create index tag_count_changes_index on tag_count_changes (counts_from)`.execute(db);

  await sql`
    create function count_tagged_posts() returns trigger language plpgsql as $$
    begin
      insert into tag_count_changes (tag_id, change, counts_from)
      select c.tag_id, case tg_op when 'INSERT' then 1 else -1 end, p.published_at
      from changed c join posts p on p.id = c.post_id where p.status = 'published';
      return null;
    end $$`.execute(db);
  await sql`
    create trigger post_tags_insert_count after insert on post_tags referencing new table as changed
    for each statement execute function count_tagged_posts()`.execute(db);
  await sql`
    create trigger post_tags_delete_count after delete on post_tags referencing old table as changed
    for each statement execute function count_tagged_posts()`.execute(db);

  await sql`
    create function count_published_posts() returns trigger language plpgsql as $$
    begin
      insert into tag_count_changes (tag_id, change, counts_from)
      select tag_id, change, counts_from from post_tags, (values
        (-1, case old.status when 'published' then old.published_at end),
        (1, case new.status when 'published' then new.published_at end)) as c (change, counts_from)
      where post_id = new.id and counts_from is not null;
      return null;
    end $$`.execute(db);
  await sql`
    create trigger posts_update_count after update of status, published_at on posts
    for each row when ((old.status, old.published_at) is distinct from (new.status, new.published_at))
    execute function count_published_posts()`.execute(db);

  // Before its post is gone, so that it is known whether it was counted.
  await sql`
    create function untag_deleted_post() returns trigger language plpgsql as $$
    begin
      delete from post_tags where post_id = old.id;
      return old;
    end $$`.execute(db);
  await sql`
    create trigger posts_delete_count before delete on posts
    for each row execute function untag_deleted_post()`.execute(db);

  await sql`
    update tags set post_count = counted.posts from (
      select tag_id, count(*) as posts from post_tags join posts on posts.id = post_id
      where status = 'published' and published_at <= now() group by tag_id) as counted
    where tags.id = counted.tag_id`.execute(db);
  await sql`
    insert into tag_count_changes (tag_id, change, counts_from)
    select tag_id, 1, published_at from post_tags join posts on posts.id = post_id
    where status = 'published' and published_at > now()`.execute(db);
  await sql`create index tags_post_count_index on tags ((-post_count), lower(name))`.execute(db);
}

export async function down(db: Kysely<unknown>): Promise<void> {
  await sql`drop trigger posts_delete_count on posts`.execute(db);
  await sql`drop trigger posts_update_count on posts`.execute(db);
  await sql`drop trigger post_tags_delete_count on post_tags`.execute(db);
  await sql`drop trigger post_tags_insert_count on post_tags`.execute(db);
  await sql`drop function untag_deleted_post`.execute(db);
  await sql`drop function count_published_posts`.execute(db);
  await sql`drop function count_tagged_posts`.execute(db);
  await sql`drop table tag_count_changes`.execute(db);
  await sql`alter table tags drop column post_count`.execute(db);
}
