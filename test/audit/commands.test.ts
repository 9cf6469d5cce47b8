import { writeFile } from 'node:fs/promises';
import t, { type Test } from 'tap';
import { CommandDatabase } from '../commands/database.ts';
import { temporaryFolder } from '../commands/imprint.ts';
import { PASSWORD } from '../support/client/client.ts';
import { type AuditEntry, change, done, read } from './arrange.ts';

/** What is done from the command line is in the audit log like what is done by requests. */

const database = await CommandDatabase.open();
const EMAIL = 'ada@example.com';
const known = new Set<string>();

/** Runs a command, and reads which entries it has left, the oldest first, as the admin whom the first command makes. */
async function entriesOf(t: Test, args: string[], input = ''): Promise<AuditEntry[]> {
  const { status, stderr } = await database.run(args, input);
  t.equal(status, 0, stderr);
  const entries = await database.ask(async (client) => {
    const login = { email: EMAIL, password: PASSWORD };
    const { body } = await client.post<{ access_token: string }>('/auth/login', login);
    return (await read(client.as(body.access_token), 'per_page=100')).data;
  });
  const added = entries.filter(({ id, action }) => action !== 'login' && !known.has(id)).reverse();
  for (const { id } of added) known.add(id);
  return added;
}

/** Holds that entries are those of one run of a command: by nobody with an account, on this machine. */
function ranBy(t: Test, command: string, entries: readonly AuditEntry[]): void {
  for (const { request_id, ...entry } of entries) {
    t.match(entry, { ...done, origin: 'command line', ip: '127.0.0.1', target_type: /./ });
    t.match(entry.user_agent, new RegExp(`^imprint ${command} \\(.+@.+\\)$`));
    t.same([entry.actor_id, entry.session_id, entry.api_key_id], [null, null, null], 'nobody is signed in');
    t.equal(request_id, entries[0]?.request_id, 'the id of the run');
  }
}

t.test('create-admin leaves an entry about the account', async (t) => {
  const entries = await entriesOf(t, ['create-admin', EMAIL], `${PASSWORD}\n`);
  ranBy(t, 'create-admin', entries);
  t.equal(entries.length, 1);
  t.match(entries, [{ action: 'createAdmin', target_type: 'user' }]);
  t.same(entries[0]?.changes, [
    change('email', null, EMAIL),
    change('username', null, 'ada'),
    change('role', null, 'admin'),
    change('is_active', null, 'true'),
  ]);
});

t.test('import leaves an entry about each account that it makes, and one about the posts', async (t) => {
  const folder = await temporaryFolder();
  const text = (author: string) =>
    `---\ntitle: A post\nauthor: ${author}\n---\nA text that is long enough for one.\n`;
  await writeFile(`${folder}/one.md`, text('Jane Doe'));
  await writeFile(`${folder}/two.md`, text(`Ada <${EMAIL}>`));
  const entries = await entriesOf(t, ['import', folder]);
  ranBy(t, 'import', entries);
  t.match(entries, [
    { action: 'createUser', target_type: 'user' },
    {
      action: 'importPosts',
      target_type: 'post',
      changes: [change('created', null, '2'), change('updated', null, '0')],
    },
  ]);
  t.equal(entries.length, 2);
  t.same(await entriesOf(t, ['import', folder]), [], 'one that changes nothing leaves none');
});

t.test('seed leaves an entry about each account that it makes, and one about the content', async (t) => {
  const entries = await entriesOf(t, ['seed']);
  ranBy(t, 'seed', entries);
  const last = entries.at(-1);
  t.equal(last?.action, 'seedDemo');
  const counted = last?.changes.find(({ field }) => field === 'accounts')?.after;
  t.same(
    entries.slice(0, -1).map(({ action }) => action),
    Array.from({ length: Number(counted) }, () => 'createUser'),
  );
  t.same(await entriesOf(t, ['seed']), [], 'one that adds nothing leaves none');
});
