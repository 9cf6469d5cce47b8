import type { Origin } from '../actor.ts';

/** The kinds of things that entries are about. */
export const AUDIT_TARGETS = ['api_key', 'comment', 'post', 'session', 'tag', 'user'] as const;
export type AuditTarget = (typeof AUDIT_TARGETS)[number];

export const AUDIT_OUTCOMES = ['success', 'refused', 'failed'] as const;
export type Outcome = (typeof AUDIT_OUTCOMES)[number];

/** An entry as it is stored. */
export interface AuditEntryRow {
  id: string;
  actor_id: string | null;
  /** The session in which it was done. */
  session_id: string | null;
  /** The API key by which it was done. */
  api_key_id: string | null;
  action: string;
  outcome: Outcome;
  problem_code: string | null;
  target_type: string | null;
  target_id: string | null;
  changes: string | null;
  origin: Origin;
  ip: string;
  user_agent: string | null;
  request_id: string;
}
