import { type Kysely, sql } from 'kysely';

export async function up(db: Kysely<unknown>): Promise<void> {
  // What the hash is of: a refresh token, or the cookie of a browser. The one is never taken for the other.
  await sql`
    alter table sessions
      add column kind text not null default 'tokens'
        constraint sessions_kind_check check (kind in ('tokens', 'browser')),
      add column idle_seconds integer`.execute(db);
}

export async function down(db: Kysely<unknown>): Promise<void> {
  await sql`delete from sessions where kind = 'browser'`.execute(db);
  await sql`alter table sessions drop column kind, drop column idle_seconds`.execute(db);
}
