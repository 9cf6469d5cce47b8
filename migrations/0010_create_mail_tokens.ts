import { type Kysely, sql } from 'kysely';

export async function up(db: Kysely<unknown>): Promise<void> {
  // What links in mails prove. One that was used, or replaced by a newer one, stays for a while: it counts as a mail.
  await sql`
    create table mail_tokens (
      token_hash bytea primary key,
      user_id uuid not null references users on delete cascade,
      purpose text not null constraint mail_tokens_purpose_check check (purpose in ('reset_password', 'verify_email')),
      email text not null,
      created_at timestamptz(3) not null default now(),
      expires_at timestamptz(3) not null,
      ended_at timestamptz(3)
    )`.execute(db);
  await sql`create unique index mail_tokens_live_key on mail_tokens (user_id, purpose) where ended_at is null`.execute(
    db,
  );
  await sql`create index mail_tokens_user_id_index on mail_tokens (user_id, created_at)`.execute(db);
  await sql`create index mail_tokens_email_index on mail_tokens (email, created_at)`.execute(db);
}

export async function down(db: Kysely<unknown>): Promise<void> {
  await sql`drop table mail_tokens`.execute(db);
}
