import { AUDIT_TARGETS } from '../../http/audit.ts';
import type { listEntries } from './audit.queries.ts';
import type { AuditEntry } from './audit.schemas.ts';

/** An entry of the log, for admins. Nothing of it stays inside. */
export function toAuditEntry(row: Awaited<ReturnType<typeof listEntries>>[number]): AuditEntry {
  return { ...row, target_type: AUDIT_TARGETS.find((one) => one === row.target_type) ?? null };
}
