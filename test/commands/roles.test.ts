import t from 'tap';
import { migrateDown, migrationNames } from '../../src/platform/database/migrations.ts';
import { freshDatabase, isParallel } from '../support/database/database.ts';
import { imprint, temporaryFolder } from './imprint.ts';

/** `imprint migrate up --grant-to`: one role migrates, another one serves. */

const skip = !isParallel && 'on PostgreSQL only';
const migrate = (url: string | undefined, ...options: string[]) =>
  imprint(['migrate', 'up', ...options], { DATABASE_URL: url ?? '' });

t.test('the owner migrates and gives the role of the service its rights', { skip }, async (t) => {
  const database = await freshDatabase();
  const { url, ownerUrl } = database;
  const newest = (await migrationNames()).at(-1) ?? '';
  const role = new URL(url ?? '').username;
  await migrateDown(database);

  const refused = await migrate(url);
  t.equal(refused.status, 1, 'the service cannot');
  t.match(
    refused.stderr,
    new RegExp(`^imprint: migration ${newest} failed, and nothing was changed: [^\n]+\n$`),
  );

  const { status, stdout, stderr } = await migrate(ownerUrl, '--grant-to', role);
  t.equal(stderr, '');
  t.equal(status, 0);
  t.equal(stdout, `up    ${newest}\nthe role ${role} has the rights that the service needs\n`);
  const made = await imprint(
    ['create-admin', 'boss@example.com'],
    { DATABASE_URL: url ?? '' },
    'long and unusual\n',
  );
  t.equal(made.status, 0, made.stderr);
  const again = await migrate(ownerUrl, '--grant-to', role);
  t.match(again.stdout, /^nothing to do\n/);
});

t.test('a role that is not there is one clear line', { skip }, async (t) => {
  const { ownerUrl } = await freshDatabase();
  const { status, stderr } = await migrate(ownerUrl, '--grant-to', 'nobody_like_this');
  t.equal(status, 1);
  t.match(stderr, /^imprint: there is no role nobody_like_this; make it first[^\n]+\n$/);
});

t.test('the embedded database has no roles', async (t) => {
  const DATA_DIR = await temporaryFolder();
  const { status, stderr } = await imprint(['migrate', 'up', '--grant-to', 'somebody'], { DATA_DIR });
  t.equal(status, 2);
  t.match(stderr, /^imprint: the embedded database has no roles: --grant-to needs DATABASE_URL\n$/);
});
