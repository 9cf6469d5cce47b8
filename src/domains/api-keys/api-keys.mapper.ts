import { SCOPES } from '../../http/access/access.ts';
import type { ApiKey } from './api-keys.schemas.ts';

interface LimitsRow {
  reads_limit: number | null;
  writes_limit: number | null;
}
type KeyRow = Omit<ApiKey, 'scopes' | 'limits'> & LimitsRow & { scopes: readonly string[] };

/** A key as its owner sees it, without scopes that do not exist any more. */
export function toApiKey(row: KeyRow): ApiKey {
  const { id, name, scopes, created_at, expires_at, last_used_at } = row;
  const limits = { key_reads: row.reads_limit, key_writes: row.writes_limit };
  const known = SCOPES.filter((scope) => scopes.includes(scope));
  return { id, name, scopes: known, limits, created_at, expires_at, last_used_at };
}
