import type { FastifyRequest } from 'fastify';
import fp from 'fastify-plugin';
import { hasRole, type Principal } from '../../platform/actor.ts';
import { addHook, type OperationConfig, operationOf } from '../contract/operations.ts';
import { Forbidden, InsufficientScope, InvalidToken, Unauthenticated } from '../contract/problems.ts';
import { clientOf } from './actor.ts';
import { isRead } from './credentials.ts';

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
 * open to their owner. One that names none is open to no key, or shows it what everyone sees.
 */
export const ABOUT_SCOPES = {
  'posts:read': 'Read posts, and one’s own whatever their status',
  'posts:write': 'Write, publish, change and delete posts; reading drafts is `posts:read`',
  'users:read': 'List accounts, for keys of admins',
  'users:write': 'Change the profile; for keys of admins, make and manage plain accounts',
};
export type Scope = keyof typeof ABOUT_SCOPES;
export const SCOPES = Object.keys(ABOUT_SCOPES) as Scope[];

declare module '../contract/operations.ts' {
  interface OperationConfig {
    /** Who may call it; being public has to be written down. */
    access: Access;
    /** What an API key needs to act as its owner here; without it no key does. */
    scope?: Scope;
  }
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

/**
 * Asks who makes a request, and whether they may call the operation. To be asked again where time has passed: rights may
 * have gone meanwhile.
 *
 * @throws what the operation is refused with
 */
export async function admit(request: FastifyRequest): Promise<void> {
  const { credential, credentialFault } = request;
  const { access: needed = 'public', scope } = operationOf(request)?.config ?? {};
  if (credentialFault) throw credentialFault;
  if (!credential) {
    if (needed === 'visitor') return;
    throw new Unauthenticated();
  }
  const principal = await credential.load(clientOf(request));
  request.admittedAt = performance.now();
  if (!principal) {
    // Nobody sent the cookie on purpose: with one that is over a page still reads what everyone may.
    if (needed === 'visitor' && credential.scheme === 'cookie') return;
    throw new InvalidToken();
  }
  if (needed === 'visitor' && principal.apiKey && scope === undefined) return; // it sees what everyone does
  request.principal = principal;
  checkScope(principal, scope);
  checkRole(principal, needed);
}

/** A body that takes longer to arrive is somebody's who may have lost their rights meanwhile; in milliseconds. */
const SLOW_BODY = 250;

declare module 'fastify' {
  interface FastifyRequest {
    /** When the database was last asked who makes the request, on the clock of the process; 0 where it never was. */
    admittedAt: number;
  }
}

/** Lets in whom the operation is open to, before the body has arrived and, where that took a while, after it. */
export const access = fp(async (app, { slowBody = SLOW_BODY }: { slowBody?: number | undefined }) => {
  app.decorateRequest('admittedAt', 0);
  app.operations.require('access');
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
    if (!forEveryone) problems.add(Unauthenticated);
    if (!forEveryone || scope !== undefined) problems.add(InsufficientScope);
    if (needed === 'moderator' || needed === 'admin') problems.add(Forbidden);
    addHook(route, 'onRequest', (request, _reply, done) => {
      if (forEveryone && !request.credential && !request.credentialFault) done();
      else admit(request).then(() => done(), done);
    });
    if (isRead(operation.method)) return;
    addHook(route, 'preValidation', (request, _reply, done) => {
      if (performance.now() - request.admittedAt < slowBody) done();
      else admit(request).then(() => done(), done);
    });
  });
});
