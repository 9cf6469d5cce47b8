import { SCOPES } from '../../http/access/access.ts';
import type { ApiKey } from './api-keys.schemas.ts';

/** A key as its owner sees it, without scopes that do not exist any more. */
export function toApiKey(row: Omit<ApiKey, 'scopes'> & { scopes: readonly string[] }): ApiKey {
  const { id, name, scopes, created_at, expires_at, last_used_at } = row;
  const known = SCOPES.filter((scope) => scopes.includes(scope));
  return { id, name, scopes: known, created_at, expires_at, last_used_at };
}
