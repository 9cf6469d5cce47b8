import { accessSync, constants, mkdirSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type Browser, launch, type Page } from 'puppeteer-core';

/** A real browser for the tests of pages: Chromium without a window, from wherever this machine has one. */

const NAMES = ['chromium', 'chromium-browser', 'google-chrome-stable', 'google-chrome'];
const ELSEWHERE = ['/Applications/Google Chrome.app/Contents/MacOS/Google Chrome', '/snap/bin/chromium'];
/** Where screenshots are kept, for people to look at. */
const SCREENSHOTS = fileURLToPath(new URL('../../../.tap/pages/', import.meta.url));

const isProgram = (path: string): boolean => {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
};

/** Why tests are skipped where there is no browser. */
export const NO_BROWSER = 'there is no Chromium or Chrome here; install one, or name it in CHROME_PATH';

/**
 * The browser that `CHROME_PATH` names, or one in the usual places; undefined where there is none.
 *
 * @throws {Error} where `CHROME_PATH` names none, and in CI, which must not pass by skipping unless it says `none`
 */
export function findBrowser(): string | undefined {
  const { CHROME_PATH, CI, PATH = '' } = process.env;
  if (CHROME_PATH === 'none') return undefined;
  if (CHROME_PATH && !isProgram(CHROME_PATH)) throw new Error(`CHROME_PATH is no program: ${CHROME_PATH}`);
  const inPath = PATH.split(delimiter).flatMap((folder) => NAMES.map((name) => join(folder, name)));
  const found = CHROME_PATH || [...inPath, ...ELSEWHERE].find(isProgram);
  if (!found && CI === 'true') throw new Error(NO_BROWSER);
  return found;
}

/** Starts a browser; whoever starts it closes it. */
export const startBrowser = (executablePath: string): Promise<Browser> =>
  launch({
    executablePath,
    headless: true,
    // No sandbox: it opens nothing but our own pages, and containers do not allow one.
    args: ['--no-sandbox', '--disable-gpu', '--disable-background-networking'],
  });

/** A page, and everything that went wrong in it. */
export interface WatchedPage {
  page: Page;
  /** Errors and warnings of the console, among them violations of the policy, errors that were thrown, requests that failed. */
  faults: string[];
  /** Requests to other hosts than the service. They are not let out. */
  strangers: string[];
}

export const DESKTOP = { width: 1280, height: 900 };
export const PHONE = { width: 360, height: 740, deviceScaleFactor: 2, isMobile: true, hasTouch: true };

/** Opens an empty page in a context of its own, which may ask nobody but `origin`. */
export async function openPage(
  browser: Browser,
  origin: string,
  viewport: typeof DESKTOP | typeof PHONE,
): Promise<WatchedPage> {
  const context = await browser.createBrowserContext();
  const page = await context.newPage();
  const faults: string[] = [];
  const strangers: string[] = [];
  page.on('console', (message) => {
    if (['error', 'warn', 'issue'].includes(message.type())) faults.push(`console: ${message.text()}`);
  });
  page.on('pageerror', (error) => faults.push(`thrown: ${String(error)}`));
  page.on('response', (answer) => {
    if (!answer.ok() && answer.status() !== 304) faults.push(`${answer.status()} ${answer.url()}`);
  });
  await page.setRequestInterception(true);
  page.on('request', (request) => {
    const { protocol, origin: asked } = new URL(request.url());
    const isOurs = asked === origin || protocol === 'data:' || protocol === 'blob:';
    if (!isOurs) strangers.push(request.url());
    void (isOurs ? request.continue() : request.abort());
  });
  await page.setViewport(viewport);
  return { page, faults, strangers };
}

/** Keeps a picture of what a page shows, in an ignored folder. */
export async function screenshot(page: Page, name: string): Promise<void> {
  mkdirSync(SCREENSHOTS, { recursive: true });
  await page.screenshot({ path: `${SCREENSHOTS}${name}.png` });
}

/** How a page fits its window. */
export interface Fit {
  /** How much wider than its window it is, in pixels. */
  overflow: number;
  /** Texts that are too small to be read. */
  small: string[];
}

// As text, since it runs in the page: nothing of this program is there, and nothing of a browser is here.
const MEASURE = `((part) => {
  const small = [...document.querySelectorAll(part + ' *')].filter((element) => {
    const hasText = [...element.childNodes].some((node) => node.nodeType === 3 && node.textContent.trim());
    const isShown = element.getClientRects().length > 0;
    return hasText && isShown && Number.parseFloat(getComputedStyle(element).fontSize) < 12;
  });
  return {
    overflow: document.documentElement.scrollWidth - document.documentElement.clientWidth,
    small: small.map((element) => element.textContent.trim().slice(0, 60)),
  };
})`;

/** Measures how a page fits its window, and the texts in a part of it. */
export const measure = async (page: Page, part: string): Promise<Fit> =>
  (await page.evaluate(`${MEASURE}(${JSON.stringify(part)})`)) as Fit;
