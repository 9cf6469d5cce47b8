import type { AccountActor, SessionActor } from '../../platform/actor.ts';
import { type Audit, withoutValues } from '../../platform/audit/index.ts';
import type { Account, Db } from '../../platform/database/index.ts';
import { newId } from '../../platform/ids.ts';
import type { Secrets } from '../../platform/keys.ts';
import type { PasswordThrottle } from '../../platform/password-throttle.ts';
import { hashPassword, needsRehash, verifyPassword } from '../../platform/passwords.ts';
import {
  acceptPassword,
  endAccess,
  endSessions,
  findByEmail,
  lockWithPassword,
  normaliseEmail,
  notifyOwner,
  replaceHash,
  type Service,
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
import type { BrowserSession, SessionKind, TokenPair } from './auth.schemas.ts';
import { hashToken, newBrowserToken, newRefreshToken, successorOf, type Tokens } from './auth.tokens.ts';

/** A refresh token just replaced may come again for so long: its answer may have been lost on the way. */
const GRACE_SECONDS = 10;

/** What sessions are made with. */
export interface TokenIssuer {
  tokens: Tokens;
  /** From which successors of refresh tokens are derived. */
  secrets: Secrets;
  accessTtl: number;
  refreshTtl: number;
  throttle: PasswordThrottle;
}

const pairOf = (issuer: TokenIssuer, account: Account, sid: string, refresh_token: string): TokenPair => ({
  access_token: issuer.tokens.issue({ sub: account.id, sid }),
  refresh_token,
  token_type: 'Bearer',
  expires_in: issuer.accessTtl,
  user: toUser(account),
});

/**
 * The account whose address and password these are. An unknown address takes as long as a wrong password and is refused
 * the same, and so is guessing at it.
 */
async function prove(
  db: Db,
  { throttle }: Pick<TokenIssuer, 'throttle'>,
  credentials: { email: string; password: string },
  audit: Audit,
): Promise<Account & { password_hash: string }> {
  const email = normaliseEmail(credentials.email);
  const trier = { account: email, ip: audit.actor.client.ip };
  const account = await throttle.attempt(trier, InvalidCredentials, async () => {
    const found = await findByEmail(db, email);
    audit.target = found?.id ?? null;
    const right = await verifyPassword(found?.password_hash, credentials.password);
    if (!found?.password_hash || !right || found.deleted_at) throw new InvalidCredentials();
    return { ...found, password_hash: found.password_hash };
  });
  if (!account.is_active) throw new AccountDisabled();
  if (!needsRehash(account.password_hash)) return { ...account, password_hash: account.password_hash };
  const password_hash = await hashPassword(credentials.password);
  await replaceHash(db, account.id, account.password_hash, password_hash);
  return { ...account, password_hash };
}

/** What a session begins with. */
interface NewSession {
  kind: SessionKind;
  idleSeconds: number;
  newToken: () => string;
  /** The cookie of the session that it takes the place of. */
  previous?: string | undefined;
}
interface StartedSession {
  account: Account;
  sid: string;
  token: string;
}

/** Begins a session. Where the account has changed since its password was proven, that is done once more. */
async function startSession(
  db: Db,
  issuer: Pick<TokenIssuer, 'throttle'>,
  credentials: { email: string; password: string },
  { kind, idleSeconds: idle_seconds, newToken, previous }: NewSession,
  audit: Audit,
): Promise<StartedSession> {
  const attempt = async (): Promise<StartedSession | undefined> => {
    const account = await prove(db, issuer, credentials, audit);
    const { id: user_id, password_hash } = account;
    const [sid, token] = [newId(), newToken()];
    const session = { sid, user_id, password_hash, kind, idle_seconds };
    const ended = previous && (await queries.deleteBrowser(db, hashToken(previous)));
    if (ended) audit.changes = [{ field: 'session', before: ended, after: sid }];
    const isStarted = await audit.inOne((entry) =>
      queries.insertSession(db, {
        ...session,
        token_hash: hashToken(token),
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

const DAY = 86_400;
/** How long the session of a browser lasts without a request, and in any case, in seconds. */
export const BROWSER = {
  idleSeconds: DAY / 2,
  rememberedSeconds: 30 * DAY,
  absoluteSeconds: queries.ABSOLUTE_DAYS * DAY,
};

/** Begins a session that a cookie stands for, and ends the one that the browser had. */
export async function signInBrowser(
  db: Db,
  issuer: Pick<TokenIssuer, 'throttle'>,
  credentials: { email: string; password: string },
  options: { remember: boolean; previous: string | undefined },
  audit: Audit,
): Promise<{ token: string; session: BrowserSession }> {
  const idleSeconds = options.remember ? BROWSER.rememberedSeconds : BROWSER.idleSeconds;
  const { previous } = options;
  const newSession = { kind: 'browser', idleSeconds, newToken: newBrowserToken, previous } as const;
  const { account, sid, token } = await startSession(db, issuer, credentials, newSession, audit);
  return { token, session: { id: sid, idle_seconds: idleSeconds, user: toUser(account) } };
}

/** Begins a session with tokens. */
export async function login(
  db: Db,
  issuer: TokenIssuer,
  credentials: { email: string; password: string },
  audit: Audit,
): Promise<TokenPair> {
  const newSession = { kind: 'tokens', idleSeconds: issuer.refreshTtl, newToken: newRefreshToken } as const;
  const { account, sid, token } = await startSession(db, issuer, credentials, newSession, audit);
  return pairOf(issuer, account, sid, token);
}

/**
 * Gives the next pair and makes the token presented the one before. That one, within ten seconds, gets the same successor
 * again; any older one means that somebody else has a copy: it ends the session, and the owner is told.
 */
export async function refresh(
  service: Service,
  issuer: TokenIssuer,
  token: string,
  audit: Audit,
): Promise<TokenPair> {
  const presented = hashToken(token);
  const successor = successorOf(token, issuer.secrets.current);
  const outcome = await audit.around(service.db, async (tx) => {
    const refuse = () => audit.refuse(InvalidRefreshToken);
    const found = await queries.findSessionOf(tx, presented);
    const session = found && (await queries.lockSession(tx, found.id));
    if (!session) return audit.nothing(); // it was never given out: anybody can make that up
    audit.target = session.session_id;
    audit.actorId = session.id;
    if (!session.is_live || !session.is_active || session.deleted_at) return refuse();
    const { session_id: sid, token_hash, is_live: _, ...account } = session;
    if (presented.equals(token_hash)) {
      const seen = { idle_seconds: issuer.refreshTtl, ...audit.actor.client };
      await queries.replaceToken(
        tx,
        { id: sid, token_hash: presented },
        { token_hash: hashToken(successor), ...seen },
      );
      return { account, sid, refreshToken: successor };
    }
    // Only while its successor is still the current one: a later one in use means that the answer was not lost. It may
    // have been derived by a process that signs with another of the keys.
    const refreshToken = issuer.secrets.all
      .map((secret) => successorOf(token, secret))
      .find((one) => hashToken(one).equals(token_hash));
    if (refreshToken !== undefined && (await queries.isJustReplaced(tx, presented, GRACE_SECONDS)))
      return { account, sid, refreshToken };
    await queries.deleteSession(tx, sid, account.id);
    audit.action = 'session.reuse_detected';
    refuse();
    return { account };
  });
  if (outcome && !outcome.refreshToken) notifyOwner(service, outcome.account, 'session_reuse');
  if (!outcome?.refreshToken) throw new InvalidRefreshToken();
  return pairOf(issuer, outcome.account, outcome.sid, outcome.refreshToken);
}

export async function logout(db: Db, actor: SessionActor, audit: Audit): Promise<void> {
  audit.target = actor.sessionId;
  await audit.around(db, (tx) => queries.deleteSession(tx, actor.sessionId, actor.account.id));
}

/**
 * Sets another password, ends every other session, the API keys and a link that was sent for a new password, and tells the
 * owner.
 */
export async function changePassword(
  service: Service,
  { throttle }: Pick<TokenIssuer, 'throttle'>,
  actor: SessionActor,
  change: { current_password: string; new_password: string },
  audit: Audit,
): Promise<void> {
  const { id, password_hash: present } = actor.account;
  audit.target = id;
  await throttle.attempt({ account: id, ip: audit.actor.client.ip }, WrongPassword, async () => {
    if (!(await verifyPassword(present, change.current_password))) throw new WrongPassword();
  });
  const password_hash = await acceptPassword(change.new_password);
  const account = await audit.around(service.db, async (tx) => {
    // A reset in the meantime ended this session, too: who had the old password must not undo it.
    const account = await lockWithPassword(tx, id, present);
    if (!account) throw new WrongPassword();
    await updateAccount(tx, id, { password_hash });
    await endAccess(tx, id, actor.sessionId);
    await endMailToken(tx, id, 'reset_password');
    audit.changes = [withoutValues('password')];
    return account;
  });
  notifyOwner(service, account, 'password_changed');
}

export async function revokeSession(db: Db, actor: AccountActor, id: string, audit: Audit): Promise<void> {
  await audit.around(db, async (tx) => {
    if (!(await queries.deleteSession(tx, id, actor.account.id))) throw new SessionNotFound();
  });
}

/** Ends every session of the account but the one that asks. */
export async function revokeOtherSessions(db: Db, actor: SessionActor, audit: Audit): Promise<void> {
  audit.target = actor.account.id;
  await audit.around(db, (tx) => endSessions(tx, actor.account.id, actor.sessionId));
}
