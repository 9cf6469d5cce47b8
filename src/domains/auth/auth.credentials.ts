import type { FastifyRequest } from 'fastify';
import { clientOf } from '../../http/access/actor.ts';
import type { Authenticator, Credential } from '../../http/access/credentials.ts';
import type { App } from '../../http/contract/operations.ts';
import { holderOf, isApiKey, readApiKey } from '../api-keys/index.ts';
import { findBrowser, findPrincipal, hasBegunWithin, noteVisit } from './auth.queries.ts';
import { type Claims, hashToken } from './auth.tokens.ts';

/** How many sessions and keys a process remembers. */
const REMEMBERED = 10_000;

/**
 * What is known of a credential before the database is asked: only for whom its requests are counted. One that was never
 * found to count, or was found not to count any more, is counted by its address: nobody spends the limits of others.
 */
class Remembered<T> {
  readonly #known = new Map<string, T>();

  of(key: string): T | undefined {
    return this.#known.get(key);
  }

  note(key: string, value: T | undefined): void {
    this.#known.delete(key);
    if (value === undefined) return;
    const oldest = this.#known.size >= REMEMBERED ? this.#known.keys().next().value : undefined;
    if (oldest !== undefined) this.#known.delete(oldest);
    this.#known.set(key, value);
  }
}

/** How the shared concern turns credentials into principals. */
export function authenticatorOf(app: App): Authenticator {
  /** The accounts of secrets, by their hash. */
  const owners = new Remembered<string>();
  /** Sessions that are over although their tokens have not expired. */
  const ended = new Remembered<true>();

  /** A credential that only the database can tell whose it is. */
  const opaque = (scheme: 'cookie' | 'apiKey', hash: Buffer, find: Credential['load']): Credential => {
    const key = hash.toString('latin1');
    const load = async (request: FastifyRequest) => {
      const principal = await find(request);
      owners.note(key, principal?.account.id);
      return principal;
    };
    return { scheme, accountId: null, countedFor: owners.of(key) ?? null, load };
  };

  const ofSession = ({ sub, sid }: Claims): Credential => ({
    scheme: 'bearer',
    accountId: sub,
    countedFor: ended.of(sid) ? null : sub,
    load: async () => {
      const [account] = await findPrincipal(app.reads, { sub, sid });
      if (account) return { account, sessionId: sid, apiKey: null };
      ended.note(sid, true);
      return undefined;
    },
  });

  const findVisitor = async (hash: Buffer, request: FastifyRequest) => {
    const [row] = await findBrowser(app.reads, { token_hash: hash });
    if (!row) return undefined;
    const { session_id: sessionId, is_visit_to_be_noted, ...account } = row;
    if (is_visit_to_be_noted) await noteVisit(app.db, sessionId, clientOf(request));
    return { account, sessionId, apiKey: null };
  };

  return {
    readToken: (token) => {
      if (!isApiKey(token)) {
        const claims = app.tokens.verify(token);
        return claims && ofSession(claims);
      }
      const key = readApiKey(token);
      return key && opaque('apiKey', key.secretHash, () => holderOf(app, key));
    },
    readCookie: (value) => {
      const hash = hashToken(value);
      return opaque('cookie', hash, (request) => findVisitor(hash, request));
    },
  };
}

/** Whether a session began so many seconds ago or less: that is when somebody signed in, however often it was renewed. */
export const isRecentSession = (app: App) => (id: string, seconds: number) =>
  hasBegunWithin(app.db, id, seconds);
