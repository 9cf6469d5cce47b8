import { parseCookie, stringifySetCookie } from 'cookie';
import type { FastifyRequest } from 'fastify';
import fp from 'fastify-plugin';
import type { ClientProgram, Principal } from '../../platform/actor.ts';
import { defineResponseHeader } from '../contract/headers.ts';
import { addHook } from '../contract/operations.ts';
import {
  ConflictingCredentials,
  CrossSiteRequest,
  InvalidToken,
  type ProblemError,
} from '../contract/problems.ts';
import { text } from '../contract/schema.ts';

/**
 * How callers say who they are: an access token or an API key in the Authorization header, or the cookie of a browser's
 * session. Every operation that looks at one of them looks at all, under the same conditions.
 */

/** The cookie of a browser's session; the prefix binds it to this host, to `/` and to https (RFC 6265bis, section 4.1.3.2). */
export const SESSION_COOKIE = '__Host-sid';

const SET_COOKIE = defineResponseHeader(
  'Set-Cookie',
  text({
    maxLength: 300,
    pattern: `^${SESSION_COOKIE}=[!-~]*;( Max-Age=[0-9]+;)? Path=/; HttpOnly; Secure; SameSite=Lax$`,
    description: 'The cookie of a browser’s session, or an empty one where that is over (RFC 6265).',
    examples: [
      `${SESSION_COOKIE}=imp_bs_Zk1Yx9wdTq2mJ0f7b9Jx3pWcT5vRn8sLdE6uHaXoYiB; Path=/; HttpOnly; Secure; SameSite=Lax`,
    ],
  }),
);

/**
 * The header that sets the cookie: out of reach of scripts, and of requests that other sites make change (OWASP, Session
 * Management).
 *
 * @param maxAge in seconds; without it the cookie goes when the browser is closed
 */
export const cookieOf = (value: string, maxAge?: number): string =>
  stringifySetCookie({
    name: SESSION_COOKIE,
    value,
    path: '/',
    secure: true,
    httpOnly: true,
    sameSite: 'lax',
    ...(maxAge !== undefined && { maxAge }),
  });

/** The header that takes the cookie away. */
export const NO_COOKIE = cookieOf('', 0);

/** What a request came with, before the database has been asked. */
export interface Credential {
  /** The security scheme of the contract. */
  scheme: 'bearer' | 'cookie' | 'apiKey';
  /** The account that it proves by itself to be of; null where only the database can tell. */
  accountId: string | null;
  /** The account that the request is counted for; null where nothing shows yet, or any more, that it is of one. */
  countedFor: string | null;
  /** Who it is, in one query; undefined where it is not valid (any more). @param client that sent the request */
  load(client: ClientProgram): Promise<Principal | undefined>;
}

/** How credentials become principals; the domains provide it. */
export interface Authenticator {
  /** Looks at what the Authorization header carries; undefined for what cannot be valid. */
  readToken(token: string): Credential | undefined;
  /** The same for the cookie. */
  readCookie(value: string): Credential | undefined;
}

declare module 'fastify' {
  interface FastifyRequest {
    credential: Credential | null;
    /** What is wrong with the credentials; it is said only after the request has been counted. */
    credentialFault: ProblemError | null;
    principal: Principal | null;
  }
  interface FastifyInstance {
    siteOf(request: FastifyRequest): Site;
  }
}

/** The value of the session's cookie, if there is one. */
export function sessionCookieOf({ headers }: FastifyRequest): string | undefined {
  const { cookie } = headers;
  return cookie?.includes(SESSION_COOKIE) ? parseCookie(cookie)[SESSION_COOKIE] : undefined;
}

/** Whether a request says who makes it, so that its answer belongs to somebody. */
export const isPersonal = (request: FastifyRequest): boolean =>
  request.headers.authorization !== undefined || sessionCookieOf(request) !== undefined;

/** Where the page stands that a request comes from; unknown where no browser says it. */
export type Site = 'ours' | 'foreign' | 'unknown';

/** Judged by what browsers say and pages cannot change: Fetch Metadata, and Origin (OWASP, CSRF prevention). */
function siteOf({ headers }: FastifyRequest, ours: readonly string[]): Site {
  const { origin, 'sec-fetch-site': site } = headers;
  if (site === 'same-origin' || site === 'none') return 'ours';
  if (origin !== undefined && ours.includes(origin)) return 'ours';
  return origin === undefined && site === undefined ? 'unknown' : 'foreign';
}

/** Whether a request with this method only reads (RFC 9110, section 9.2.1). */
export const isRead = (method: string): boolean => method === 'GET' || method === 'HEAD';

const BEARER = /^bearer +([^ ]+)$/i; // RFC 6750, section 2.1

/**
 * Reads the credentials. It runs before the rate limits, so that these count an account and not an address where they
 * can, and so that nobody reaches the database with a forged token.
 *
 * @param options.origins of the pages that may use the cookie
 */
export const credentials = fp(
  async (app, options: { authenticator: Authenticator; origins: () => readonly string[] }) => {
    const { authenticator, origins } = options;
    app.decorateRequest('credential', null);
    app.decorateRequest('credentialFault', null);
    app.decorateRequest('principal', null);
    app.decorate('siteOf', (request: FastifyRequest) => siteOf(request, origins()));

    const readHeader = (header: string): Credential | ProblemError => {
      const token = BEARER.exec(header)?.[1];
      if (token === undefined) return new InvalidToken('The Authorization header must read `Bearer TOKEN`.');
      return authenticator.readToken(token) ?? new InvalidToken();
    };
    /** A read that is written down is one that no page of another site may have a browser make, by a link. */
    const comesFromUs = (request: FastifyRequest): boolean => {
      const site = app.siteOf(request);
      if (!isRead(request.method)) return site === 'ours';
      return site !== 'foreign' || !request.routeOptions.config.audit;
    };
    const readCookie = (request: FastifyRequest, value: string): Credential | ProblemError => {
      if (!comesFromUs(request)) return new CrossSiteRequest();
      return authenticator.readCookie(value) ?? new InvalidToken();
    };
    const read = (request: FastifyRequest): Credential | ProblemError | null => {
      const { authorization } = request.headers;
      const cookie = sessionCookieOf(request);
      if (authorization === undefined) return cookie === undefined ? null : readCookie(request, cookie);
      return cookie === undefined ? readHeader(authorization) : new ConflictingCredentials();
    };

    app.addHook('onRoute', (route) => {
      const operation = route.config?.operation;
      if (!operation || operation.config.access === 'public') return;
      const { problems } = operation.contribution;
      problems.add(ConflictingCredentials).add(InvalidToken);
      if (!isRead(operation.method) || operation.config.audit) problems.add(CrossSiteRequest);
      if (isRead(operation.method) && operation.config.access !== 'visitor')
        operation.contribution.responseHeaders.set(SET_COOKIE, (status) => status === 401);
      addHook(route, 'onRequest', (request, _reply, done) => {
        const found = read(request);
        if (found instanceof Error) request.credentialFault = found;
        else request.credential = found;
        done();
      });
    });
  },
);
