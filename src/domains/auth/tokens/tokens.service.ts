import type { Audit } from '../../../platform/audit/index.ts';
import type { Account, Db } from '../../../platform/database/index.ts';
import type { Secrets } from '../../../platform/keys.ts';
import type { PasswordThrottle } from '../../../platform/password-throttle.ts';
import { type AccountContext, notifyOwner, toUser } from '../../users/index.ts';
import { InvalidRefreshToken } from '../auth.problems.ts';
import { deleteSession } from '../sessions/sessions.queries.ts';
import { type Credentials, startSession } from '../sessions/sessions.service.ts';
import type { Tokens } from './tokens.jwt.ts';
import { hashToken, newRefreshToken, successorOf } from './tokens.opaque.ts';
import * as queries from './tokens.queries.ts';
import type { TokenPair } from './tokens.schemas.ts';

/** For so many seconds a refresh token just replaced is accepted again: its answer may have been lost on the way. */
const GRACE_SECONDS = 10;

/** What tokens are issued with; times are in seconds. */
export interface TokenIssuer {
  tokens: Tokens;
  /** From which successors of refresh tokens are derived. */
  secrets: Secrets;
  accessTtl: number;
  refreshTtl: number;
}

const pairOf = (issuer: TokenIssuer, account: Account, sid: string, refresh_token: string): TokenPair => ({
  access_token: issuer.tokens.issue({ sub: account.id, sid }),
  refresh_token,
  token_type: 'Bearer',
  expires_in: issuer.accessTtl,
  user: toUser(account),
});

/** Starts a session with tokens. */
export async function login(
  db: Db,
  issuer: TokenIssuer,
  throttle: PasswordThrottle,
  credentials: Credentials,
  audit: Audit,
): Promise<TokenPair> {
  const newSession = { kind: 'tokens', idleSeconds: issuer.refreshTtl, newToken: newRefreshToken } as const;
  const { account, sid, token } = await startSession(db, throttle, credentials, newSession, audit);
  return pairOf(issuer, account, sid, token);
}

/**
 * Issues the next pair and marks the presented token as replaced. Presented again within {@link GRACE_SECONDS}, it gets the
 * same successor; an older one means that somebody else has a copy: the session ends, and its owner is notified
 * (RFC 9700, section 4.14.2).
 */
export async function refresh(
  context: AccountContext,
  issuer: TokenIssuer,
  token: string,
  audit: Audit,
): Promise<TokenPair> {
  const presented = hashToken(token);
  const successor = successorOf(token, issuer.secrets.current);
  const outcome = await audit.around(context.db, async (tx) => {
    const refuse = () => audit.refuse(InvalidRefreshToken);
    const found = await queries.findSessionByToken(tx, presented);
    const session = found && (await queries.lockSession(tx, found.id));
    if (!session) return audit.skip(); // it was never issued: anybody can make one up
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
    if (refreshToken !== undefined && (await queries.isReplacedWithin(tx, presented, GRACE_SECONDS)))
      return { account, sid, refreshToken };
    await deleteSession(tx, sid, account.id);
    audit.action = 'session.reuse_detected';
    refuse();
    return { account };
  });
  if (outcome && !outcome.refreshToken) notifyOwner(context, outcome.account, 'session_reuse');
  if (!outcome?.refreshToken) throw new InvalidRefreshToken();
  return pairOf(issuer, outcome.account, outcome.sid, outcome.refreshToken);
}
