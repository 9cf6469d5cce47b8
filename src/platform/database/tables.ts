// Made by `npm run generate` from the migrated database; do not edit.
import type { ColumnType, Generated, Selectable } from 'kysely';

export interface ApiKeysTable {
  id: string;
  user_id: string;
  name: string;
  secret_hash: Uint8Array;
  scopes: string[];
  created_at: Generated<string>;
  expires_at: string;
  last_used_at: string | null;
  reads_limit: number | null;
  writes_limit: number | null;
}

export interface AuditLogTable {
  id: string;
  occurred_at: Generated<string>;
  actor_id: string | null;
  action: string;
  outcome: 'success' | 'refused' | 'failed';
  problem_code: string | null;
  target_type: string | null;
  target_id: string | null;
  changes: ColumnType<unknown, string, string> | null;
  ip: string;
  user_agent: string | null;
  request_id: string;
  session_id: string | null;
  api_key_id: string | null;
  origin: Generated<'request' | 'command line' | 'job'>;
}

export interface CommentsTable {
  id: string;
  post_id: string;
  parent_id: string | null;
  author_id: string;
  body: string;
  status: Generated<'pending' | 'approved' | 'rejected'>;
  created_at: Generated<string>;
  updated_at: Generated<string>;
}

export interface DeprecatedCallsTable {
  operation: string;
  day: string;
  account_id: string | null;
  agent: string | null;
  calls: number;
}

export interface IdempotencyKeysTable {
  principal: string;
  operation: string;
  key: string;
  request_hash: string;
  answer: string;
  created_at: Generated<string>;
  concerns: string[];
}

export interface ImportedFilesTable {
  path: string;
  post_id: string;
  content_hash: string;
  imported_at: Generated<string>;
}

export interface MailTokensTable {
  token_hash: Uint8Array;
  user_id: string;
  purpose: 'reset_password' | 'verify_email';
  email: string;
  created_at: Generated<string>;
  expires_at: string;
  ended_at: string | null;
}

export interface PostRevisionsTable {
  post_id: string;
  version: number;
  title: string;
  summary: string | null;
  body: string;
  tags: string[];
  created_at: string;
  body_html: string | null;
}

export interface PostStatsTable {
  post_id: string;
  views: Generated<number>;
  comment_count: Generated<number>;
  even_views: Generated<number>;
  odd_views: Generated<number>;
}

export interface PostTagsTable {
  post_id: string;
  tag_id: string;
}

export interface PostsTable {
  id: string;
  author_id: string;
  slug: string;
  title: string;
  summary: string | null;
  body: string;
  body_html: string;
  status: Generated<'draft' | 'published' | 'archived'>;
  published_at: string | null;
  version: Generated<number>;
  created_at: Generated<string>;
  updated_at: Generated<string>;
  search: string | null;
}

export interface ReplacedTokensTable {
  token_hash: Uint8Array;
  session_id: string;
  replaced_at: string;
}

export interface SessionsTable {
  id: string;
  user_id: string;
  token_hash: Uint8Array;
  ip: string | null;
  user_agent: string | null;
  created_at: Generated<string>;
  last_seen_at: Generated<string>;
  expires_at: string;
  kind: Generated<'tokens' | 'browser'>;
  idle_seconds: number | null;
}

export interface TagCountChangesTable {
  tag_id: string;
  change: number;
  counts_from: string;
}

export interface TagsTable {
  id: string;
  name: string;
  slug: string;
  created_at: Generated<string>;
  post_count: Generated<number>;
}

export interface UsersTable {
  id: string;
  email: string;
  username: string;
  full_name: string | null;
  bio: string | null;
  password_hash: string | null;
  role: Generated<'user' | 'moderator' | 'admin'>;
  is_active: Generated<boolean>;
  email_verified_at: string | null;
  locale: Generated<string>;
  created_at: Generated<string>;
  updated_at: Generated<string>;
  deleted_at: string | null;
  erased_at: string | null;
}

export interface ViewRankingsTable {
  only_row: Generated<boolean>;
  newest: number;
  oldest: number;
  made_at: string;
}

export interface Tables {
  api_keys: ApiKeysTable;
  audit_log: AuditLogTable;
  comments: CommentsTable;
  deprecated_calls: DeprecatedCallsTable;
  idempotency_keys: IdempotencyKeysTable;
  imported_files: ImportedFilesTable;
  mail_tokens: MailTokensTable;
  post_revisions: PostRevisionsTable;
  post_stats: PostStatsTable;
  post_tags: PostTagsTable;
  posts: PostsTable;
  replaced_tokens: ReplacedTokensTable;
  sessions: SessionsTable;
  tag_count_changes: TagCountChangesTable;
  tags: TagsTable;
  users: UsersTable;
  view_rankings: ViewRankingsTable;
}

/** A row of `users`. */
export type Account = Selectable<UsersTable>;
