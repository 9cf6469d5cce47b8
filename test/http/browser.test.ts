import t, { type Test } from 'tap';
import { problemCatalogue } from '../../src/http/contract/problems.ts';
import { testApp } from '../support/app/app.ts';
import {
  DESKTOP,
  findBrowser,
  measure,
  NO_BROWSER,
  openPage,
  PHONE,
  screenshot,
  startBrowser,
  type WatchedPage,
} from '../support/client/browser.ts';

/** The pages as people see them. Pictures of them are kept in `.tap/pages`. */

// A browser that shares a busy machine takes several times as long as by itself.
const PATIENCE = 300_000;
t.setTimeout(PATIENCE);

const program = findBrowser();
const options = { skip: !program && NO_BROWSER, timeout: PATIENCE };

const { app } = await testApp(t);
const origin = await app.listen({ host: '127.0.0.1', port: 0 });
const browser = program ? await startBrowser(program) : undefined;
t.teardown(async () => {
  await browser?.close();
  app.server.closeAllConnections();
});

/** Opens an address of the service; at the end of the test nothing may have gone wrong there. */
async function open(t: Test, path: string, viewport: typeof DESKTOP | typeof PHONE): Promise<WatchedPage> {
  if (!browser) throw new Error(NO_BROWSER);
  const watched = await openPage(browser, origin, viewport);
  await watched.page.goto(origin + path);
  t.teardown(() => watched.page.browserContext().close());
  return watched;
}

const SEARCH = '[data-testid="search-trigger"]';
const ERRORS = '[id="section/errors"]';

const references = new Map<object, Promise<WatchedPage>>();

/** The reference, loaded once for each kind of window and then led to a place in it. */
async function reference(viewport: typeof DESKTOP | typeof PHONE, place: string): Promise<WatchedPage> {
  const loading = references.get(viewport) ?? open(t, '/docs', viewport);
  references.set(viewport, loading);
  const watched = await loading;
  await watched.page.waitForSelector(ERRORS);
  await watched.page.goto(`${origin}/docs#${place}`);
  return watched;
}

function isClean(t: Test, { faults, strangers }: WatchedPage): void {
  t.same(faults, [], 'nothing went wrong, and the policy was not violated');
  t.same(strangers, [], 'no request left the host');
}

async function fits(t: Test, { page }: WatchedPage, name: string, part = 'body'): Promise<void> {
  const { overflow, small } = await measure(page, part);
  t.equal(overflow, 0, `${name} is not wider than its window`);
  // The badge of Redoc is its own.
  t.same(
    small.filter((text) => text !== 'API docs by'),
    [],
    `${name} has no text that is too small`,
  );
}

const textOf = async ({ page }: WatchedPage) => String(await page.evaluate('document.body.innerText'));

/** Waits until what has this id, with this text in it, is what the reader looks at. Redoc draws what comes into view. */
const isInView = ({ page }: WatchedPage, selector: string, text: string) =>
  page.waitForFunction(
    `(() => {
      const element = document.querySelector(${JSON.stringify(selector)});
      return element?.textContent.includes(${JSON.stringify(text)}) && Math.abs(element.getBoundingClientRect().top) < 100;
    })()`,
    { timeout: 20_000, polling: 50 },
  );

/** Where Redoc has an operation: below its tag, in lower case. */
const placeOf = (id: string) => `[id$="/${id.toLowerCase()}"]`;

for (const [device, viewport] of Object.entries({ desktop: DESKTOP, phone: PHONE })) {
  t.test(
    `the first page is readable on a ${device}, and its request works as it stands`,
    options,
    async (t) => {
      const watched = await open(t, '/', viewport);
      const text = await textOf(watched);
      t.match(text, 'A headless publishing service');
      const address = /curl '([^']+)'/.exec(text)?.[1] ?? '';
      t.ok(address.startsWith(origin));
      t.equal((await fetch(address)).status, 200);
      await fits(t, watched, 'it');
      await screenshot(watched.page, `home-${device}`);
      isClean(t, watched);
    },
  );

  t.test(`the page of a problem is readable on a ${device}`, options, async (t) => {
    const watched = await open(t, '/problems/precondition_failed', viewport);
    t.match(await textOf(watched), 'Changed in the meantime');
    await fits(t, watched, 'it');
    await screenshot(watched.page, `problem-${device}`);
    isClean(t, watched);
  });

  t.test(`the reference begins with the guides and is readable on a ${device}`, options, async (t) => {
    const watched = await reference(viewport, 'section/getting-started');
    await isInView(watched, '[id="section/getting-started"]', 'Getting started');
    t.match(await textOf(watched), `API=${origin}/api/v1`);
    await fits(t, watched, 'it');
    await screenshot(watched.page, `reference-${device}`);
    await reference(viewport, 'section/errors');
    await isInView(watched, ERRORS, 'Errors');
    await fits(t, watched, 'the catalogue of errors');
    await screenshot(watched.page, `errors-${device}`);
    isClean(t, watched);
  });
}

t.test('every problem has a page that is readable on a phone', options, async (t) => {
  const watched = await open(t, '/', PHONE);
  for (const { code, title } of problemCatalogue.values()) {
    await watched.page.goto(`${origin}/problems/${code}`);
    t.match(await textOf(watched), title);
    await fits(t, watched, code);
  }
  isClean(t, watched);
});

t.test('every operation has its place in the reference and is readable on a phone', options, async (t) => {
  for (const { id, schema } of app.operations.all) {
    const watched = await reference(PHONE, `operation/${id}`);
    await isInView(watched, placeOf(id), schema.summary ?? '');
    await fits(t, watched, id, placeOf(id));
  }
  const watched = await reference(PHONE, 'operation/updatePost');
  await isInView(watched, placeOf('updatePost'), 'Change a post');
  await screenshot(watched.page, 'operation-phone');
  isClean(t, watched);
});

t.test('a link from the page of a problem opens the reference at the operation', options, async (t) => {
  const watched = await open(t, '/problems/precondition_failed', DESKTOP);
  await watched.page.locator('a[href$="#operation/updatePost"]').click();
  await isInView(watched, placeOf('updatePost'), 'Change a post');
  await screenshot(watched.page, 'operation-desktop');
  isClean(t, watched);
});

t.test('a link within the guides leads to the operation that it names', options, async (t) => {
  const watched = await reference(DESKTOP, 'section/signing-in');
  await watched.page.locator('a[href$="#operation/refreshTokens"]').click();
  await isInView(watched, placeOf('refreshTokens'), 'Get the next tokens');
  isClean(t, watched);
});

t.test('searching the reference finds an operation and leads to it', options, async (t) => {
  const watched = await reference(DESKTOP, 'section/getting-started');
  const { page } = watched;
  await page.locator(SEARCH).click();
  await page.locator('input').fill('unpublish');
  await page.locator('a[href^="#/posts/unpublishpost"]').click();
  await isInView(watched, placeOf('unpublishPost'), 'Take a post back');
  isClean(t, watched);
});
