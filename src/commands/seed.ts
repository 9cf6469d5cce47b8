import { maintainEmbedded } from '../platform/database/server.queries.ts';
import { commandActor, print, settings, signingKeyOf, withDatabase } from './context.ts';
import { UsageError } from './failures.ts';
import { seedDemo } from './seed/demo.ts';
import { DEMO_ADMIN, demoLogin, demoPassword } from './serve/prepare.ts';

/** `imprint seed` */
export async function seed(options: { force?: boolean }): Promise<void> {
  const config = settings();
  if (config.APP_ENV === 'production' && !options.force)
    throw new UsageError('demo content does not belong in production: say --force if it is meant');
  const signingKey = await signingKeyOf(config);
  await withDatabase(
    async (database) => {
      const { db } = database;
      const { accounts, posts } = await seedDemo(db, commandActor('seed'), demoPassword(signingKey));
      await maintainEmbedded(database);
      if (accounts + posts === 0) print('all demo content is there already');
      else print(`${accounts} accounts and ${posts} posts have been added`);
      const login = await demoLogin(db, signingKey);
      print(
        login
          ? `sign in as ${login.email} with the password ${login.password}`
          : `${DEMO_ADMIN} has a password of its own`,
      );
    },
    { prepared: true },
  );
}
