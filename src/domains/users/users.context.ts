import type { Counters } from '../../platform/counters/index.ts';
import type { Db, Tx } from '../../platform/database/index.ts';
import type { Mailer } from '../../platform/mail/index.ts';

/** What services that change accounts depend on. The app provides it; none of it belongs to a request. */

/** What mails are sent with. */
export interface MailContext {
  mailer: Mailer;
  counters: Counters;
  publicUrl(): string;
}

/**
 * Ends what an account is used by. The domains that store sessions and API keys import this one, so they cannot be imported
 * here: `src/domains/index.ts` provides it.
 */
export interface AccountAccess {
  /** Ends every session and every API key of an account. */
  endAll(tx: Tx, accountId: string): Promise<void>;
  endApiKeys(tx: Tx, accountId: string): Promise<void>;
}

export interface AccountContext extends MailContext {
  db: Db;
  accountAccess: AccountAccess;
  /** Whether somebody signed in to a session within the last hour. */
  isRecentSession(sessionId: string): Promise<boolean>;
}
