import { SCOPES } from '../../http/access/access.ts';
import { InvalidToken } from '../../http/contract/problems.ts';
import type { AccountActor, Principal, SessionActor } from '../../platform/actor.ts';
import { type Audit, changesBetween } from '../../platform/audit/index.ts';
import type { Db, Tx } from '../../platform/database/index.ts';
import { newId } from '../../platform/ids.ts';
import { toApiKey } from './api-keys.mapper.ts';
import { ApiKeyNotFound, TooManyApiKeys } from './api-keys.problems.ts';
import * as queries from './api-keys.queries.ts';
import { type ApiKey, type CreateApiKey, type NewApiKey, USUAL_LIFE } from './api-keys.schemas.ts';
import { isSameHash, newApiKey } from './api-keys.tokens.ts';

/** One in use, and one to take its place. */
export const KEYS_IN_FORCE = 2;

/** Its name is its owner's own text, and does not outlive the account. */
const described = ({ scopes, expires_at }: ApiKey) => ({ scopes: scopes.join(' '), expires_at });

/** Makes a key. @throws {TooManyApiKeys} where as many as may be are in force */
export async function createKey(
  db: Db,
  { account, sessionId }: SessionActor,
  input: CreateApiKey,
  audit: Audit,
): Promise<NewApiKey> {
  return audit.around(db, async (tx) => {
    if (!(await queries.lockOwner(tx, account.id, sessionId))) throw new InvalidToken();
    if ((await queries.countInForce(tx, account.id)) >= KEYS_IN_FORCE) throw new TooManyApiKeys();
    await queries.deleteExpired(tx, account.id);
    const id = newId();
    const { key, secretHash: secret_hash } = newApiKey(id);
    const row = { expires_in: USUAL_LIFE, ...input, id, user_id: account.id, secret_hash };
    const made = toApiKey(await queries.insertKey(tx, row));
    audit.target = id;
    audit.changes = changesBetween(null, described(made), { told: ['scopes', 'expires_at'] });
    return { ...made, key };
  });
}

/** Ends every key of an account. A part of an effect that is audited. */
export const endKeysOf = (tx: Tx, accountId: string): Promise<void> => queries.deleteKeys(tx, accountId);

/** Ends a key at once. @throws {ApiKeyNotFound} */
export async function revokeKey(db: Db, { account }: AccountActor, id: string, audit: Audit): Promise<void> {
  await audit.around(db, async (tx) => {
    if (!(await queries.deleteKey(tx, id, account.id))) throw new ApiKeyNotFound();
  });
}

/** Who acts by a key; undefined where it is not in force or its secret is another. */
export async function holderOf(
  { db, reads }: { db: Db; reads: Db },
  { id, secretHash }: { id: string; secretHash: Buffer },
): Promise<Principal | undefined> {
  const [row] = await queries.findKeyHolder(reads, { id });
  if (!row) return undefined;
  const { secret_hash, scopes, is_use_to_be_noted, ...account } = row;
  if (!isSameHash(secret_hash, secretHash)) return undefined;
  if (is_use_to_be_noted) await queries.noteUse(db, id);
  const apiKey = { id, scopes: SCOPES.filter((scope) => scopes.includes(scope)) };
  return { account, sessionId: null, apiKey };
}
