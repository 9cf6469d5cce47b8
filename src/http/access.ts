import type { FastifyRequest } from 'fastify';
import fp from 'fastify-plugin';
import type { Account } from '../platform/database/index.ts';
import { addHook } from './operations.ts';
import { Forbidden, InvalidToken, type ProblemError, Unauthenticated } from './problems.ts';

/**
 * Who may call an operation:
 * - `public`: anyone; a token makes no difference and is not looked at
 * - `visitor`: anyone; whoever is signed in sees what is theirs as well
 * - `user`: a signed-in, active account
 * - `author`: a signed-in account, for what it owns, or an admin; the ownership itself is part of the SQL
 * - `moderator`, `admin`: an account of that role, or of a higher one
 */
export const ACCESS = ['public', 'visitor', 'user', 'author', 'moderator', 'admin'] as const;
export type Access = (typeof ACCESS)[number];

/** The roles of accounts, the lowest first. */
export const ROLES = ['user', 'moderator', 'admin'] as const;
export type Role = (typeof ROLES)[number];

/** Who makes a request: the account as it is now, and the session the token belongs to. */
export interface Principal {
  account: Account;
  sessionId: string;
}

/** What a valid signature says, before the database has been asked. */
export interface Claims {
  sub: string;
  sid: string;
}

/** How tokens become principals; the `auth` domain provides it. */
export interface Authenticator {
  /** Checks the token by itself; undefined for one that cannot be valid. */
  verify(token: string): Claims | undefined;
  /** The active account and live session that the claims name, in one query. */
  load(claims: Claims): Promise<Principal | undefined>;
}

declare module 'fastify' {
  interface FastifyRequest {
    claims: Claims | null;
    /** What is wrong with the token; it is said only after the request has been counted. */
    tokenFault: ProblemError | null;
    principal: Principal | null;
  }
}

const hasRole = (principal: Principal, role: Role) =>
  ROLES.indexOf(principal.account.role) >= ROLES.indexOf(role);

export const isAdmin = (principal: Principal | null) => principal?.account.role === 'admin';
export const isModerator = (principal: Principal) => hasRole(principal, 'moderator');

/** The account behind a request to an operation that asks for one. */
export function signedIn(request: FastifyRequest): Principal {
  if (!request.principal) throw new Unauthenticated();
  return request.principal;
}

const BEARER = /^bearer +([^ ]+)$/i;

/**
 * Checks the token's signature. It runs before the rate limits, so that these count an account and not an address where
 * they can, and so that nobody reaches the database with a forged token.
 */
export const accessClaims = fp(async (app, { authenticator }: { authenticator: Authenticator }) => {
  app.decorateRequest('claims', null);
  app.decorateRequest('tokenFault', null);
  app.decorateRequest('principal', null);
  app.addHook('onRoute', (route) => {
    const operation = route.config?.operation;
    if (!operation || operation.config.access === 'public') return;
    addHook(route, 'onRequest', (request, _reply, done) => {
      const header = request.headers.authorization;
      if (header === undefined) return done();
      const token = BEARER.exec(header)?.[1]; // RFC 6750, section 2.1
      if (token === undefined)
        request.tokenFault = new InvalidToken('The Authorization header must read `Bearer TOKEN`.');
      else {
        request.claims = authenticator.verify(token) ?? null;
        if (!request.claims) request.tokenFault = new InvalidToken();
      }
      done();
    });
  });
});

/** Loads the account of the token and refuses what it may not call. */
export const access = fp(async (app, { authenticator }: { authenticator: Authenticator }) => {
  app.addHook('onRoute', (route) => {
    const operation = route.config?.operation;
    if (!operation) return;
    const needed = operation.config.access;
    const { problems, security } = operation.contribution;
    if (needed === 'public') return;

    if (needed === 'visitor') security.push({});
    else problems.add(Unauthenticated);
    security.push({ bearer: [] });
    problems.add(InvalidToken);
    if (needed === 'moderator' || needed === 'admin') problems.add(Forbidden);

    const admit = async (request: FastifyRequest, claims: Claims) => {
      const principal = await authenticator.load(claims);
      if (!principal) throw new InvalidToken();
      request.principal = principal;
      if ((needed === 'moderator' || needed === 'admin') && !hasRole(principal, needed))
        throw new Forbidden(`The operation needs the role ${needed}.`);
    };
    addHook(route, 'onRequest', (request, _reply, done) => {
      if (request.tokenFault) done(request.tokenFault);
      else if (request.claims) admit(request, request.claims).then(() => done(), done);
      else done(needed === 'visitor' ? undefined : new Unauthenticated());
    });
  });
});
