import { parseCookie, stringifySetCookie } from 'cookie';
import type { FastifyRequest } from 'fastify';
import fp from 'fastify-plugin';
import type { ClientProgram, Principal } from '../../platform/actor.ts';
import { defineResponseHeader } from '../contract/headers.ts';
import { addHook, onOperation } from '../contract/operations.ts';
import {
  ConflictingCredentials,
  CrossSiteRequest,
  InvalidToken,
  type ProblemError,
} from '../contract/problems.ts';
import { text } from '../contract/schema.ts';

/**
 * The credentials of requests: an access token or an API key in the Authorization header, or the cookie of a browser's
 * session. An operation that reads credentials takes all of them, under the same conditions.
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
 * The value of `Set-Cookie` for a session: scripts cannot read the cookie, and changes from other sites do not carry it
 * (OWASP, Session Management).
 *
 * @param maxAge in seconds; without it the browser deletes the cookie when it is closed
 */
export const sessionCookie = (value: string, maxAge?: number): string =>
  stringifySetCookie({
    name: SESSION_COOKIE,
    value,
    path: '/',
    secure: true,
    httpOnly: true,
    sameSite: 'lax',
    ...(maxAge !== undefined && { maxAge }),
  });

/** The value of `Set-Cookie` that deletes the cookie. */
export const CLEARED_COOKIE = sessionCookie('', 0);

/** The credential of a request, before the database is queried. */
export interface Credential {
  /** The security scheme of the contract. */
  scheme: 'bearer' | 'cookie' | 'apiKey';
  /** The account that it proves by its signature; null where only the database knows. */
  accountId: string | null;
  /** The account that the request counts against; null where it is not known to be of a valid one. */
  rateLimitKey: string | null;
  /** The API key, with the limits of its own; null for other credentials, and where it is not known to be valid. */
  apiKey: Pick<NonNullable<Principal['apiKey']>, 'id' | 'limits'> | null;
  /** Loads the principal in one query; undefined where it is not valid (any more). @param client that sent the request */
  load(client: ClientProgram): Promise<Principal | undefined>;
}

/** Reads credentials; a domain provides it. */
export interface Authenticator {
  /** Reads the token of the Authorization header; undefined where it cannot be valid. */
  readToken(token: string): Credential | undefined;
  /** Reads the value of the session cookie; undefined where it cannot be valid. */
  readCookie(value: string): Credential | undefined;
}

declare module 'fastify' {
  interface FastifyRequest {
    credential: Credential | null;
    /** What is wrong with the credentials; thrown only after the request has been counted. */
    credentialFault: ProblemError | null;
    principal: Principal | null;
  }
  interface FastifyInstance {
    requestSite(request: FastifyRequest): Site;
  }
}

/** The value of the session's cookie, if there is one. */
export function readSessionCookie({ headers }: FastifyRequest): string | undefined {
  const { cookie } = headers;
  return cookie?.includes(SESSION_COOKIE) ? parseCookie(cookie)[SESSION_COOKIE] : undefined;
}

/** Whether a request carries credentials, so that caches must not share its answer. */
export const hasCredentials = (request: FastifyRequest): boolean =>
  request.headers.authorization !== undefined || readSessionCookie(request) !== undefined;

/** The site of the page that sent a request; unknown where no browser says it. */
export type Site = 'trusted' | 'cross-site' | 'unknown';

/** Read from headers that pages cannot set: Fetch Metadata, and Origin (OWASP, CSRF prevention). */
function requestSite({ headers }: FastifyRequest, trusted: readonly string[]): Site {
  const { origin, 'sec-fetch-site': site } = headers;
  if (site === 'same-origin' || site === 'none') return 'trusted';
  if (origin !== undefined && trusted.includes(origin)) return 'trusted';
  return origin === undefined && site === undefined ? 'unknown' : 'cross-site';
}

/** Whether a request with this method only reads (RFC 9110, section 9.2.1). */
export const isRead = (method: string): boolean => method === 'GET' || method === 'HEAD';

const BEARER = /^bearer +([^ ]+)$/i; // RFC 6750, section 2.1

/**
 * Reads the credentials. It runs before the rate limits, so that they can count by account instead of address, and so
 * that a forged token never causes a query.
 *
 * @param options.origins of the pages that may use the cookie
 */
export const credentials = fp(
  async (app, options: { authenticator: Authenticator; origins: () => readonly string[] }) => {
    const { authenticator, origins } = options;
    app.decorateRequest('credential', null);
    app.decorateRequest('credentialFault', null);
    app.decorateRequest('principal', null);
    app.decorate('requestSite', (request: FastifyRequest) => requestSite(request, origins()));

    const readHeader = (header: string): Credential | ProblemError => {
      const token = BEARER.exec(header)?.[1];
      if (token === undefined) return new InvalidToken('The Authorization header must read `Bearer TOKEN`.');
      return authenticator.readToken(token) ?? new InvalidToken();
    };
    /** A read that is audited must not be caused by a link on another site. */
    const isAllowedFrom = (request: FastifyRequest): boolean => {
      const site = app.requestSite(request);
      if (!isRead(request.method)) return site === 'trusted';
      return site !== 'cross-site' || !request.routeOptions.config.audit;
    };
    const readCookie = (request: FastifyRequest, value: string): Credential | ProblemError => {
      if (!isAllowedFrom(request)) return new CrossSiteRequest();
      return authenticator.readCookie(value) ?? new InvalidToken();
    };
    const read = (request: FastifyRequest): Credential | ProblemError | null => {
      const { authorization } = request.headers;
      const cookie = readSessionCookie(request);
      if (authorization === undefined) return cookie === undefined ? null : readCookie(request, cookie);
      return cookie === undefined ? readHeader(authorization) : new ConflictingCredentials();
    };

    onOperation(app, (operation, route) => {
      if (operation.config.access === 'public') return;
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
  { name: 'credentials', dependencies: ['operations'] },
);
