import { type Kysely, sql } from 'kysely';

export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`
    create table sessions (
      id uuid primary key,
      user_id uuid not null references users on delete cascade,
      ip text,
      user_agent text,
      created_at timestamptz(3) not null default now(),
      last_seen_at timestamptz(3) not null default now(),
      expires_at timestamptz(3) not null
    )`.execute(db);
  await sql`create index sessions_user_id_index on sessions (user_id, last_seen_at desc)`.execute(db);
  // Every refresh token a session ever had, so that an old one that comes back is known for what it is.
  await sql`
    create table refresh_tokens (
      token_hash bytea primary key,
      session_id uuid not null references sessions on delete cascade,
      created_at timestamptz(3) not null default now(),
      replaced_at timestamptz(3)
    )`.execute(db);
  await sql`create index refresh_tokens_session_id_index on refresh_tokens (session_id)`.execute(db);
}

export async function down(db: Kysely<unknown>): Promise<void> {
  await sql`drop table refresh_tokens`.execute(db);
  await sql`drop table sessions`.execute(db);
}
