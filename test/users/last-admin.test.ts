import t from 'tap';
import { testApp } from '../support/app/app.ts';
import type { Answer, ProblemBody, SignedIn } from '../support/client/client.ts';

const { client, db } = await testApp(t);

/** Leaves exactly so many admins: new ones. */
async function onlyAdmins(count: number): Promise<SignedIn[]> {
  await db.updateTable('users').set({ role: 'user' }).where('role', '=', 'admin').execute();
  return Promise.all(Array.from({ length: count }, () => client.asAdmin()));
}

const activeAdmins = async () =>
  (
    await db
      .selectFrom('users')
      .select('id')
      .where('role', '=', 'admin')
      .where('is_active', '=', true)
      .where('deleted_at', 'is', null)
      .execute()
  ).length;

const whole = ({ user }: SignedIn) => ({
  email: user.email,
  username: user.username,
  full_name: null,
  bio: null,
  role: 'admin',
  is_active: true,
  locale: 'en',
});

/** Every way in which an admin may stop being one. */
const WAYS: Record<string, (by: SignedIn, admin: SignedIn) => Promise<Answer<ProblemBody>>> = {
  demoted: (by, admin) => by.patch(`/users/${admin.user.id}`, { role: 'moderator' }),
  disabled: (by, admin) => by.patch(`/users/${admin.user.id}`, { is_active: false }),
  'replaced by a user': (by, admin) => by.put(`/users/${admin.user.id}`, { ...whole(admin), role: 'user' }),
  'replaced, disabled': (by, admin) =>
    by.put(`/users/${admin.user.id}`, { ...whole(admin), is_active: false }),
  deleted: (by, admin) => by.delete(`/users/${admin.user.id}`),
  'deleted by themselves': (_by, admin) => admin.delete('/auth/me'),
};

t.test('the last admin cannot stop being one in any way', async (t) => {
  const [admin] = await onlyAdmins(1);
  if (!admin) return;
  for (const [name, way] of Object.entries(WAYS)) {
    const { status, body } = await way(admin, admin);
    t.equal(status, 409, name);
    t.equal(body.code, 'last_admin', name);
  }
  t.equal((await admin.get('/users')).status, 200);
  t.equal((await admin.patch(`/users/${admin.user.id}`, { bio: 'Still here.' })).status, 200);
  t.equal((await admin.put(`/users/${admin.user.id}`, whole(admin))).status, 200);
});

t.test('a disabled or deleted admin does not count', async (t) => {
  const [admin, disabled, deleted] = await onlyAdmins(3);
  if (!admin || !disabled || !deleted) return;
  t.equal((await admin.patch(`/users/${disabled.user.id}`, { is_active: false })).status, 200);
  t.equal((await admin.delete(`/users/${deleted.user.id}`)).status, 204);
  t.equal((await admin.patch(`/users/${admin.user.id}`, { role: 'user' })).status, 409);
});

for (const [name, way] of Object.entries(WAYS)) {
  t.test(`of two admins who are ${name} at the same moment one stays`, async (t) => {
    const [one, two] = await onlyAdmins(2);
    if (!one || !two) return;
    const answers = await Promise.all([way(one, one), way(two, two)]);
    t.same(answers.map(({ status }) => (status < 300 ? 'done' : status)).sort(), [409, 'done']);
    t.equal(await activeAdmins(), 1);
  });
}

t.test('of two admins who demote each other one stays', async (t) => {
  for (let round = 0; round < 3; round++) {
    const [one, two] = await onlyAdmins(2);
    if (!one || !two) return;
    const demote = (by: SignedIn, who: SignedIn) => by.patch(`/users/${who.user.id}`, { role: 'user' });
    const answers = await Promise.all([demote(one, two), demote(two, one)]);
    t.equal(await activeAdmins(), 1);
    t.equal(answers.filter(({ status }) => status === 200).length, 1);
  }
});

t.test('a crowd of admins who all step down at once leaves one', async (t) => {
  const admins = await onlyAdmins(6);
  const answers = await Promise.all(
    admins.map((one) => one.patch(`/users/${one.user.id}`, { role: 'user' })),
  );
  t.equal(answers.filter(({ status }) => status === 200).length, 5);
  t.equal(await activeAdmins(), 1);
});
