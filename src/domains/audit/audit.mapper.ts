import { AUDIT_TARGETS } from '../../platform/audit/index.ts';
import type { listEntries, listEntriesAbout } from './audit.queries.ts';
import type { AuditEntry, PersonalAuditEntry } from './audit.schemas.ts';

/** An entry for admins, with every column. */
export function toAuditEntry(row: Awaited<ReturnType<typeof listEntries>>[number]): AuditEntry {
  return { ...row, target_type: AUDIT_TARGETS.find((one) => one === row.target_type) ?? null };
}

/** An entry for a person whom it concerns, without what it says about others. */
export function toPersonalEntry(
  row: Awaited<ReturnType<typeof listEntriesAbout>>[number],
  person: string,
): PersonalAuditEntry {
  const { actor_id, ip, user_agent, request_id, ...entry } = toAuditEntry(row);
  const isOwn = actor_id === person;
  const isAboutOthers = entry.target_type === 'user' && entry.target_id !== person;
  return {
    ...entry,
    changes: isAboutOthers ? [] : entry.changes,
    is_own: isOwn,
    ...(isOwn ? { ip, user_agent, request_id } : { ip: null, user_agent: null, request_id: null }),
  };
}
