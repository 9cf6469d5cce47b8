import { type AppOptions, createApp, type Resources } from '../../../src/app.ts';
import { type Config, loadConfig } from '../../../src/config.ts';
import type { App } from '../../../src/http/contract/operations.ts';
import { MemoryCounters } from '../../../src/platform/counters/index.ts';
import { generateSigningKey } from '../../../src/platform/keys.ts';
import { silentLog } from '../doubles/log.ts';
import { fileMails } from '../doubles/mails.ts';

/** The key that signs the access tokens of every app in a test file, so that a token of one is good for another. */
export const signingKey = generateSigningKey();

/** Settings as tests want them: a silent log, no rate limits, and nothing from the environment. */
export const testConfig = (overrides: Partial<Config> = {}): Config => ({
  ...loadConfig({ APP_ENV: 'test', LOG_LEVEL: 'silent', RATE_LIMIT: 'off' }),
  ...overrides,
});

/** The service on resources of which a test names at least the database; whoever makes it closes it. */
export async function createTestApp(
  resources: Pick<Resources, 'database'> & Partial<Resources>,
  config: Partial<Config> = {},
  options: AppOptions = {},
): Promise<App> {
  const { mailer } = await fileMails();
  const usual = { log: silentLog, mailer, counters: new MemoryCounters(), signingKey };
  // A busy machine is no reason to answer 503 here.
  const calm = { maxEventLoopDelay: 0, ...options };
  return createApp(testConfig(config), { ...usual, ...resources }, calm);
}
