import { type Kysely, sql } from 'kysely';

export async function up(db: Kysely<unknown>): Promise<void> {
  // The default is a constant, so that no row is written anew.
  await sql`
    alter table audit_log add column origin text not null default 'request'
      constraint audit_log_origin_check check (origin in ('request', 'command line', 'job'))`.execute(db);
}

export async function down(db: Kysely<unknown>): Promise<void> {
  await sql`alter table audit_log drop column origin`.execute(db);
}
