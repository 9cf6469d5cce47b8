import { type Kysely, sql } from 'kysely';

/** Each filter of a list by something few rows have gets an index in the order of the list; see `scripts/bench/lists.ts`. */
const INDEXES: readonly [name: string, on: string][] = [
  ['posts_drafts_index', "posts (created_at desc, id desc) where status = 'draft'"],
  ['posts_author_drafts_index', "posts (author_id, created_at desc, id desc) where status = 'draft'"],
  [
    'posts_archived_index',
    "posts ((coalesce(published_at, created_at)) desc, id desc) where status = 'archived'",
  ],
  [
    'posts_author_archived_index',
    "posts (author_id, (coalesce(published_at, created_at)) desc, id desc) where status = 'archived'",
  ],
  [
    'posts_author_archived_created_index',
    "posts (author_id, created_at desc, id desc) where status = 'archived'",
  ],
  ['users_role_index', 'users (role, created_at desc, id desc) where deleted_at is null'],
  ['users_inactive_index', 'users (created_at desc, id desc) where deleted_at is null and not is_active'],
  ['audit_log_action_index', 'audit_log (action, occurred_at desc, id desc)'],
  ['audit_log_outcome_index', "audit_log (outcome, occurred_at desc, id desc) where outcome <> 'success'"],
];

export async function up(db: Kysely<unknown>): Promise<void> {
  for (const [name, on] of INDEXES) await sql`create index ${sql.raw(name)} on ${sql.raw(on)}`.execute(db);
}

export async function down(db: Kysely<unknown>): Promise<void> {
  for (const [name] of INDEXES) await sql`drop index ${sql.raw(name)}`.execute(db);
}
