import type { FastifyRequest } from 'fastify';
import fp from 'fastify-plugin';
import { hasRole, type Principal } from '../../platform/actor.ts';
import { addHook, type OperationConfig, onOperation, operationOf } from '../contract/operations.ts';
import { Forbidden, InsufficientScope, InvalidToken, Unauthenticated } from '../contract/problems.ts';
import { clientOf } from './actor.ts';
import { isRead } from './credentials.ts';

/**
 * Who may call an operation:
 * - `public`: anyone; credentials are ignored
 * - `visitor`: anyone; a signed-in account also sees what it owns
 * - `user`: a signed-in, active account
 * - `author`: a signed-in account, for what it owns, or an admin; the ownership itself is part of the SQL
 * - `moderator`, `admin`: an account of that role, or of a higher one
 */
export const ACCESS = ['public', 'visitor', 'user', 'author', 'moderator', 'admin'] as const;
export type Access = (typeof ACCESS)[number];

/**
 * The scopes of API keys. An operation that names one is open to keys that have it, as far as it is open to their owner.
 * One that names none is open to no key, or shows it only what is public.
 */
export const ABOUT_SCOPES = {
  'posts:read': 'Read posts, and one’s own whatever their status',
  'posts:write':
    'Write, publish, change and delete posts; what is not public is shown with `posts:read` only',
  'users:read': 'List accounts, for keys of admins',
  'users:write':
    'Make and delete plain accounts, for keys of admins; with `users:read` also change and restore accounts, or one’s own',
};
export type Scope = keyof typeof ABOUT_SCOPES;
export const SCOPES = Object.keys(ABOUT_SCOPES) as Scope[];

declare module '../contract/operations.ts' {
  interface OperationConfig {
    /** Who may call it; `public` has to be stated. */
    access: Access;
    /** What an API key needs to act as its owner here; without it no key does. */
    scope?: Scope;
    /** What an API key needs as well where the answer would show what is not public: see {@link checkAnswerScope}. */
    answerScope?: Scope;
  }
}

/** @throws {InsufficientScope} with the reason, where an API key must not call an operation */
function checkScope({ apiKey }: Principal, scope: Scope | undefined): void {
  if (!apiKey) return;
  if (scope === undefined)
    throw new InsufficientScope(
      'API keys do not open this operation; it needs an account that is signed in.',
    );
  if (!apiKey.scopes.includes(scope))
    throw new InsufficientScope(`The API key needs the scope \`${scope}\`.`);
}

/** Whether somebody asks with an API key that lacks a scope. */
export const lacksScope = ({ apiKey }: Pick<Principal, 'apiKey'>, scope: Scope): boolean =>
  apiKey !== null && apiKey !== undefined && !apiKey.scopes.includes(scope);

/**
 * Keeps an API key from learning by a change what it may not read. To be called where the answer would show what is not
 * public, before the change is committed.
 *
 * @throws {InsufficientScope}
 */
export function checkAnswerScope(principal: Pick<Principal, 'apiKey'>, scope: Scope): void {
  if (lacksScope(principal, scope))
    throw new InsufficientScope(
      `The API key needs the scope \`${scope}\` too, since the answer would show what is not public.`,
    );
}

/** @throws {Forbidden} where the role of an account is too low */
function checkRole(principal: Principal, access: Access): void {
  if ((access === 'moderator' || access === 'admin') && !hasRole(principal, access))
    throw new Forbidden(`The operation needs the role ${access}.`);
}

/**
 * The security requirements of an operation (OpenAPI 3.1.1, section 4.8.30), of which one has to be met. The scope of an
 * API key is not among them, since tools know scopes of OAuth only.
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
 * Loads the account behind a request and checks that it may call the operation. To be called again where time has passed,
 * since rights may have been revoked.
 *
 * @throws {ProblemError} the reason of the refusal
 */
export async function authorize(request: FastifyRequest): Promise<void> {
  const { credential, credentialFault } = request;
  const { access: needed = 'public', scope } = operationOf(request)?.config ?? {};
  if (credentialFault) throw credentialFault;
  if (!credential) {
    if (needed === 'visitor') return;
    throw new Unauthenticated();
  }
  const principal = await credential.load(clientOf(request));
  request.authorizedAt = performance.now();
  if (!principal) {
    // Browsers send the cookie unasked: with an expired one a page can still read what is public.
    if (needed === 'visitor' && credential.scheme === 'cookie') return;
    throw new InvalidToken();
  }
  if (needed === 'visitor' && principal.apiKey && scope === undefined) return; // the key sees only what is public
  request.principal = principal;
  checkScope(principal, scope);
  checkRole(principal, needed);
}

/** After how long, in milliseconds, a request is authorized again because its body took so long to arrive. */
const REAUTHORIZE_AFTER = 250;

declare module 'fastify' {
  interface FastifyRequest {
    /** When the request was last authorized, as `performance.now()`; 0 where it never was. */
    authorizedAt: number;
  }
}

/** Authorizes requests before the body arrives and, where that takes a while, again afterwards. */
export const access = fp(
  async (app, { reauthorizeAfter = REAUTHORIZE_AFTER }: { reauthorizeAfter?: number | undefined }) => {
    app.decorateRequest('authorizedAt', 0);
    app.operations.addKey('access', { required: true });
    app.operations.addKey('scope');
    app.operations.addKey('answerScope');
    onOperation(app, (operation, route) => {
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
        else authorize(request).then(() => done(), done);
      });
      if (isRead(operation.method)) return;
      addHook(route, 'preValidation', (request, _reply, done) => {
        if (performance.now() - request.authorizedAt < reauthorizeAfter) done();
        else authorize(request).then(() => done(), done);
      });
    });
  },
  { name: 'access', dependencies: ['credentials', 'limits', 'request-clients'] },
);
