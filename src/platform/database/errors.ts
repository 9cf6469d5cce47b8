/** What a database error means to the one who asked, from its SQLSTATE or, for a lost connection, the system's code. */
export type DatabaseFault = 'unavailable' | 'conflict' | 'bad_value' | undefined;

/** What the driver says where the server did not answer in time. */
const NO_ANSWER = 'Query read timeout';

/** A lock was not to be had within `lock_timeout`. */
export const LOCK_NOT_AVAILABLE = '55P03';

const SYSTEM = new Set([
  'ECONNREFUSED',
  'ECONNRESET',
  'ENOTFOUND',
  'ETIMEDOUT',
  'EPIPE',
  'EHOSTUNREACH',
  'ENOENT',
]);
const MESSAGES = [
  'timeout exceeded when trying to connect',
  'timeout expired',
  'Connection terminated',
  NO_ANSWER,
  'Client has encountered a connection error',
  'Client was closed',
];

function codeOf(error: unknown): string | undefined {
  if (!(error instanceof Error) || !('code' in error)) return undefined;
  return typeof error.code === 'string' ? error.code : undefined;
}

/**
 * The database is there, but not for this: a statement or a lock took too long (57014, 55P03), it does not exist or takes no
 * connections or no such user (3D000, 55000, 28*), it was not migrated (42P01, 42703), or a connection lost what it had
 * prepared (26000).
 */
const UNUSABLE = new Set([
  '57014',
  LOCK_NOT_AVAILABLE,
  '3D000',
  '55000',
  '28000',
  '28P01',
  '42P01',
  '42703',
  '26000',
]);

/**
 * Errors after which the server, or a pooler, ends the connection (57P0*, 08*, and the time-outs of idle transactions,
 * 25P03 and 25P04), and the loss of what the connection had prepared (26000).
 */
const ENDS_CONNECTION = /^(57P0.|08...|25P0[34]|26000)$/;

/**
 * Whether a connection on which this happened must not be asked again: it is about to end, the answer that did not come may
 * come yet, or what it had prepared does not fit the tables any more (0A000, after a migration).
 */
export function isUnusable(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  const code = codeOf(error) ?? '';
  if (ENDS_CONNECTION.test(code) || error.message === NO_ANSWER) return true;
  return code === '0A000' && error.message.includes('cached plan');
}

/** A statement was cancelled (57014), by its time limit or by us. */
export const isCancelled = (error: unknown): boolean => codeOf(error) === '57014';

/** Serialization failure (40001) or deadlock (40P01): the same work may succeed when it is done again. */
export function isRetryable(error: unknown): boolean {
  const code = codeOf(error);
  return code === '40001' || code === '40P01';
}

/** The name of the unique constraint or index (23505), or of the foreign key (23503), that an error is about. */
export function violatedConstraint(error: unknown): string | undefined {
  if (!['23505', '23503'].includes(codeOf(error) ?? '')) return undefined;
  if (!(error instanceof Error) || !('constraint' in error)) return undefined;
  return String(error.constraint);
}

/** Whether the database is not there, or takes no connections now: later the same may succeed. */
export function isUnreachable(error: unknown): boolean {
  if (error instanceof AggregateError) return error.errors.some(isUnreachable);
  const code = codeOf(error);
  if (code && (/^(08|53300|57P)/.test(code) || SYSTEM.has(code))) return true;
  return error instanceof Error && MESSAGES.some((message) => error.message.includes(message));
}

/**
 * Sorts an error into what can be said about it: the database is not there or too busy (08*, 53300, 57P0*, 57014 and
 * 55P03, time-outs of a statement and of a lock), the transaction lost to others (40*), or a value cannot be stored
 * (22021, 22P02, 22P05).
 */
export function databaseFault(error: unknown): DatabaseFault {
  const code = codeOf(error);
  if (isRetryable(error)) return 'conflict';
  if (isUnreachable(error) || (code && (/^53/.test(code) || UNUSABLE.has(code)))) return 'unavailable';
  if (code && ['22021', '22P02', '22P05'].includes(code)) return 'bad_value';
  return undefined;
}
