import { type Kysely, sql } from 'kysely';

/**
 * The accounts that a kept answer concerns, the caller included, in place of a search of the texts. Those kept so far are
 * answers with a post or a comment, which name an author, with an account, or with an API key of the caller, which are
 * encrypted.
 */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`alter table idempotency_keys add column concerns uuid[] not null default '{}'`.execute(db);
  await sql`
    update idempotency_keys set concerns = array(
      select distinct id::uuid from (values
        (case when principal <> 'anonymous' then principal end),
        (case when answer like '{%' then answer::json #>> '{author,id}' end),
        (case when operation in ('registerUser', 'createUser', 'restoreUser') then answer::json ->> 'id' end)) as named (id)
      where id is not null)`.execute(db);
  await sql`alter table idempotency_keys alter column concerns drop default`.execute(db);
  await sql`create index idempotency_keys_concerns_index on idempotency_keys using gin (concerns)`.execute(
    db,
  );
}

export async function down(db: Kysely<unknown>): Promise<void> {
  await sql`alter table idempotency_keys drop column concerns`.execute(db);
}
