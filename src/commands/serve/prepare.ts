import { hkdfSync } from 'node:crypto';
import { type Config, isDeployed } from '../../config.ts';
import type { Database, Db } from '../../platform/database/index.ts';
import type { Log } from '../../platform/log.ts';
import { commandActor, open, signingKeyOf } from '../context.ts';
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

/** In development and test, runs the migrations; in development, also seeds a database without accounts. */
export async function prepare(config: Config, { db }: Database, log: Log, signingKey: string): Promise<void> {
  if (isDeployed(config.APP_ENV)) return;
  const { migrateUp, pendingMigrations } = await import('../../platform/database/migrations.ts');
  if ((await pendingMigrations(db)).length > 0) {
    const steps = await migrateUp(db);
    if (steps.length > 0) log.info(`${steps.length} migrations have run`);
  }
  if (config.APP_ENV !== 'development') return;
  const { hasAccounts } = await import('../seed/seed.queries.ts');
  if (await hasAccounts(db)) return;
  const { seedDemo } = await import('../seed/demo.ts');
  await seedDemo(db, commandActor('serve'), demoPassword(signingKey), { onlyIfEmpty: true });
  log.info('demo content has been put into the empty database');
}

/** The same for a primary process, which does not keep the database open. */
export async function prepareOnce(config: Config, log: Log): Promise<DemoLogin | undefined> {
  const signingKey = await signingKeyOf(config);
  const database = await open(config, log);
  try {
    await prepare(config, database, log, signingKey);
    return config.APP_ENV === 'development' ? await demoLogin(database.db, signingKey) : undefined;
  } finally {
    await database.close();
  }
}
