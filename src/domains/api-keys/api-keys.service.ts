import { SCOPES } from '../../http/access/access.ts';
import { InvalidToken } from '../../http/contract/problems.ts';
import type { AccountActor, Principal, SessionActor } from '../../platform/actor.ts';
import { type Audit, changesBetween } from '../../platform/audit/index.ts';
import type { Db, Tx } from '../../platform/database/index.ts';
import { newId } from '../../platform/ids.ts';
import { type AccountContext, notifyOwner } from '../users/index.ts';
import { toApiKey } from './api-keys.mapper.ts';
import { ApiKeyNotFound, TooManyApiKeys } from './api-keys.problems.ts';
import * as queries from './api-keys.queries.ts';
import {
  type ApiKey,
  type CreateApiKey,
  DEFAULT_LIFETIME,
  type NewApiKey,
  type SetApiKeyLimits,
} from './api-keys.schemas.ts';
import { isSameHash, newApiKey } from './api-keys.tokens.ts';

/** One in use, and one to replace it. */
export const MAX_ACTIVE_KEYS = 2;

/** What the audit log stores of a key. Not its name, which is personal data and would outlive the account. */
const auditedFields = ({ scopes, expires_at }: ApiKey) => ({ scopes: scopes.join(' '), expires_at });

/** Creates a key. @throws {TooManyApiKeys} where {@link MAX_ACTIVE_KEYS} are unexpired */
export async function createKey(
  db: Db,
  { account, sessionId }: SessionActor,
  input: CreateApiKey,
  audit: Audit,
): Promise<NewApiKey> {
  return audit.around(db, async (tx) => {
    if (!(await queries.lockOwnerInSession(tx, account.id, sessionId))) throw new InvalidToken();
    if ((await queries.countActive(tx, account.id)) >= MAX_ACTIVE_KEYS) throw new TooManyApiKeys();
    await queries.deleteExpired(tx, account.id);
    const id = newId();
    const { key, secretHash: secret_hash } = newApiKey(id);
    const row = { expires_in: DEFAULT_LIFETIME, ...input, id, user_id: account.id, secret_hash };
    const made = toApiKey(await queries.insertKey(tx, row));
    audit.target = id;
    audit.changes = changesBetween(null, auditedFields(made), { values: ['scopes', 'expires_at'] });
    return { ...made, key };
  });
}

/** Notifies the owner of a key that has been created. To be called after the commit. */
export function notifyOfKey(
  context: AccountContext,
  { account }: AccountActor,
  { id, scopes }: ApiKey,
): void {
  notifyOwner(context, account, 'api_key_created', `${id} (${scopes.join(', ')})`);
}

/** Ends every key of an account. A part of an effect that is audited. */
export const endApiKeys = (tx: Tx, accountId: string): Promise<void> => queries.deleteKeys(tx, accountId);

/** Ends a key at once. @throws {ApiKeyNotFound} */
export async function revokeKey(db: Db, { account }: AccountActor, id: string, audit: Audit): Promise<void> {
  await audit.around(db, async (tx) => {
    if (!(await queries.deleteKey(tx, id, account.id))) throw new ApiKeyNotFound();
  });
}

/** Sets the limits of a key of any account. @throws {ApiKeyNotFound} */
export async function setKeyLimits(
  db: Db,
  id: string,
  { key_reads: reads_limit, key_writes: writes_limit }: SetApiKeyLimits,
  audit: Audit,
): Promise<ApiKey> {
  return audit.around(db, async (tx) => {
    const before = await queries.lockKeyLimits(tx, id);
    if (!before) throw new ApiKeyNotFound();
    const limits = { reads_limit, writes_limit };
    audit.changes = changesBetween(before, limits, { values: ['reads_limit', 'writes_limit'] });
    return toApiKey(await queries.updateKeyLimits(tx, id, limits));
  });
}

/** The principal of a key; undefined where there is no such unexpired key or the secret is wrong. */
export async function authenticateKey(
  { db, reads }: { db: Db; reads: Db },
  { id, secretHash }: { id: string; secretHash: Buffer },
): Promise<Principal | undefined> {
  const [row] = await queries.findKeyHolder(reads, { id });
  if (!row) return undefined;
  const { secret_hash, scopes, reads_limit, writes_limit, is_last_use_outdated, ...account } = row;
  if (!isSameHash(secret_hash, secretHash)) return undefined;
  if (is_last_use_outdated) await queries.updateLastUsed(db, id);
  const limits = { 'key-reads': reads_limit, 'key-writes': writes_limit };
  const apiKey = { id, scopes: SCOPES.filter((scope) => scopes.includes(scope)), limits };
  return { account, sessionId: null, apiKey };
}
