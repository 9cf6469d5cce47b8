import t from 'tap';
import { insertSession } from '../../src/domains/auth/sessions/sessions.queries.ts';
import { lockUser, updateUser } from '../../src/domains/users/users.queries.ts';
import type { Db } from '../../src/platform/database/index.ts';
import { newId } from '../../src/platform/ids.ts';
import { hashPassword } from '../../src/platform/passwords.ts';
import { entriesOf } from '../audit/arrange.ts';
import { testApp } from '../support/app/app.ts';
import { type Answer, PASSWORD, type SignedIn } from '../support/client/client.ts';
import { isParallel, untilBlocked } from '../support/database/database.ts';
import { NEW_PASSWORD, recovering } from './recovering.ts';

/** Sessions that begin while what gives the right to them ends: whichever comes first, none is left over. */

const skip = !isParallel && 'transactions run one after the other on the embedded engine';
const service = await testApp(t);
const { client, db } = service;
const { reset, tokenFor } = recovering(service);
const admin = await client.asAdmin();
const newHash = await hashPassword(NEW_PASSWORD);

const sessionsOf = async ({ user }: SignedIn) => {
  const rows = await db.selectFrom('sessions').select('id').where('user_id', '=', user.id).execute();
  return rows.map(({ id }) => id);
};

/** Sends a request that comes to wait for the account of `who`, which changes before it goes on. */
async function overtaking<T>(
  who: SignedIn,
  send: () => Promise<Answer<T>>,
  change: Parameters<typeof updateUser>[2],
): Promise<Answer<T>> {
  const { answer } = await db.transaction().execute(async (tx) => {
    await lockUser(tx, who.user.id);
    const answer = send();
    await untilBlocked(tx);
    await updateUser(tx, who.user.id, change);
    return { answer }; // in an object, or it would be waited for
  });
  return answer;
}

const deleted_at = new Date().toISOString();
const CHANGES = [
  ['a new password', { password_hash: newHash }, 401, 'invalid_credentials'],
  ['the loss of the password', { password_hash: null }, 401, 'invalid_credentials'],
  ['disabling', { is_active: false }, 403, 'account_disabled'],
  ['a deletion', { deleted_at }, 401, 'invalid_credentials'],
] as const;

for (const [name, change, status, code] of CHANGES) {
  t.test(`a login that is overtaken by ${name} begins no session`, { skip }, async (t) => {
    const ada = await client.newUser();
    const before = await sessionsOf(ada);
    const login = () => client.post('/auth/login', { email: ada.email, password: PASSWORD });
    const answer = await overtaking(ada, login, change);
    t.equal(answer.status, status);
    t.equal(answer.body.code, code);
    t.same(await sessionsOf(ada), before);
    const entries = await entriesOf(admin, answer);
    t.match(entries, [{ action: 'login', outcome: 'refused', problem_code: code, actor_id: null }]);
    t.equal(entries.length, 1, 'and the log tells of no success');
  });
}

t.test('a login that meets another kind of change goes on', { skip }, async (t) => {
  const same = await hashPassword(PASSWORD);
  for (const change of [{ bio: 'Waits.' }, { password_hash: same }]) {
    const ada = await client.newUser();
    const login = () => client.post('/auth/login', { email: ada.email, password: PASSWORD });
    const answer = await overtaking(ada, login, change);
    t.equal(answer.status, 200);
    t.equal((await sessionsOf(ada)).length, 2);
    t.match(await entriesOf(admin, answer), [{ outcome: 'success', actor_id: ada.user.id }]);
  }
});

t.test('who had the old password does not undo a reset that was quicker', { skip }, async (t) => {
  const ada = await client.newUser();
  const change = { current_password: PASSWORD, new_password: 'the password of a thief' };
  const { status, body } = await overtaking(ada, () => ada.put('/auth/password', change), {
    password_hash: newHash,
  });
  t.equal(status, 403);
  t.equal(body.code, 'wrong_password');
  await t.resolves(client.login({ ...ada, password: NEW_PASSWORD }));
});

const hashOf = async ({ user }: SignedIn) => {
  const users = db.selectFrom('users').select('password_hash').where('id', '=', user.id);
  return (await users.executeTakeFirstOrThrow()).password_hash ?? '';
};

