import { inSession } from '../../../http/access/actor.ts';
import { CLEARED_COOKIE, readSessionCookie, sessionCookie } from '../../../http/access/credentials.ts';
import { auditOf } from '../../../http/concerns/audit.ts';
import { type App, operation } from '../../../http/contract/operations.ts';
import { CrossSiteRequest } from '../../../http/contract/problems.ts';
import { answer, noContent, ref } from '../../../http/contract/schema.ts';
import { ABOUT_WRONG_PASSWORDS, PasswordThrottle } from '../../../platform/password-throttle.ts';
import { AccountDisabled, InvalidCredentials } from '../auth.problems.ts';
import { logout } from '../sessions/sessions.service.ts';
import { BrowserLogin, BrowserSession } from './browser.schemas.ts';
import { LIFETIMES, signInBrowser } from './browser.service.ts';

const tags = ['Authentication'];

/** Sessions of browsers, which carry a cookie and no tokens. */
export async function browserRoutes(app: App): Promise<void> {
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
        201: answer(BrowserSession, 'The session has started; the cookie is set.', {
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
      // No page of another site signs a browser in as somebody else.
      if (app.requestSite(request) !== 'trusted') throw new CrossSiteRequest();
      if (request.headers['sec-fetch-site'] === 'cross-site')
        throw new CrossSiteRequest(
          'The browser would not keep the cookie: the page and the service have to be of the same site. `localhost` and `127.0.0.1` are two. Call the service by the name that the page has, or sign in with tokens (`login`).',
        );
      const { remember = false, ...credentials } = request.body;
      const previous = readSessionCookie(request);
      const started = await signInBrowser(
        db,
        throttle,
        credentials,
        { remember, previous },
        auditOf(request),
      );
      return reply
        .code(201)
        .header('set-cookie', sessionCookie(started.token, remember ? LIFETIMES.absolute : undefined))
        .header('location', `/api/v1/auth/sessions/${started.session.id}`)
        .send(started.session);
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
      await logout(db, inSession(request), auditOf(request));
      return reply.code(204).header('set-cookie', CLEARED_COOKIE).send(null);
    },
  });
}
