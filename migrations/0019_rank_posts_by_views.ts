import { type Kysely, sql } from 'kysely';

/**
 * The order of posts by their views is made from time to time, so that it stands still while somebody reads through it.
 * A ranking has its number, and its views are in the column of even or of odd numbers: the one before is still there.
 * The views themselves are in no index any more, which makes counting them cheaper.
 */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`
    alter table post_stats
      add column even_views bigint not null default 0,
      add column odd_views bigint not null default 0`.execute(db);
  await sql`update post_stats set even_views = views where views > 0`.execute(db);
  await sql`create index post_stats_even_views_index on post_stats (even_views desc, post_id desc)`.execute(
    db,
  );
  await sql`create index post_stats_odd_views_index on post_stats (odd_views desc, post_id desc)`.execute(db);
  await sql`drop index post_stats_views_index`.execute(db);
  await sql`
    create table view_rankings (
      only_row boolean primary key default true check (only_row),
      newest integer not null,
      oldest integer not null,
      made_at timestamptz(3) not null
    )`.execute(db);
  await sql`insert into view_rankings (newest, oldest, made_at) values (0, 0, now())`.execute(db);
}

export async function down(db: Kysely<unknown>): Promise<void> {
  await sql`drop table view_rankings`.execute(db);
  await sql`create index post_stats_views_index on post_stats (views desc, post_id desc)`.execute(db);
  await sql`alter table post_stats drop column even_views, drop column odd_views`.execute(db);
}
