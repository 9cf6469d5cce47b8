import type { Principal } from '../../http/access.ts';
import { type Account, atomically, type Db } from '../../platform/database/index.ts';
import { newId } from '../../platform/ids.ts';
import { hashPassword, needsRehash, verifyPassword } from '../../platform/passwords.ts';
import {
  acceptPassword,
  endSessions,
  findByEmail,
  normaliseEmail,
  replaceHash,
  toUser,
  updateAccount,
} from '../users/index.ts';
import { endMailToken } from './auth.mails.queries.ts';
import {
  AccountDisabled,
  InvalidCredentials,
  InvalidRefreshToken,
  SessionNotFound,
  WrongPassword,
} from './auth.problems.ts';
import * as queries from './auth.queries.ts';
import type { TokenPair } from './auth.schemas.ts';
import { hashToken, newRefreshToken, successorOf, type Tokens } from './auth.tokens.ts';

/** A refresh token just replaced may come again for so long: its answer may have been lost on the way. */
const GRACE_SECONDS = 10;

/** What sessions are made with. */
export interface Issuer {
  tokens: Tokens;
  /** From which successors of refresh tokens are derived. */
  secret: Buffer;
  accessTtl: number;
  refreshTtl: number;
}

/** Where a request comes from. */
export interface Origin {
  ip: string;
  user_agent: string | null;
}

const pairOf = (issuer: Issuer, account: Account, sid: string, refresh_token: string): TokenPair => ({
  access_token: issuer.tokens.issue({ sub: account.id, sid }),
  refresh_token,
  token_type: 'Bearer',
  expires_in: issuer.accessTtl,
  user: toUser(account),
});

/** Begins a session. An unknown address takes as long as a wrong password and is answered the same. */
export async function login(
  db: Db,
  issuer: Issuer,
  credentials: { email: string; password: string },
  origin: Origin,
): Promise<TokenPair> {
  const account = await findByEmail(db, normaliseEmail(credentials.email));
  const right = await verifyPassword(account?.password_hash, credentials.password);
  if (!account || !right || account.deleted_at) throw new InvalidCredentials();
  if (!account.is_active) throw new AccountDisabled();
  if (account.password_hash && needsRehash(account.password_hash)) {
    await replaceHash(db, account.id, account.password_hash, await hashPassword(credentials.password));
  }
  const sid = newId();
  const token = newRefreshToken();
  await queries.insertSession(db, {
    id: sid,
    user_id: account.id,
    ...origin,
    idle_seconds: issuer.refreshTtl,
    token_hash: hashToken(token),
  });
  return pairOf(issuer, account, sid, token);
}

/**
 * Gives the next pair and makes the token presented the one before. That one, within ten seconds, gets the same successor
 * again; any older one means that somebody else has a copy, and ends the session.
 */
export async function refresh(db: Db, issuer: Issuer, token: string, origin: Origin): Promise<TokenPair> {
  const presented = hashToken(token);
  const successor = successorOf(token, issuer.secret);
  const outcome = await atomically(db, async (tx) => {
    const found = await queries.findSessionOf(tx, presented);
    const session = found && (await queries.lockSession(tx, found.id));
    if (!session?.is_live || !session.is_active || session.deleted_at) return undefined;
    const { session_id: sid, token_hash, is_live: _, ...account } = session;
    const next = hashToken(successor);
    if (presented.equals(token_hash)) {
      const seen = { idle_seconds: issuer.refreshTtl, ...origin };
      await queries.replaceToken(tx, { id: sid, token_hash: presented }, { token_hash: next, ...seen });
      return { account, sid };
    }
    // Only while its successor is still the current one: a later one in use means that the answer was not lost.
    const isRepeated = next.equals(token_hash);
    if (isRepeated && (await queries.isJustReplaced(tx, presented, GRACE_SECONDS))) return { account, sid };
    await queries.deleteSession(tx, sid, account.id);
    return undefined;
  });
  if (!outcome) throw new InvalidRefreshToken();
  return pairOf(issuer, outcome.account, outcome.sid, successor);
}

export async function logout(db: Db, principal: Principal): Promise<void> {
  await queries.deleteSession(db, principal.sessionId, principal.account.id);
}

/** Sets another password and ends every other session, and a link that was sent for a new password. */
export async function changePassword(
  db: Db,
  principal: Principal,
  change: { current_password: string; new_password: string },
): Promise<void> {
  if (!(await verifyPassword(principal.account.password_hash, change.current_password)))
    throw new WrongPassword();
  const password_hash = await acceptPassword(change.new_password);
  await atomically(db, async (tx) => {
    await updateAccount(tx, principal.account.id, { password_hash });
    await endSessions(tx, principal.account.id, principal.sessionId);
    await endMailToken(tx, principal.account.id, 'reset_password');
  });
}

export async function revokeSession(db: Db, principal: Principal, id: string): Promise<void> {
  if (!(await queries.deleteSession(db, id, principal.account.id))) throw new SessionNotFound();
}
