/**
 * How long things may take on a connection, in milliseconds; 0 is for ever. The server enforces the first three, and the
 * client `noAnswer`, for a server that does not answer at all, and `connect`.
 */
export interface Limits {
  /** One statement. */
  readonly statement: number;
  /** Waiting for one lock. */
  readonly lock: number;
  /** Between two statements of a transaction. */
  readonly idleInTransaction: number;
  /** The answer to one statement, whatever the server does about it. */
  readonly noAnswer: number;
  readonly connect: number;
}

/** For the work of requests. */
export const REQUEST_LIMITS: Limits = {
  statement: 10_000,
  lock: 3_000,
  idleInTransaction: 15_000,
  noAnswer: 12_000,
  connect: 2_000,
};

/** For searches, of which the words of a caller decide how much is read. */
export const SEARCH_LIMITS: Limits = { ...REQUEST_LIMITS, statement: 1_000 };

/**
 * For migrations: building an index takes as long as it takes. Waiting for a lock is still bounded, since whoever waits for
 * a table holds up all who come after; and so is a transaction whose client is gone.
 */
export const MIGRATION_LIMITS: Limits = {
  ...REQUEST_LIMITS,
  statement: 0,
  idleInTransaction: 300_000,
  noAnswer: 0,
};

/** What every session has set: the limits, and times in UTC, which the parsers of types count on. */
const settingsOf = (limits: Limits): [name: string, value: string][] => [
  ['TimeZone', 'UTC'],
  ['statement_timeout', String(limits.statement)],
  ['lock_timeout', String(limits.lock)],
  ['idle_in_transaction_session_timeout', String(limits.idleInTransaction)],
];

/** The settings for a whole session, as the `options` of its start. */
export const startupOptions = (limits: Limits): string =>
  settingsOf(limits)
    .map(([name, value]) => `-c ${name}=${value}`)
    .join(' ');

/** The settings for one transaction, as statements that come right after it was begun. */
export const transactionSettings = (limits: Limits): string =>
  settingsOf(limits)
    .map(([name, value]) => `set local ${name} = '${value}'`)
    .join('; ');
