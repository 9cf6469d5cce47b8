import { type Kysely, sql } from 'kysely';

export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`
    create table sessions (
      id uuid primary key,
      user_id uuid not null references users on delete cascade,
      token_hash bytea not null constraint sessions_token_hash_key unique,
      ip text,
      user_agent text,
      created_at timestamptz(3) not null default now(),
      last_seen_at timestamptz(3) not null default now(),
      expires_at timestamptz(3) not null
    )`.execute(db);
  await sql`create index sessions_user_id_index on sessions (user_id, last_seen_at desc)`.execute(db);
  // Every refresh token a session had before, so that an old one that comes back is known for what it is.
  await sql`
    create table replaced_tokens (
      token_hash bytea primary key,
      session_id uuid not null references sessions on delete cascade,
      replaced_at timestamptz(3) not null
    )`.execute(db);
  await sql`create index replaced_tokens_session_id_index on replaced_tokens (session_id)`.execute(db);
}

export async function down(db: Kysely<unknown>): Promise<void> {
  await sql`drop table replaced_tokens`.execute(db);
  await sql`drop table sessions`.execute(db);
}
