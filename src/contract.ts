import { DummyDriver, Kysely, PostgresAdapter, PostgresIntrospector, PostgresQueryCompiler } from 'kysely';
import { createApp } from './app.ts';
import { loadConfig } from './config.ts';
import type { App } from './http/contract/operations.ts';
import { MemoryCounters } from './platform/counters/index.ts';
import type { Db } from './platform/database/index.ts';
import { generateSigningKey } from './platform/keys.ts';
import { createLog } from './platform/log.ts';
import { openMailer } from './platform/mail/index.ts';

/**
 * The service as the code has it, whatever the settings of this machine are. Nothing is opened or listened on: the app is
 * put together over a database that answers nothing.
 */
export async function appOnPaper(): Promise<App> {
  const config = loadConfig({ APP_ENV: 'test' });
  const log = createLog(config);
  const db: Db = new Kysely({
    dialect: {
      createAdapter: () => new PostgresAdapter(),
      createDriver: () => new DummyDriver(),
      createIntrospector: (kysely) => new PostgresIntrospector(kysely),
      createQueryCompiler: () => new PostgresQueryCompiler(),
    },
  });
  const app = await createApp(config, {
    database: {
      engine: 'embedded',
      db,
      reads: db,
      withMigrationConnection: (work) => work(db),
      close: () => db.destroy(),
    },
    mailer: openMailer(config, log),
    counters: new MemoryCounters(),
    log,
    signingKey: generateSigningKey(),
  });
  await app.ready();
  return app;
}

/** The OpenAPI document of the service. */
export async function contract(): Promise<object> {
  const app = await appOnPaper();
  const document = await app.contract();
  await app.close();
  return document;
}
