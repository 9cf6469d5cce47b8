import type { AccountActor, SessionActor } from '../../../platform/actor.ts';
import type { Audit } from '../../../platform/audit/index.ts';
import type { Account, Db, Tx } from '../../../platform/database/index.ts';
import { newId } from '../../../platform/ids.ts';
import type { PasswordThrottle } from '../../../platform/password-throttle.ts';
import { verifyPassword } from '../../../platform/passwords.ts';
import { inBatches, type RecurringTask } from '../../../platform/recurring.ts';
import { endApiKeys } from '../../api-keys/index.ts';
import { type AccountAccess, findByEmail, normaliseEmail, rehashPassword } from '../../users/index.ts';
import { AccountDisabled, InvalidCredentials, SessionNotFound } from '../auth.problems.ts';
import { hashToken } from '../tokens/tokens.opaque.ts';
import * as queries from './sessions.queries.ts';
import type { SessionKind } from './sessions.schemas.ts';

/** An address and a password, as they are sent to sign in. */
export interface Credentials {
  email: string;
  password: string;
}

/**
 * The account whose address and password these are. An unknown address takes as long as a wrong password, gets the same
 * answer, and is throttled the same.
 */
async function checkCredentials(
  db: Db,
  throttle: PasswordThrottle,
  credentials: Credentials,
  audit: Audit,
): Promise<Account & { password_hash: string }> {
  const email = normaliseEmail(credentials.email);
  const attempt = { account: email, ip: audit.actor.client.ip };
  const account = await throttle.attempt(attempt, InvalidCredentials, async () => {
    const found = await findByEmail(db, email);
    audit.target = found?.id ?? null;
    const isRight = await verifyPassword(found?.password_hash, credentials.password);
    if (!found?.password_hash || !isRight || found.deleted_at) throw new InvalidCredentials();
    return { ...found, password_hash: found.password_hash };
  });
  if (!account.is_active) throw new AccountDisabled();
  return { ...account, password_hash: await rehashPassword(db, account, credentials.password) };
}

/** What a session starts with. */
interface NewSession {
  kind: SessionKind;
  idleSeconds: number;
  newToken: () => string;
  /** The cookie of the session that this one replaces. */
  previous?: string | undefined;
}
export interface StartedSession {
  account: Account;
  sid: string;
  token: string;
}

/** Starts a session. Where the account has changed since its password was verified, the password is verified once more. */
export async function startSession(
  db: Db,
  throttle: PasswordThrottle,
  credentials: Credentials,
  { kind, idleSeconds: idle_seconds, newToken, previous }: NewSession,
  audit: Audit,
): Promise<StartedSession> {
  const attempt = async (): Promise<StartedSession | undefined> => {
    const account = await checkCredentials(db, throttle, credentials, audit);
    const { id: user_id, password_hash } = account;
    const [sid, token] = [newId(), newToken()];
    const session = { sid, user_id, password_hash, kind, idle_seconds };
    const replaced_hash = previous === undefined ? null : hashToken(previous);
    const isStarted = await audit.inStatement((entry) =>
      queries.insertSession(db, {
        ...session,
        token_hash: hashToken(token),
        replaced_hash,
        ...entry,
        actor_id: user_id,
        session_id: sid,
      }),
    );
    return isStarted ? { account, sid, token } : undefined;
  };
  const started = (await attempt()) ?? (await attempt());
  if (!started) throw new InvalidCredentials();
  return started;
}

/** Deletes, every ten minutes, the sessions that have been over for a day. */
export const forgettingSessions = (db: Db): RecurringTask => ({
  name: 'forgetting sessions',
  interval: 600_000,
  run: (stopping) => inBatches(stopping, (limit) => queries.deleteExpired(db, limit)),
});

/** Ends the session of the actor. */
export async function logout(db: Db, actor: SessionActor, audit: Audit): Promise<void> {
  audit.target = actor.sessionId;
  await audit.around(db, (tx) => queries.deleteSession(tx, actor.sessionId, actor.account.id));
}

/** @throws {SessionNotFound} */
export async function revokeSession(db: Db, actor: AccountActor, id: string, audit: Audit): Promise<void> {
  await audit.around(db, async (tx) => {
    if (!(await queries.deleteSession(tx, id, actor.account.id))) throw new SessionNotFound();
  });
}

/** Ends every session of the account but that of the actor. */
export async function revokeOtherSessions(db: Db, actor: SessionActor, audit: Audit): Promise<void> {
  audit.target = actor.account.id;
  await audit.around(db, (tx) => queries.deleteSessions(tx, actor.account.id, actor.sessionId));
}

/** Ends every session and API key of an account, except one session where that is to stay. A part of an audited effect. */
export async function endAccess(tx: Tx, accountId: string, keepSession?: string): Promise<void> {
  await queries.deleteSessions(tx, accountId, keepSession);
  await endApiKeys(tx, accountId);
}

export const accountAccess: AccountAccess = { endAll: (tx, id) => endAccess(tx, id), endApiKeys: endApiKeys };
