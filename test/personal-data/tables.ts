import { type RawBuilder, sql } from 'kysely';
import type { Db, Tables } from '../../src/platform/database/index.ts';

/**
 * Every table there is: the lists of the document that hand out what it says about people, or why none does. A new table
 * fails a test until it stands here.
 */
export const TABLES: Record<keyof Tables, readonly string[] | string> = {
  api_keys: ['api_keys'],
  audit_log: ['audit_log'],
  comments: ['comments'],
  deprecated_calls: ['deprecated_calls'],
  idempotency_keys: ['kept_answers'],
  imported_files: 'which file a post was imported from says nothing about its author',
  mail_tokens: ['sent_mails'],
  post_revisions: ['post_revisions'],
  post_stats: ['posts'],
  post_tags: ['posts', 'post_revisions'],
  posts: ['posts'],
  replaced_tokens: 'it has nothing but hashes of tokens that sessions had before',
  sessions: ['sessions'],
  tag_count_changes: 'it counts posts and does not say whose',
  tags: 'it does not say who made a tag',
  users: ['account'],
  view_rankings: 'it numbers orders of posts',
};

/** The tables of the service, as the database knows them; without those of the migrations. */
export async function tableNames(db: Db): Promise<string[]> {
  const { rows } = await sql<{ name: string }>`
    select table_name as name from information_schema.tables
    where table_schema = 'public' and table_type = 'BASE TABLE' and table_name not like '%migration%'
    order by table_name`.execute(db);
  return rows.map(({ name }) => name);
}

/** Where in the whole database a text stands, as `table.column`, whatever the type of the column. */
export async function placesOf(db: Db, text: string): Promise<string[]> {
  const tables = await tableNames(db);
  const searches = tables.map(
    (table): RawBuilder<unknown> => sql`
      select distinct ${table}::text || '.' || field.key as place
      from ${sql.table(table)} as line, jsonb_each_text(to_jsonb(line)) as field
      where field.value ilike ${`%${text}%`}`,
  );
  const { rows } = await sql<{ place: string }>`${sql.join(searches, sql` union all `)} order by 1`.execute(
    db,
  );
  return rows.map(({ place }) => place);
}

/** How many rows there are that name an account, wherever. */
export async function rowsAbout(db: Db, table: string, id: string): Promise<number> {
  const { rows } = await sql<{ total: number }>`
    select count(*)::int as total from ${sql.table(table)} as line
    where to_jsonb(line)::text like ${`%${id}%`}`.execute(db);
  return rows[0]?.total ?? 0;
}
