import { hkdfSync } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { type Config, isDeployed } from '../../config.ts';
import type { Database, Db } from '../../platform/database/index.ts';
import type { Log } from '../../platform/log.ts';
import { commandActor, open, signingKeyOf, waitingFor } from '../context.ts';
import { describeFailure } from '../failures.ts';
import type { DemoLogin } from './announce.ts';

export const DEMO_ADMIN = 'admin@example.com';

/**
 * The password of the demo accounts, derived from the signing key: the same at every start, different in each
 * installation.
 */
export function demoPassword(signingKey: string): string {
  const letters = Buffer.from(hkdfSync('sha256', signingKey, '', 'demo password', 12)).toString('hex');
  return letters.match(/.{6}/g)?.join('-') ?? letters;
}

/** The demo login, if the account exists and still has its initial password. */
export async function demoLogin(db: Db, signingKey: string): Promise<DemoLogin | undefined> {
  const [{ findByEmail }, { verifyPassword }] = await Promise.all([
    import('../../domains/users/index.ts'),
    import('../../platform/passwords.ts'),
  ]);
  const account = await findByEmail(db, DEMO_ADMIN);
  if (!account?.is_active || account.deleted_at) return undefined;
  const password = demoPassword(signingKey);
  const works = await verifyPassword(account.password_hash, password);
  return works ? { email: DEMO_ADMIN, password } : undefined;
}

/** The longest wait between two tries to reach the database, in milliseconds, and the first one; it doubles each time. */
const LONGEST_WAIT = 5_000;
const FIRST_WAIT = 250;

/** Does something as soon as the database can be reached: one that is being started takes a while. */
async function whenReachable<T>(work: () => Promise<T>, log: Log, signal: AbortSignal): Promise<T> {
  const { isUnreachable } = await import('../../platform/database/errors.ts');
  for (let wait = FIRST_WAIT; ; wait = Math.min(2 * wait, LONGEST_WAIT)) {
    try {
      return await work();
    } catch (error) {
      const isLost = isUnreachable(error) || (error instanceof Error && isUnreachable(error.cause));
      if (!isLost) throw error;
      const { line } = await describeFailure(error);
      log.warn(`${line}; trying again in ${wait / 1000} s`);
      await sleep(wait, undefined, { signal });
    }
  }
}

/**
 * In development and test, runs the migrations; in development, also seeds a database without accounts. A database that
 * cannot be reached is waited for.
 *
 * @param signal aborted once the process is to stop
 * @returns in development the demo login, as {@link demoLogin}
 */
export async function prepare(
  config: Config,
  database: Database,
  log: Log,
  { signingKey, signal }: { signingKey: string; signal: AbortSignal },
): Promise<DemoLogin | undefined> {
  if (isDeployed(config.APP_ENV)) return undefined;
  return whenReachable(
    async () => {
      await migrate(database, log, signal);
      if (config.APP_ENV !== 'development') return undefined;
      await seedIfEmpty(database.db, log, signingKey);
      return demoLogin(database.db, signingKey);
    },
    log,
    signal,
  );
}

async function migrate(database: Database, log: Log, signal: AbortSignal): Promise<void> {
  const { migrateUp, pendingMigrations } = await import('../../platform/database/migrations.ts');
  if ((await pendingMigrations(database.db)).length === 0) return;
  const onWait = (holder: string) => log.info(waitingFor(holder));
  const steps = await migrateUp(database, { onWait, signal });
  if (steps.length > 0) log.info(`${steps.length} migrations have run`);
}

async function seedIfEmpty(db: Db, log: Log, signingKey: string): Promise<void> {
  const { hasAccounts } = await import('../seed/seed.queries.ts');
  if (await hasAccounts(db)) return;
  const { seedDemo } = await import('../seed/demo.ts');
  await seedDemo(db, commandActor('serve'), demoPassword(signingKey), { onlyIfEmpty: true });
  log.info('demo content has been put into the empty database');
}

/** The same for a primary process, which does not keep the database open. */
export async function prepareOnce(
  config: Config,
  log: Log,
  signal: AbortSignal,
): Promise<DemoLogin | undefined> {
  const signingKey = await signingKeyOf(config);
  const database = await open(config, log);
  try {
    return await prepare(config, database, log, { signingKey, signal });
  } finally {
    await database.close();
  }
}
