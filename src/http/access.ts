import type { FastifyRequest } from 'fastify';
import fp from 'fastify-plugin';
import type { Credential, Principal } from './credentials.ts';
import { addHook, type OperationConfig } from './operations.ts';
import { Forbidden, InsufficientScope, InvalidToken, Unauthenticated } from './problems.ts';

/**
 * Who may call an operation:
 * - `public`: anyone; credentials make no difference and are not looked at
 * - `visitor`: anyone; whoever is signed in sees what is theirs as well
 * - `user`: a signed-in, active account
 * - `author`: a signed-in account, for what it owns, or an admin; the ownership itself is part of the SQL
 * - `moderator`, `admin`: an account of that role, or of a higher one
 */
export const ACCESS = ['public', 'visitor', 'user', 'author', 'moderator', 'admin'] as const;
export type Access = (typeof ACCESS)[number];

/**
 * What an API key may be allowed to do. An operation that names one of these is open to keys that have it, as far as it is
 * open to their owner; one that names none is open to no key.
 */
export const SCOPES = ['posts:read', 'posts:write', 'users:read', 'users:write'] as const;
export type Scope = (typeof SCOPES)[number];

/** The roles of accounts, the lowest first. */
export const ROLES = ['user', 'moderator', 'admin'] as const;
export type Role = (typeof ROLES)[number];

const hasRole = (principal: Principal, role: Role) =>
  ROLES.indexOf(principal.account.role) >= ROLES.indexOf(role);

export const isAdmin = (principal: Principal | null) => principal?.account.role === 'admin';
export const isModerator = (principal: Principal) => hasRole(principal, 'moderator');

/** Who makes a request to an operation that asks for somebody. */
export function signedIn(request: FastifyRequest): Principal {
  if (!request.principal) throw new Unauthenticated();
  return request.principal;
}

/** The same where no API key is let in: whoever it is has a session. */
export function inSession(request: FastifyRequest): Principal & { sessionId: string } {
  const { sessionId, ...principal } = signedIn(request);
  if (sessionId === null) throw new InsufficientScope();
  return { ...principal, sessionId };
}

/** @throws {InsufficientScope} where an API key does not open an operation, saying why */
function checkScope({ apiKey }: Principal, scope: Scope | undefined): void {
  if (!apiKey) return;
  if (scope === undefined)
    throw new InsufficientScope(
      'API keys do not open this operation; it needs an account that is signed in.',
    );
  if (!apiKey.scopes.includes(scope))
    throw new InsufficientScope(`The API key needs the scope \`${scope}\`.`);
}

/** Whom an operation is closed to although they are known. */
function checkRole(principal: Principal, access: Access): void {
  if ((access === 'moderator' || access === 'admin') && !hasRole(principal, access))
    throw new Forbidden(`The operation needs the role ${access}.`);
}

/**
 * What an operation asks of its callers (OpenAPI 3.1.1, section 4.8.30): one of these has to do. The scope of a key stands
 * beside it, since tools know scopes of OAuth only.
 */
export function securityOf({
  access,
  scope,
}: Pick<OperationConfig, 'access' | 'scope'>): Record<string, string[]>[] {
  if (access === 'public') return [];
  const accounts = [{ bearer: [] }, { cookie: [] }];
  return [
    ...(access === 'visitor' ? [{}] : []),
    ...accounts,
    ...(scope === undefined ? [] : [{ apiKey: [] }]),
  ];
}

/** Loads who the credentials are of, and refuses what they may not call. */
export const access = fp(async (app) => {
  app.addHook('onRoute', (route) => {
    const operation = route.config?.operation;
    if (!operation) return;
    const { access: needed, scope } = operation.config;
    const { problems, security } = operation.contribution;
    security.push(...securityOf(operation.config));
    if (needed === 'public') {
      if (scope !== undefined) throw new Error(`${operation.id} is public and looks at no API key`);
      return;
    }
    const forEveryone = needed === 'visitor';
    if (!forEveryone) problems.add(Unauthenticated).add(InsufficientScope);
    if (needed === 'moderator' || needed === 'admin') problems.add(Forbidden);

    const admit = async (request: FastifyRequest, credential: Credential) => {
      const principal = await credential.load(request);
      if (!principal) {
        // Nobody sent the cookie on purpose: with one that is over a page still reads what everyone may.
        if (forEveryone && credential.scheme === 'cookie') return;
        throw new InvalidToken();
      }
      const isInScope = scope !== undefined && principal.apiKey?.scopes.includes(scope);
      if (forEveryone && principal.apiKey && !isInScope) return; // it sees what everyone does
      request.principal = principal;
      checkScope(principal, scope);
      checkRole(principal, needed);
    };
    addHook(route, 'onRequest', (request, _reply, done) => {
      const { credential, credentialFault } = request;
      if (credentialFault) done(credentialFault);
      else if (credential) admit(request, credential).then(() => done(), done);
      else done(forEveryone ? undefined : new Unauthenticated());
    });
  });
});
