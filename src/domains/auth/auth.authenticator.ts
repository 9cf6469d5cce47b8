import type { Authenticator, Credential } from '../../http/access/credentials.ts';
import type { App } from '../../http/contract/operations.ts';
import type { ClientProgram } from '../../platform/actor.ts';
import { authenticateKey, hasApiKeyPrefix, parseApiKey } from '../api-keys/index.ts';
import { findAccountByCookie, updateLastSeen } from './browser/browser.queries.ts';
import { findAccountBySession, isStartedWithin } from './sessions/sessions.queries.ts';
import type { Claims } from './tokens/tokens.jwt.ts';
import { hashToken } from './tokens/tokens.opaque.ts';

/** How many sessions and keys a process remembers. */
const MAX_ENTRIES = 10_000;

/** A map that drops its oldest entry when it is full. */
class BoundedMap<T> {
  readonly #entries = new Map<string, T>();

  get(key: string): T | undefined {
    return this.#entries.get(key);
  }

  /** Sets the value of a key, or removes the key. */
  set(key: string, value: T | undefined): void {
    this.#entries.delete(key);
    if (value === undefined) return;
    const oldest = this.#entries.size >= MAX_ENTRIES ? this.#entries.keys().next().value : undefined;
    if (oldest !== undefined) this.#entries.delete(oldest);
    this.#entries.set(key, value);
  }
}

/**
 * How the HTTP layer turns credentials into principals.
 *
 * What is remembered decides only whom a request is counted for before the database is asked. A credential that was never
 * valid, or is no longer, is counted by its IP address, so that nobody uses up the limits of others.
 */
export function authenticatorOf(app: App): Authenticator {
  /** The account ids of cookies and API keys, and the limits of these, by the hash of the secret. */
  const known = new BoundedMap<{ owner: string; apiKey: Credential['apiKey'] }>();
  /** Sessions that have ended although their access tokens have not expired. */
  const ended = new BoundedMap<true>();

  /** A credential whose account only the database knows. */
  const opaque = (scheme: 'cookie' | 'apiKey', hash: Buffer, find: Credential['load']): Credential => {
    const key = hash.toString('latin1');
    const load = async (client: ClientProgram) => {
      const principal = await find(client);
      known.set(key, principal && { owner: principal.account.id, apiKey: principal.apiKey });
      return principal;
    };
    const { owner = null, apiKey = null } = known.get(key) ?? {};
    return { scheme, accountId: null, rateLimitKey: owner, apiKey, load };
  };

  const ofSession = ({ sub, sid }: Claims): Credential => ({
    scheme: 'bearer',
    accountId: sub,
    rateLimitKey: ended.get(sid) ? null : sub,
    apiKey: null,
    load: async () => {
      const [account] = await findAccountBySession(app.reads, { sub, sid });
      if (account) return { account, sessionId: sid, apiKey: null };
      ended.set(sid, true);
      return undefined;
    },
  });

  const loadByCookie = async (hash: Buffer, client: ClientProgram) => {
    const [row] = await findAccountByCookie(app.reads, { token_hash: hash });
    if (!row) return undefined;
    const { session_id: sessionId, is_last_seen_outdated, ...account } = row;
    if (is_last_seen_outdated) await updateLastSeen(app.db, sessionId, client);
    return { account, sessionId, apiKey: null };
  };

  return {
    readToken: (token) => {
      if (!hasApiKeyPrefix(token)) {
        const claims = app.tokens.verify(token);
        return claims && ofSession(claims);
      }
      const key = parseApiKey(token);
      return key && opaque('apiKey', key.secretHash, () => authenticateKey(app, key));
    },
    readCookie: (value) => {
      const hash = hashToken(value);
      return opaque('cookie', hash, (client) => loadByCookie(hash, client));
    },
  };
}

/** Whether a session started at most so many seconds ago: that is the time of the sign-in, however often tokens were renewed. */
export const isRecentSession = (app: App) => (id: string, seconds: number) =>
  isStartedWithin(app.db, id, seconds);
