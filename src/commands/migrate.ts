import {
  type MigrationStep,
  migrateDown,
  migrateUp,
  migrationStatus,
} from '../platform/database/migrations.ts';
import { print, settings, waitingFor, warn, withDatabase } from './context.ts';
import { Failure, UsageError } from './failures.ts';

function report(steps: MigrationStep[]): void {
  for (const step of steps) print(`${step.direction.padEnd(4)}  ${step.name}`);
  if (steps.length === 0) print('nothing to do');
}

const onWait = (holder: string) => warn(waitingFor(holder));

/** `imprint migrate up` */
export async function up({ grantTo }: { grantTo?: string }): Promise<void> {
  await withDatabase(async (database) => {
    if (grantTo !== undefined && database.engine === 'embedded')
      throw new UsageError('the embedded database has no roles: --grant-to needs DATABASE_URL');
    report(await migrateUp(database, { onWait }));
    if (grantTo === undefined) return;
    const { grantToService } = await import('../platform/database/service-role.ts');
    await database.withMigrationConnection((db) => grantToService(db, grantTo));
    print(`the role ${grantTo} has the rights that the service needs`);
  });
}

/** `imprint migrate down` */
export async function down(options: { all?: boolean; yes?: boolean }): Promise<void> {
  if (settings().APP_ENV === 'production' && !options.yes)
    throw new UsageError('in production this throws data away for good: say --yes if that is meant');
  report(await withDatabase((database) => migrateDown(database, { all: options.all ?? false, onWait })));
}

/** `imprint migrate status` */
export async function status(): Promise<void> {
  for (const one of await withDatabase(({ db }) => migrationStatus(db)))
    print(`${(one.executed_at ?? 'pending').padEnd(24)}  ${one.name}`);
}

/** `imprint migrate check` */
export async function check(): Promise<void> {
  const all = await withDatabase(({ db }) => migrationStatus(db));
  const pending = all.filter((one) => one.executed_at === null);
  if (pending.length > 0)
    throw new Failure(
      `${pending.length} of ${all.length} migrations have not run, the first is ${pending[0]?.name}; run \`imprint migrate up\``,
    );
  print(`all ${all.length} migrations have run`);
}
