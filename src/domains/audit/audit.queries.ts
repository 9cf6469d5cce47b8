import { type SelectQueryBuilder, sql } from 'kysely';
import type { AuditChange } from '../../platform/audit/index.ts';
import type { Db, Slice, Tables } from '../../platform/database/index.ts';
import type { AuditEntry } from './audit.schemas.ts';

/** Which entries to list: those from `since` on and before `until`. */
export interface AuditFilters {
  actor_id?: string;
  action?: string;
  outcome?: AuditEntry['outcome'];
  target_id?: string;
  since?: string;
  until?: string;
}

const COLUMNS = [
  'id',
  'occurred_at',
  'actor_id',
  'session_id',
  'api_key_id',
  'action',
  'outcome',
  'problem_code',
  'target_type',
  'target_id',
  'origin',
  'ip',
  'user_agent',
  'request_id',
] as const;

const changes = sql<AuditChange[]>`coalesce(changes, '[]'::jsonb)`;

function matching(db: Db, filters: AuditFilters): SelectQueryBuilder<Tables, 'audit_log', object> {
  const { since, until, ...equal } = filters;
  let entries = db.selectFrom('audit_log').where((where) => where.and(equal));
  if (since !== undefined) entries = entries.where('occurred_at', '>=', since);
  if (until !== undefined) entries = entries.where('occurred_at', '<', until);
  return entries;
}

/** The newest first. */
export function listEntries(db: Db, filters: AuditFilters, slice: Slice) {
  let entries = matching(db, filters)
    .select(COLUMNS)
    .select(changes.as('changes'))
    .orderBy('occurred_at', 'desc')
    .orderBy('id', 'desc');
  if (slice.after) {
    const [occurredAt, id] = slice.after;
    entries = entries.where(sql<boolean>`(occurred_at, id) < (${occurredAt}::timestamptz, ${id}::uuid)`);
  }
  return entries.limit(slice.limit).offset(slice.offset).execute();
}

/** What an account did and what was done to it, the newest first. Each part is read in the order of its index. */
export function listEntriesAbout(db: Db, userId: string, { after, limit }: Slice) {
  const part = (column: 'actor_id' | 'target_id') => {
    let entries = db.selectFrom('audit_log').select(COLUMNS).select(changes.as('changes'));
    entries = entries.where(column, '=', userId);
    if (column === 'target_id') entries = entries.where('actor_id', 'is distinct from', userId);
    if (after) {
      const [occurredAt, id] = after;
      entries = entries.where(sql<boolean>`(occurred_at, id) < (${occurredAt}::timestamptz, ${id}::uuid)`);
    }
    const newest = entries.orderBy('occurred_at', 'desc').orderBy('id', 'desc').limit(limit);
    return db.selectFrom(newest.as('part')).select([...COLUMNS, 'changes']);
  };
  return part('actor_id')
    .unionAll(part('target_id'))
    .orderBy('occurred_at', 'desc')
    .orderBy('id', 'desc')
    .limit(limit)
    .execute();
}

export async function countEntries(db: Db, filters: AuditFilters): Promise<number> {
  const row = await matching(db, filters)
    .select((select) => select.fn.countAll<number>().as('total'))
    .executeTakeFirstOrThrow();
  return row.total;
}
