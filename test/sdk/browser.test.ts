import { once } from 'node:events';
import { existsSync, readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join, normalize } from 'node:path';
import { fileURLToPath } from 'node:url';
import puppeteer from 'puppeteer-core';
import t from 'tap';
import { testApp } from '../support/app.ts';
import { POST, reached } from './arrange.ts';

const DIST = fileURLToPath(new URL('../../openapi/sdk/typescript/dist/', import.meta.url));
const [browserPath] = [process.env.CHROME_PATH ?? '', '/usr/bin/chromium', '/usr/bin/google-chrome'].filter(
  existsSync,
);
if (!browserPath)
  throw new Error('there is no browser: install chromium, or say where one is in CHROME_PATH');

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

const browser = await puppeteer.launch({
  executablePath: browserPath,
  args: ['--headless', '--no-sandbox', '--disable-gpu', '--disable-background-networking'],
});
t.teardown(async () => {
  await browser.close();
  pages.close();
});

t.test('the module as it is shipped reads and writes posts from a page of an allowed origin', async (t) => {
  const service = await testApp(t, { config: { CORS_ORIGINS: [origin] } });
  const ada = await service.client.newUser();
  for (const number of [1, 2, 3])
    await ada.post('/posts', { ...POST, title: `Post number ${number}`, status: 'published' });
  const { baseUrl } = await reached(t, service);
  const page = await browser.newPage();
  await page.goto(origin);
  const seen = await page.evaluate(
    async (baseUrl, tokens, body) => {
      const module = '/index.js';
      const { Imprint, answerOf }: typeof import('../../openapi/sdk/typescript/dist/index.js') = await import(
        module
      );
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
});

t.test('a page of another origin learns nothing', async (t) => {
  const service = await testApp(t, { config: { CORS_ORIGINS: ['https://app.example'] } });
  const { baseUrl } = await reached(t, service);
  const page = await browser.newPage();
  await page.goto(origin);
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
