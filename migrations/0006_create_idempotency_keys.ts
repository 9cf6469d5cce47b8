import { type Kysely, sql } from 'kysely';

export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`
    create table idempotency_keys (
      principal text not null,
      operation text not null,
      key text not null,
      request_hash text not null,
      answer text not null,
      created_at timestamptz(3) not null default now(),
      primary key (principal, operation, key)
    )`.execute(db);
  await sql`create index idempotency_keys_created_at_index on idempotency_keys (created_at)`.execute(db);
}

export async function down(db: Kysely<unknown>): Promise<void> {
  await sql`drop table idempotency_keys`.execute(db);
}
