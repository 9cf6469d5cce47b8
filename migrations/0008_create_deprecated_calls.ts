import { type Kysely, sql } from 'kysely';

export async function up(db: Kysely<unknown>): Promise<void> {
  // Who still calls an operation that will go: an account, or what an anonymous caller says it is. Never an address.
  await sql`
    create table deprecated_calls (
      operation text not null,
      day date not null,
      account_id uuid references users on delete cascade,
      agent text,
      calls bigint not null,
      constraint deprecated_calls_key unique nulls not distinct (operation, day, account_id, agent),
      constraint deprecated_calls_caller_check check ((account_id is null) <> (agent is null))
    )`.execute(db);
  await sql`create index deprecated_calls_account_id_index on deprecated_calls (account_id)`.execute(db);
}

export async function down(db: Kysely<unknown>): Promise<void> {
  await sql`drop table deprecated_calls`.execute(db);
}
