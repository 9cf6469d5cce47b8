import t from 'tap';
import { commandActor } from '../../src/commands/context.ts';
import { accountAccess } from '../../src/domains/auth/index.ts';
import { promoteToAdmin, UserNotFound } from '../../src/domains/users/index.ts';
import { Audit } from '../../src/platform/audit/index.ts';
import { newKey } from '../api-keys/arrange.ts';
import { testApp } from '../support/app/app.ts';

const { client, db } = await testApp(t);
const admin = await client.asAdmin();

const promote = (email: string) =>
  promoteToAdmin(
    { db, accountAccess },
    email,
    new Audit(commandActor('create-admin'), { action: 'createAdmin', type: 'user' }),
  );

const entriesAbout = (id: string) =>
  db
    .selectFrom('audit_log')
    .select(['action', 'origin', 'outcome', 'changes'])
    .where('target_id', '=', id)
    .where('action', '=', 'createAdmin')
    .execute();

t.test('the operator makes an account an admin: its keys end, its sessions go on', async (t) => {
  const ada = await client.newUser();
  const key = await newKey(ada, 'posts:read');
  const { outcome, account } = await promote(ada.email.toUpperCase());
  t.equal(outcome, 'promoted');
  t.equal(account.role, 'admin');
  t.match((await ada.get('/auth/me')).body, { role: 'admin' });
  t.equal((await key.get('/me/posts')).status, 401);
  t.match(await entriesAbout(ada.user.id), [
    {
      origin: 'command line',
      outcome: 'success',
      changes: [{ field: 'role', before: 'user', after: 'admin' }],
    },
  ]);
  t.equal((await promote(ada.email)).outcome, 'was admin already');
  t.equal((await entriesAbout(ada.user.id)).length, 1, 'nothing was done, so nothing is written');
});

t.test('an account that is disabled or deleted, or that is not there, is left alone', async (t) => {
  const [off, gone] = [await client.newUser(), await client.newUser()];
  await admin.patch(`/users/${off.user.id}`, { is_active: false });
  await admin.delete(`/users/${gone.user.id}`);
  t.equal((await promote(off.email)).outcome, 'is disabled');
  t.equal((await promote(gone.email)).outcome, 'is deleted');
  const row = db.selectFrom('users').select('role').where('id', '=', off.user.id);
  t.same(await row.executeTakeFirst(), { role: 'user' });
  t.same(await entriesAbout(off.user.id), []);
  t.ok((await promote('nobody@example.com').catch((error) => error)) instanceof UserNotFound);
});
