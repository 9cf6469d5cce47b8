import { existsSync } from 'node:fs';
import type { Config } from '../../config.ts';
import type { Database } from '../../platform/database/index.ts';
import { openSilently } from '../context.ts';
import { describeFailure } from '../failures.ts';

/** The result of a connection check. */
export interface ConnectionCheck {
  name: string;
  state: 'ok' | 'warning' | 'failed' | 'not tried';
  /** What was found, or how to fix the fault. */
  detail: string;
}

const reasonOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));
const codeOf = (error: unknown): string =>
  error instanceof Error && 'code' in error ? String(error.code) : '';

/**
 * Runs one check and measures its duration.
 *
 * @param describe what an error means and how to fix it
 */
async function attempt(
  name: string,
  work: () => Promise<string>,
  describe: (error: unknown) => string | Promise<string>,
): Promise<ConnectionCheck> {
  const start = performance.now();
  try {
    const found = await work();
    return { name, state: 'ok', detail: `${found} (${Math.round(performance.now() - start)} ms)` };
  } catch (error) {
    return { name, state: 'failed', detail: await describe(error) };
  }
}

const describeDatabaseError = async (error: unknown): Promise<string> => (await describeFailure(error)).line;

async function migrationsOf({ db }: Database): Promise<string> {
  const { migrationNames, pendingMigrations } = await import('../../platform/database/migrations.ts');
  const pending = await pendingMigrations(db);
  if (pending.length === 0) return `all ${(await migrationNames()).length} have run`;
  const all = pending.length === 1 ? 'one has' : `${pending.length} have`;
  throw new Error(`${all} not run, the first is ${pending[0]}; run \`imprint migrate up\``);
}

/** Says whether the audit log is safe from the role that the service has. */
async function auditLogOf({ db }: Database): Promise<ConnectionCheck> {
  const { auditLogRights } = await import('../../platform/database/service-role.ts');
  const { role, reasons } = await auditLogRights(db);
  const name = 'audit log';
  if (reasons.length === 0)
    return { name, state: 'ok', detail: `the role ${role} can add entries and alter none` };
  return {
    name,
    state: 'warning',
    detail: `the role ${role} could alter entries, since it ${reasons.join(' and ')}; see "Two roles" in the README`,
  };
}

/** Checks the database, its migrations and, on PostgreSQL, the rights of the role. */
async function tryDatabase(config: Config): Promise<ConnectionCheck[]> {
  const notTried = (name: string, detail: string): ConnectionCheck => ({ name, state: 'not tried', detail });
  if (!config.DATABASE_URL && !existsSync(`${config.DATA_DIR}/database`))
    return [notTried('database', 'there is none yet; the first `imprint serve` or `migrate up` makes it')];
  let database: Database;
  try {
    database = await openSilently(config);
  } catch (error) {
    const { line } = await describeFailure(error);
    const isInUse = error instanceof Error && error.name === 'DatabaseLockedError';
    return [isInUse ? notTried('database', line) : { name: 'database', state: 'failed', detail: line }];
  }
  try {
    const { serverVersion } = await import('../../platform/database/server.queries.ts');
    const first = await attempt(
      'database',
      async () => `PostgreSQL ${await serverVersion(database.db)}`,
      describeDatabaseError,
    );
    if (first.state === 'failed') return [first, notTried('migrations', 'there is no database to look at')];
    const second = await attempt('migrations', () => migrationsOf(database), describeDatabaseError);
    if (database.engine === 'embedded' || second.state === 'failed') return [first, second];
    return [first, second, await auditLogOf(database)];
  } finally {
    await database.close();
  }
}

function describeRedisError(error: unknown): string {
  const reason = reasonOf(error);
  if (/^(WRONGPASS|NOAUTH|ERR AUTH)/.test(reason))
    return `it refuses the user or the password in REDIS_URL (${reason})`;
  if (reason.startsWith('NOPERM'))
    return `the user in REDIS_URL needs more rights: keys that begin with imprint:, and the commands of scripts (${reason})`;
  if (/^[A-Z]+ /.test(reason)) return `it cannot be used as REDIS_URL says (${reason})`;
  return `it cannot be reached; start it, or correct REDIS_URL (${reason})`;
}

async function tryRedis({ REDIS_URL }: Config): Promise<ConnectionCheck> {
  if (!REDIS_URL) return { name: 'redis', state: 'not tried', detail: 'REDIS_URL is not set' };
  const { tryRedis: tryIt } = await import('../../platform/counters/redis.ts');
  return attempt('redis', () => tryIt(REDIS_URL).then(() => 'it counts'), describeRedisError);
}

function describeSmtpError(error: unknown): string {
  const reason = reasonOf(error).replace(/\s+/g, ' ');
  if (['EAUTH', 'ENOAUTH'].includes(codeOf(error)))
    return `it refuses the user or the password in SMTP_URL (${reason})`;
  if (codeOf(error) === 'ETLS')
    return `it offers no TLS that can be used; see the README about SMTP_URL (${reason})`;
  return `it cannot be reached; start it, or correct SMTP_URL (${reason})`;
}

async function trySmtp({ SMTP_URL }: Config): Promise<ConnectionCheck> {
  if (!SMTP_URL) return { name: 'smtp', state: 'not tried', detail: 'SMTP_URL is not set' };
  const { trySmtp: tryIt } = await import('../../platform/mail/smtp.ts');
  return attempt('smtp', () => tryIt(SMTP_URL).then(() => 'it takes mails'), describeSmtpError);
}

/** Checks all external services of the settings at once. Nothing is changed or sent. */
export async function tryConnections(config: Config): Promise<ConnectionCheck[]> {
  return (await Promise.all([tryDatabase(config), tryRedis(config), trySmtp(config)])).flat();
}
