import { stringifySetCookie } from 'cookie';
import type { FastifyReply } from 'fastify';
import { inSession } from '../../http/access.ts';
import { auditOf } from '../../http/audit.ts';
import { SESSION_COOKIE, sessionCookieOf } from '../../http/credentials.ts';
import { type App, operation } from '../../http/operations.ts';
import { CrossSiteRequest } from '../../http/problems.ts';
import { answer, noContent, ref } from '../../http/schema.ts';
import { ABOUT_WRONG_PASSWORDS, PasswordThrottle } from '../../http/throttles.ts';
import { AccountDisabled, InvalidCredentials } from './auth.problems.ts';
import { BrowserLogin, BrowserSession } from './auth.schemas.ts';
import * as service from './auth.service.ts';

const tags = ['Authentication'];

/** Sets the cookie, or empties it: out of reach of scripts, and of requests that other sites make change (OWASP, Session Management). */
function setCookie(reply: FastifyReply, value: string, maxAge?: number): void {
  const attributes = { path: '/', secure: true, httpOnly: true, sameSite: 'lax' as const };
  const cookie = { name: SESSION_COOKIE, value, ...attributes, ...(maxAge !== undefined && { maxAge }) };
  reply.header('set-cookie', stringifySetCookie(cookie));
}

/** Sessions of browsers, which carry a cookie and no tokens. */
export async function authBrowserRoutes(app: App): Promise<void> {
  const { db } = app;
  const throttle = new PasswordThrottle(app);

  app.route({
    method: 'POST',
    url: '/auth/browser-session',
    schema: {
      operationId: 'createBrowserSession',
      summary: 'Sign in a browser',
      description: `Begins a session that a cookie stands for, which scripts cannot read. From then on it does what an access token does, at every operation that takes one. A session that the browser had before ends. ${ABOUT_WRONG_PASSWORDS}`,
      tags,
      body: ref(BrowserLogin),
      response: {
        201: answer(BrowserSession, 'The session has begun; the cookie is set.', {
          location: 'The address to end it at.',
          headers: ['Set-Cookie'],
        }),
      },
    },
    config: operation({
      access: 'public',
      limit: 'auth',
      audit: 'user',
      problems: [InvalidCredentials, AccountDisabled, CrossSiteRequest],
    }),
    handler: async (request, reply) => {
      // Programs say nothing of sites; no page of another site signs a browser in as somebody else.
      if (app.siteOf(request) === 'foreign') throw new CrossSiteRequest();
      const { remember = false, ...credentials } = request.body;
      const previous = sessionCookieOf(request);
      const begun = await service.signInBrowser(
        db,
        { throttle },
        credentials,
        { remember, previous },
        auditOf(request),
      );
      setCookie(reply, begun.token, remember ? service.BROWSER.absoluteSeconds : undefined);
      return reply
        .code(201)
        .header('location', `/api/v1/auth/sessions/${begun.session.id}`)
        .send(begun.session);
    },
  });

  app.route({
    method: 'DELETE',
    url: '/auth/browser-session',
    schema: {
      operationId: 'endBrowserSession',
      summary: 'Sign out a browser',
      description: 'Ends the session that asks, and takes the cookie away.',
      tags,
      response: { 204: noContent('The session has ended.', { headers: ['Set-Cookie'] }) },
    },
    config: operation({ access: 'user', limit: 'writes', audit: 'session' }),
    handler: async (request, reply) => {
      await service.logout(db, inSession(request), auditOf(request));
      setCookie(reply, '', 0);
      return reply.code(204).send(null);
    },
  });
}
