import type { KeyLimits } from '../config/rate-limits.ts';
import type { Account } from './database/index.ts';

/**
 * Who does something. The HTTP layer makes an actor of a request; the command line and jobs make their own. Services, the
 * audit log and idempotency take an actor and know no request.
 */

/** The roles of accounts, the lowest first. */
export const ROLES = ['user', 'moderator', 'admin'] as const;
export type Role = (typeof ROLES)[number];

/** An authenticated account, by a session or by an API key; by neither where a process acts for it. */
export interface Principal {
  account: Account;
  sessionId: string | null;
  apiKey: { id: string; scopes: readonly string[]; limits: KeyLimits } | null;
}

/** What work comes from. */
export const ORIGINS = ['request', 'command line', 'job'] as const;
export type Origin = (typeof ORIGINS)[number];

/** The program that work comes from. */
export interface ClientProgram {
  /** Its address; of a process of the service the loopback address. */
  ip: string;
  /** How it calls itself, at most 300 characters. */
  user_agent: string | null;
}

export interface Actor extends Omit<Principal, 'account'> {
  /** The account as it is now; null where nobody is known, or a process acts for nobody. */
  account: Account | null;
  /** The id of the account; also where a credential names one that could not be loaded. */
  accountId: string | null;
  origin: Origin;
  client: ClientProgram;
  /** The id of the request, or of the run of a command or a job. */
  requestId: string;
}

/** An actor with an account. */
export type AccountActor = Actor & Principal;

/** An actor who is signed in: authenticated by a session. */
export type SessionActor = AccountActor & { sessionId: string };

/** Whether an account has a role, or a higher one. */
export const hasRole = ({ account }: Pick<Principal, 'account'>, role: Role): boolean =>
  ROLES.indexOf(account.role) >= ROLES.indexOf(role);

export const isAdmin = (who: Pick<Principal, 'account'> | null): boolean =>
  who !== null && hasRole(who, 'admin');

export const isModerator = (who: Pick<Principal, 'account'>): boolean => hasRole(who, 'moderator');

/** What a process does for an account, or for nobody. */
export const processActor = (
  process: Pick<Actor, 'origin' | 'client' | 'requestId'>,
  account: Account | null = null,
): Actor => ({
  account,
  accountId: account?.id ?? null,
  sessionId: null,
  apiKey: null,
  ...process,
});

/** The same actor as another account: what a process does for somebody else. */
export const actingFor = (actor: Actor, account: Account): AccountActor => ({
  ...actor,
  account,
  accountId: account.id,
});
