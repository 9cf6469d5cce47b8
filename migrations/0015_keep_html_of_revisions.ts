import { type Kysely, sql } from 'kysely';

/** Of revisions from before there is none: going back to one of these renders it. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`alter table post_revisions add column body_html text`.execute(db);
}

export async function down(db: Kysely<unknown>): Promise<void> {
  await sql`alter table post_revisions drop column body_html`.execute(db);
}
