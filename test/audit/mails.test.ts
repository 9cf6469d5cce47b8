import t from 'tap';
import { MAILS_PER_HOUR } from '../../src/domains/auth/mails/mails.service.ts';
import { newId } from '../../src/platform/ids.ts';
import { NEW_PASSWORD, recovering } from '../auth/recovering.ts';
import { testApp } from '../support/app/app.ts';
import { newName, PASSWORD } from '../support/client/client.ts';
import { change, done, entriesOf, leavesFor, refused } from './arrange.ts';

/** What is done by a link in a mail, and asked for: in the log only where a mail was made or something was tried with one. */

const service = await testApp(t);
const { client, db, mails } = service;
const { forgot, reset, tokenFor } = recovering(service);
const admin = await client.asAdmin();
const leaves = leavesFor(admin);
const verify = (token: string | undefined) => client.post('/auth/email/verify', { token });

t.test(
  'a mail for a new password is told once it was made, of its account and by nobody known',
  async (t) => {
    const ada = await client.newUser();
    const target = { target_type: 'user', target_id: ada.user.id } as const;
    const asked = await client.post('/auth/password/forgot', { email: ada.email }, { from: '203.0.113.7' });
    await mails.mailer.idle();
    const [entry, ...others] = await entriesOf(admin, asked);
    t.same(others, []);
    t.match(entry, { action: 'requestPasswordReset', actor_id: null, ...target, ...done, changes: [] });
    t.equal(entry?.ip, '203.0.113.7', 'from where it was asked for, although the answer was long gone');
  },
);

t.test('no mail, no entry, and whether there was one the answer does not tell', async (t) => {
  const [disabled, verified, busy] = await Promise.all([1, 2, 3].map(() => client.newUser()));
  if (!disabled || !verified || !busy) throw new Error('somebody is missing');
  await db.updateTable('users').set({ is_active: false }).where('id', '=', disabled.user.id).execute();
  const now = new Date().toISOString();
  await db.updateTable('users').set({ email_verified_at: now }).where('id', '=', verified.user.id).execute();
  for (let n = 0; n < MAILS_PER_HOUR; n++) await tokenFor(busy.email);
  const quiet = [
    await forgot(`${newName()}@example.com`),
    await forgot(disabled.email),
    await forgot(busy.email),
    await verified.post('/auth/email/verification'),
    await busy.post('/auth/email/verification'),
  ];
  await mails.mailer.idle();
  for (const answer of quiet) {
    t.equal(answer.status, 202);
    t.same(await entriesOf(admin, answer), []);
  }
});

t.test('a new password by mail', async (t) => {
  const ada = await client.newUser();
  const id = ada.user.id;
  const token = await tokenFor(ada.email);
  const unknown = { actor_id: null, target_type: 'user', target_id: null } as const;
  const action = 'resetPassword';
  await leaves(t, await reset('imp_mt_never'.padEnd(50, 'x')), {
    action,
    ...unknown,
    ...refused('invalid_mail_token'),
  });
  const weak = await reset(token, 'password1');
  await leaves(t, weak, { action, ...unknown, target_id: id, ...refused('weak_password') });
  await leaves(t, await reset(token), {
    ...{ action, actor_id: id, target_type: 'user', target_id: id, ...done },
    changes: [change('password', null, null)],
  });
  await leaves(t, await reset(token), { action, ...unknown, ...refused('invalid_mail_token') });
  t.equal((await client.post('/auth/login', { email: ada.email, password: NEW_PASSWORD })).status, 200);
});

t.test('a token of an address that was given up is used up, and its refusal is told once', async (t) => {
  const ada = await client.newUser();
  const token = await tokenFor(ada.email);
  const move = (email: string) =>
    db.updateTable('users').set({ email }).where('id', '=', ada.user.id).execute();
  await move(`${newName()}@example.com`);
  const about = { action: 'resetPassword', actor_id: null, ...refused('invalid_mail_token') };
  await leaves(t, await reset(token), { ...about, target_id: ada.user.id });
  await move(ada.email);
  await leaves(t, await reset(token), { ...about, target_id: null });
});

t.test('an address that is verified by mail', async (t) => {
  const ada = await client.newUser();
  const asked = await ada.post('/auth/email/verification');
  const { token } = await mails.last(ada.email);
  const own = { actor_id: ada.user.id, target_type: 'user', target_id: ada.user.id } as const;
  await leaves(t, asked, { action: 'requestEmailVerification', ...own, ...done, changes: [] });
  const verified = { action: 'verifyEmail', ...own, ...done };
  await leaves(t, await verify(token), {
    ...verified,
    changes: [change('email_verified_at', null, null)],
  });
  const again = { action: 'verifyEmail', actor_id: null, target_id: null };
  await leaves(t, await verify(token), { ...again, ...refused('invalid_mail_token') });
});

t.test('the mail that greets a new account is a part of the registration', async (t) => {
  const body = { email: `${newName()}@example.com`, password: PASSWORD };
  const made = await client.post<{ id: string }>('/auth/register', body, {
    headers: { 'idempotency-key': newId() },
  });
  await mails.last(body.email);
  await leaves(t, made, { action: 'registerUser', target_id: made.body.id, ...done });
});
