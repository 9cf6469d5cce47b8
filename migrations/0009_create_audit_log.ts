import { type Kysely, sql } from 'kysely';

export async function up(db: Kysely<unknown>): Promise<void> {
  // Nothing refers to another table: an entry outlives what it is about.
  await sql`
    create table audit_log (
      id uuid primary key,
      occurred_at timestamptz(3) not null default now(),
      actor_id uuid,
      action text not null,
      outcome text not null
        constraint audit_log_outcome_check check (outcome in ('success', 'refused', 'failed')),
      problem_code text,
      target_type text,
      target_id uuid,
      changes jsonb,
      ip text not null,
      user_agent text,
      request_id text not null
    )`.execute(db);
  await sql`create index audit_log_occurred_at_index on audit_log (occurred_at desc, id desc)`.execute(db);
  await sql`create index audit_log_actor_index on audit_log (actor_id, occurred_at desc, id desc)`.execute(
    db,
  );
  await sql`create index audit_log_target_index on audit_log (target_id, occurred_at desc, id desc)`.execute(
    db,
  );
  // Changes of an account may name its address, so they go when its personal data is erased; nothing else ever does.
  await sql`
    create function protect_audit_log() returns trigger language plpgsql as $$
    begin
      if tg_op = 'UPDATE' then
        if new.changes is null and to_jsonb(new) - 'changes' = to_jsonb(old) - 'changes'
          and exists (select from users where id = old.target_id and erased_at is not null) then
          return new;
        end if;
      end if;
      raise exception 'entries of the audit log are neither changed nor deleted'
        using errcode = 'insufficient_privilege';
    end $$`.execute(db);
  await sql`
    create trigger audit_log_rows before update or delete on audit_log
    for each row execute function protect_audit_log()`.execute(db);
  await sql`
    create trigger audit_log_truncate before truncate on audit_log
    for each statement execute function protect_audit_log()`.execute(db);
}

export async function down(db: Kysely<unknown>): Promise<void> {
  await sql`drop table audit_log`.execute(db);
  await sql`drop function protect_audit_log`.execute(db);
}
