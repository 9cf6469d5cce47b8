import type { Audit } from '../../../platform/audit/index.ts';
import type { Db } from '../../../platform/database/index.ts';
import type { PasswordThrottle } from '../../../platform/password-throttle.ts';
import { toUser } from '../../users/index.ts';
import { ABSOLUTE_DAYS } from '../sessions/sessions.queries.ts';
import { type Credentials, startSession } from '../sessions/sessions.service.ts';
import { newBrowserToken } from '../tokens/tokens.opaque.ts';
import type { BrowserSession } from './browser.schemas.ts';

const DAY = 86_400;
/** How long the session of a browser lasts without a request, and in any case; in seconds. */
export const LIFETIMES = {
  idle: DAY / 2,
  rememberedIdle: 30 * DAY,
  absolute: ABSOLUTE_DAYS * DAY,
};

/** Starts a session with a cookie, and ends the one that the browser had. */
export async function signInBrowser(
  db: Db,
  throttle: PasswordThrottle,
  credentials: Credentials,
  options: { remember: boolean; previous: string | undefined },
  audit: Audit,
): Promise<{ token: string; session: BrowserSession }> {
  const idleSeconds = options.remember ? LIFETIMES.rememberedIdle : LIFETIMES.idle;
  const { previous } = options;
  const newSession = { kind: 'browser', idleSeconds, newToken: newBrowserToken, previous } as const;
  const { account, sid, token } = await startSession(db, throttle, credentials, newSession, audit);
  return { token, session: { id: sid, idle_seconds: idleSeconds, user: toUser(account) } };
}
