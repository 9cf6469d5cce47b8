import { eraseChangesOf } from '../../platform/audit/index.ts';
import { personalSection } from '../../platform/personal-data.ts';
import { toPersonalEntry } from './audit.mapper.ts';
import { listEntriesAbout } from './audit.queries.ts';
import { PersonalAuditEntry } from './audit.schemas.ts';

export const auditLog = personalSection({
  name: 'audit_log',
  description: 'What the audit log says one did, and what was done to one’s account.',
  item: PersonalAuditEntry,
  batch: 500,
  rows: (db, { account }, slice) => listEntriesAbout(db, account.id, slice),
  key: ({ occurred_at, id }) => [occurred_at, id],
  map: (row, { account }) => toPersonalEntry(row, account.id),
  erase: (tx, { id }) => eraseChangesOf(tx, id),
  kept: 'nobody can hide what they did by deleting their account',
});
