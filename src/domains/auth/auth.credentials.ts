import type { Authenticator, Credential } from '../../http/credentials.ts';
import type { App } from '../../http/operations.ts';
import { originOf } from '../../http/requests.ts';
import { holderOf, isApiKey, readApiKey } from '../api-keys/index.ts';
import { findBrowser, findPrincipal, noteVisit } from './auth.queries.ts';
import { type Claims, hashToken } from './auth.tokens.ts';

/** How many secrets a process remembers the owners of. */
const REMEMBERED = 10_000;

/**
 * Whose a secret was found to be, by its hash. Whether it still counts is asked at every request; this only says for whom
 * a request is counted before that: whoever sends made-up secrets is counted by address.
 */
class Owners {
  readonly #owners = new Map<string, string>();

  of(hash: Buffer): string | null {
    return this.#owners.get(hash.toString('latin1')) ?? null;
  }

  note(hash: Buffer, owner: string): void {
    const oldest = this.#owners.size >= REMEMBERED ? this.#owners.keys().next() : undefined;
    if (oldest?.value !== undefined) this.#owners.delete(oldest.value);
    this.#owners.set(hash.toString('latin1'), owner);
  }
}

/** How the shared concern turns credentials into principals. */
export function authenticatorOf(app: App): Authenticator {
  const owners = new Owners();

  const ofSession = (claims: Claims): Credential => ({
    scheme: 'bearer',
    accountId: claims.sub,
    countedFor: claims.sub,
    load: async () => {
      const [account] = await findPrincipal(app.reads, { sub: claims.sub, sid: claims.sid });
      return account && { account, sessionId: claims.sid, apiKey: null };
    },
  });

  const ofApiKey = (token: string): Credential | undefined => {
    const key = readApiKey(token);
    return (
      key && {
        scheme: 'apiKey',
        accountId: null,
        countedFor: owners.of(key.secretHash),
        load: async () => {
          const principal = await holderOf(app, key);
          if (principal) owners.note(key.secretHash, key.id);
          return principal;
        },
      }
    );
  };

  return {
    readToken: (token) => {
      if (isApiKey(token)) return ofApiKey(token);
      const claims = app.tokens.verify(token);
      return claims && ofSession(claims);
    },
    readCookie: (value) => {
      const hash = hashToken(value);
      const owner = owners.of(hash);
      return {
        scheme: 'cookie',
        accountId: owner,
        countedFor: owner,
        load: async (request) => {
          const [row] = await findBrowser(app.reads, { token_hash: hash });
          if (!row) return undefined;
          const { session_id: sessionId, is_visit_to_be_noted, ...account } = row;
          if (is_visit_to_be_noted) await noteVisit(app.db, sessionId, originOf(request));
          owners.note(hash, account.id);
          return { account, sessionId, apiKey: null };
        },
      };
    },
  };
}
