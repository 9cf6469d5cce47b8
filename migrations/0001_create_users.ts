import { type Kysely, sql } from 'kysely';

export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`
    create table users (
      id uuid primary key,
      email text not null constraint users_email_key unique,
      username text not null,
      full_name text,
      bio text,
      password_hash text,
      role text not null default 'user' constraint users_role_check check (role in ('user', 'moderator', 'admin')),
      is_active boolean not null default true,
      email_verified_at timestamptz(3),
      locale text not null default 'en',
      created_at timestamptz(3) not null default now(),
      updated_at timestamptz(3) not null default now(),
      deleted_at timestamptz(3),
      erased_at timestamptz(3)
    )`.execute(db);
  await sql`create unique index users_username_key on users (lower(username))`.execute(db);
  await sql`create index users_created_at_index on users (created_at desc, id desc) where deleted_at is null`.execute(
    db,
  );
  await sql`create index users_admins_index on users (id) where role = 'admin' and is_active and deleted_at is null`.execute(
    db,
  );
}

export async function down(db: Kysely<unknown>): Promise<void> {
  await sql`drop table users`.execute(db);
}
