import { once } from 'node:events';
import { existsSync, readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join, normalize } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Page } from 'puppeteer-core';
import t from 'tap';
import { testApp } from '../support/app/app.ts';
import { findBrowser, NO_BROWSER, startBrowser } from '../support/client/browser.ts';
import { POST, reached } from './arrange.ts';

const DIST = fileURLToPath(new URL('../../openapi/sdk/typescript/dist/', import.meta.url));
const program = findBrowser();
const options = { skip: !program && NO_BROWSER };

/** The page and the modules, as any server of files would send them. */
const pages = createServer((request, answer) => {
  const path = normalize(request.url ?? '/');
  if (path === '/')
    return answer.setHeader('content-type', 'text/html').end('<!doctype html><title>A page</title>');
  const file = join(DIST, path);
  if (!existsSync(file)) return answer.writeHead(404).end();
  return answer.setHeader('content-type', 'text/javascript').end(readFileSync(file));
}).listen(0, '127.0.0.1');
await once(pages, 'listening');
const origin = `http://127.0.0.1:${(pages.address() as AddressInfo).port}`;

const browser = program ? await startBrowser(program) : undefined;
t.teardown(async () => {
  await browser?.close();
  pages.close();
});

/** An empty page of an origin. */
async function openPage(at = origin): Promise<Page> {
  if (!browser) throw new Error(NO_BROWSER);
  const page = await browser.newPage();
  await page.goto(at);
  return page;
}

t.test(
  'the module as it is shipped reads and writes posts from a page of an allowed origin',
  options,
  async (t) => {
    const service = await testApp(t, { config: { CORS_ORIGINS: [origin] } });
    const ada = await service.client.newUser();
    for (const number of [1, 2, 3])
      await ada.post('/posts', { ...POST, title: `Post number ${number}`, status: 'published' });
    const { baseUrl } = await reached(t, service);
    const page = await openPage();
    const seen = await page.evaluate(
      async (baseUrl, tokens, body) => {
        const module = '/index.js';
        const { Imprint, answerOf }: typeof import('../../openapi/sdk/typescript/dist/index.js') =
          await import(module);
        const client = new Imprint({ baseUrl, tokens });
        const titles: string[] = [];
        for await (const post of client.posts.list({ per_page: 2, sort: 'title' })) titles.push(post.title);
        const post = await client.posts.create({ title: 'From a page', body });
        const changed = await client.posts.update(post.id, { title: 'Changed on a page' }, { ifMatch: post });
        const missing = await client.posts.get('no-such-post').catch((error: Error) => error.name);
        return { titles, version: changed.version, missing, requestId: answerOf(post).requestId };
      },
      baseUrl,
      ada.tokens,
      POST.body,
    );
    t.match(seen, {
      titles: ['Post number 1', 'Post number 2', 'Post number 3'],
      version: 2,
      missing: 'PostNotFoundError',
      requestId: /./,
    });
  },
);

t.test('a page of another origin learns nothing', options, async (t) => {
  const service = await testApp(t, { config: { CORS_ORIGINS: ['https://app.example'] } });
  const { baseUrl } = await reached(t, service);
  const page = await openPage();
  const name = await page.evaluate(async (baseUrl) => {
    const module = '/index.js';
    const { Imprint }: typeof import('../../openapi/sdk/typescript/dist/index.js') = await import(module);
    const { posts } = new Imprint({ baseUrl, maxRetries: 0 });
    return posts.list().then(
      () => 'nothing was wrong',
      (error: Error) => error.name,
    );
  }, baseUrl);
  t.equal(name, 'ImprintConnectionError');
});

t.test(
  'a page of an allowed origin signs in by a cookie that its scripts cannot read',
  options,
  async (t) => {
    const service = await testApp(t, { config: { CORS_ORIGINS: [origin] } });
    const { user, email, password } = await service.client.newUser();
    const { baseUrl } = await reached(t, service);
    const page = await openPage();
    const seen = await page.evaluate(
      async (baseUrl, account) => {
        const module = '/index.js';
        const { Imprint }: typeof import('../../openapi/sdk/typescript/dist/index.js') = await import(module);
        const client = new Imprint({ baseUrl, credentials: 'include' });
        const session = await client.auth.createBrowserSession(account);
        const { id } = await client.auth.getCurrentUser();
        const changed = await client.auth.updateCurrentUser({ full_name: 'By a page' });
        const sessions = await client.auth.listSessions();
        const readable = Reflect.get(Object(Reflect.get(globalThis, 'document')), 'cookie');
        await client.auth.endBrowserSession();
        const after = await client.auth.getCurrentUser().catch((error: Error) => error.name);
        const kinds = sessions.data.map(({ kind }) => kind).sort();
        return { id, expected: session.user.id, name: changed.full_name, kinds, readable, after };
      },
      baseUrl,
      { email, password, remember: true },
    );
    const { id } = user;
    const kinds = ['browser', 'tokens'];
    const after = 'UnauthenticatedError';
    t.same(seen, { id, expected: id, name: 'By a page', kinds, readable: '', after });
  },
);

t.test('from another site the cookie is not sent, and signing in is refused', options, async (t) => {
  const service = await testApp(t, { config: { CORS_ORIGINS: [origin] } });
  const { user, email, password } = await service.client.newUser();
  const { baseUrl } = await reached(t, service);
  const here = await openPage();
  const send = (page: Page, path: string, method: string, body?: object) =>
    page.evaluate(
      async (url, method, body) => {
        const headers = { 'content-type': 'application/json' };
        const init = { method, mode: 'no-cors', credentials: 'include' } as const;
        // Of another origin a script learns nothing of the answer; a plain text needs no permission to be sent.
        await fetch(url, body ? { ...init, headers, mode: 'cors', body } : init).catch(() => undefined);
      },
      `${baseUrl}/api/v1${path}`,
      method,
      body && JSON.stringify(body),
    );
  await send(here, '/auth/browser-session', 'POST', { email, password });
  const elsewhere = await openPage(origin.replace('127.0.0.1', 'localhost'));
  await send(elsewhere, '/auth/logout', 'POST');
  await send(elsewhere, '/auth/browser-session', 'POST', { email, password });
  const log = await service.db
    .selectFrom('audit_log')
    .select(['action', 'outcome', 'problem_code'])
    .orderBy('occurred_at')
    .orderBy('id')
    .execute();
  const told = log.map(({ action, problem_code }) => `${action} ${problem_code ?? 'done'}`);
  t.same(told.slice(-2), ['endBrowserSession done', 'createBrowserSession done']);
  const sessions = await service.db
    .selectFrom('sessions')
    .select('id')
    .where('kind', '=', 'browser')
    .where('user_id', '=', user.id)
    .execute();
  t.equal(sessions.length, 1, 'and a request that needs a permission is not even sent');
});
