import { type Kysely, sql } from 'kysely';

export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`
    create table api_keys (
      id uuid primary key,
      user_id uuid not null references users on delete cascade,
      name text not null,
      secret_hash bytea not null,
      scopes text[] not null,
      created_at timestamptz(3) not null default now(),
      expires_at timestamptz(3) not null,
      last_used_at timestamptz(3)
    )`.execute(db);
  await sql`create index api_keys_user_id_index on api_keys (user_id, created_at desc, id desc)`.execute(db);
  // By what an account did something; an entry outlives the session and the key.
  await sql`alter table audit_log add column session_id uuid, add column api_key_id uuid`.execute(db);
}

export async function down(db: Kysely<unknown>): Promise<void> {
  await sql`alter table audit_log drop column session_id, drop column api_key_id`.execute(db);
  await sql`drop table api_keys`.execute(db);
}