/** Begins a session as a login does; gives how many there are of it. */
const beginSession = async (handle: Db, { user }: SignedIn, password_hash: string) => {
  const entry = {
    id: newId(),
    actor_id: user.id,
    api_key_id: null,
    action: 'login',
    outcome: 'success',
    origin: 'request',
  } as const;
  const about = { problem_code: null, target_type: 'user', target_id: user.id, changes: null };
  const client = { ip: '203.0.113.7', user_agent: null, request_id: newId() };
  const session = {
    session_id: null,
    sid: newId(),
    user_id: user.id,
    kind: 'tokens' as const,
    idle_seconds: 60,
    token_hash: Buffer.from(user.id),
    replaced_hash: null,
  };
  const rows = await insertSession(handle, { ...entry, ...about, ...client, ...session, password_hash });
  return rows.length;
};

t.test('a session begins only for an active account with the password that was proven', async (t) => {
  const ada = await client.newUser();
  const hash = await hashOf(ada);
  t.equal(await beginSession(db, ada, newHash), 0, 'another password');
  for (const change of [{ is_active: false }, { is_active: true, deleted_at }]) {
    await updateUser(db, ada.user.id, change);
    t.equal(await beginSession(db, ada, hash), 0, Object.keys(change).join());
  }
  t.equal((await sessionsOf(ada)).length, 1);
  const entries = db.selectFrom('audit_log').select('id').where('target_id', '=', ada.user.id);
  t.same(await entries.execute(), [], 'and nothing is told');
  await updateUser(db, ada.user.id, { deleted_at: null });
  t.equal(await beginSession(db, ada, hash), 1);
  t.equal((await sessionsOf(ada)).length, 2);
  t.equal((await entries.execute()).length, 1);
});

/** What ends the sessions of an account. */
const ENDINGS: Record<string, (who: SignedIn, token: string) => Promise<Answer<unknown>>> = {
  'a reset': (_who, token) => reset(token),
  'another password': (who) =>
    who.put('/auth/password', { current_password: PASSWORD, new_password: NEW_PASSWORD }),
  disabling: (who) => admin.patch(`/users/${who.user.id}`, { is_active: false }),
  'a deletion': (who) => admin.delete(`/users/${who.user.id}`),
  'an erasure': (who) => who.delete('/auth/me'),
};

for (const [name, end] of Object.entries(ENDINGS)) {
  t.test(`${name} ends a session that was just beginning`, { skip }, async (t) => {
    const ada = await client.newUser();
    const token = await tokenFor(ada.email);
    const [own, hash] = [await sessionsOf(ada), await hashOf(ada)];
    const { answer } = await db.transaction().execute(async (tx) => {
      t.equal(await beginSession(tx, ada, hash), 1);
      const answer = end(ada, token);
      await untilBlocked(tx);
      return { answer };
    });
    t.ok((await answer).status < 300);
    t.same(await sessionsOf(ada), name === 'another password' ? own : []);
  });
}

t.test('a key that is made while the session ends is not made', { skip }, async (t) => {
  const ada = await client.newUser();
  const body = { name: 'To stay', scopes: ['posts:read'] };
  const { answer } = await db.transaction().execute(async (tx) => {
    await lockUser(tx, ada.user.id);
    const answer = ada.post('/api-keys', body);
    await untilBlocked(tx);
    await updateUser(tx, ada.user.id, { password_hash: newHash });
    await tx.deleteFrom('sessions').where('user_id', '=', ada.user.id).execute();
    return { answer };
  });
  t.match(await answer, { status: 401, body: { code: 'invalid_token' } });
  t.same(await db.selectFrom('api_keys').select('id').where('user_id', '=', ada.user.id).execute(), []);
});

t.test(
  'an admin who is demoted or disabled takes nothing back with a request under way',
  { skip },
  async (t) => {
    const losses = {
      'a lower role': { role: 'user' },
      disabling: { is_active: false },
      deletion: { deleted_at },
    } as const;
    for (const [name, change] of Object.entries(losses)) {
      const former = await client.asAdmin();
      const path = `/users/${former.user.id}`;
      const takeBack = () => former.patch(path, { role: 'admin', is_active: true });
      const { status, body } = await overtaking(former, takeBack, change);
      t.match([status, body.code], [401, 'invalid_token'], name);
    }
    const former = await client.asAdmin();
    const restore = () => former.post(`/users/${former.user.id}/restore`);
    t.equal((await overtaking(former, restore, { deleted_at })).status, 401);
  },
);
