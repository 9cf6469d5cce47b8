import t from 'tap';
import { openDatabase } from '../../src/platform/database/index.ts';
import { migrateUp } from '../../src/platform/database/migrations.ts';
import { newId } from '../../src/platform/ids.ts';
import { testConfig } from '../support/app/bare-app.ts';
import { silentLog } from '../support/doubles/log.ts';
import { imprint, temporaryFolder } from './imprint.ts';

const DATA_DIR = await temporaryFolder();
const now = new Date().toISOString();
const ACCOUNTS = [
  { username: 'ada', email: 'ada@example.com', email_verified_at: now },
  { username: 'bob', email: 'bob@example.com' },
  { username: 'off', email: 'off@example.com', is_active: false },
];

const createAdmin = (args: string[], input = '') => imprint(['create-admin', ...args], { DATA_DIR }, input);

t.before(async () => {
  const database = await openDatabase(testConfig({ DATA_DIR }), silentLog);
  await migrateUp(database);
  await database.db
    .insertInto('users')
    .values(ACCOUNTS.map((one) => ({ ...one, id: newId() })))
    .execute();
  await database.close();
});

t.test('--promote asks for no password and says whom it has made an admin', async (t) => {
  const { status, stdout, stderr } = await createAdmin(['--promote', 'Ada@Example.com']);
  t.equal(stderr, '');
  t.equal(status, 0);
  t.match(stdout, /^ada@example\.com \(username ada\) is an admin now/);
});

t.test('who promotes an address that nobody has verified is told to look', async (t) => {
  const { status, stderr } = await createAdmin(['--promote', 'bob@example.com']);
  t.equal(status, 0);
  t.match(stderr, /^imprint: nobody has proven to read the mails of bob@example\.com[^\n]+\n$/);
});

const REFUSED: [string, string[], RegExp][] = [
  ['there is none of', ['--promote', 'no@example.com'], /without --promote one is made\n$/],
  ['is disabled', ['--promote', 'off@example.com'], /is disabled; let an admin enable it first/],
  ['there is already', ['bob@example.com'], /--promote makes it an admin\n$/],
];
for (const [title, args, line] of REFUSED) {
  t.test(`an account that ${title} is one line with what to do, and status 1`, async (t) => {
    const { status, stdout, stderr } = await createAdmin(args, 'a long and unusual one\n');
    t.equal(status, 1);
    t.equal(stdout, '');
    t.match(stderr, line);
    t.match(stderr, /^imprint: [^\n]+\n$/);
  });
}
