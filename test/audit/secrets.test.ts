import { sql } from 'kysely';
import t from 'tap';
import { hashToken } from '../../src/domains/auth/tokens/tokens.opaque.ts';
import { newId } from '../../src/platform/ids.ts';
import { hashPassword } from '../../src/platform/passwords.ts';
import { newPost } from '../posts/arrange.ts';
import { testApp } from '../support/app/app.ts';
import { newName } from '../support/client/client.ts';

/** A long scenario in which everything secret or long has a mark, and a walk over every column of the log. */

const { client, db, mails } = await testApp(t);
const admin = await client.asAdmin();

const MARK = 'marked-as-secret';
let marks = 0;
const secret = () => `${MARK}-${++marks}`;
/** Strong beside a name that has the mark, too. */
const secretPassword = () => `${secret()} of nine blue herons`;
type Tokens = { access_token: string; refresh_token: string };

t.test('no entry holds a password, a token, a hash or a long text', async (t) => {
  const secrets: string[] = [];
  const keep = ({ access_token, refresh_token }: Tokens) => secrets.push(access_token, refresh_token);
  const account = { email: `${newName()}@example.com`, password: secretPassword(), full_name: secret() };
  const person = await client.post<{ id: string; username: string }>('/auth/register', account);
  const { id } = person.body;
  /** Uses the link of the newest mail, and one that never was. */
  const byMail = async (path: string, more = {}) => {
    const token = await mails.token(account.email);
    secrets.push(token);
    await client.post(path, { token: secret(), ...more });
    await client.post(path, { token, ...more });
  };
  await byMail('/auth/email/verify');
  const login = async (password: string, email = account.email) => {
    const answer = await client.post<Tokens>('/auth/login', { email, password });
    if (answer.status === 200) keep(answer.body);
    return answer;
  };
  await login(secret());
  await login(secret(), 'nobody@example.com');
  const { access_token, refresh_token } = (await login(account.password)).body;
  const next = await client.post<Tokens>('/auth/refresh', { refresh_token });
  keep(next.body);
  const self = client.as(access_token);
  await self.patch('/auth/me', { bio: secret(), full_name: secret() });
  const [wrong, right] = [secret(), secretPassword()];
  await self.put('/auth/password', { current_password: wrong, new_password: secretPassword() });
  await self.put('/auth/password', { current_password: account.password, new_password: right });
  await self.post(`/auth/login?token=${secret()}`, account);
  await client.as(`${secret()}.x.y`).get('/users');
  await client.get('/users', { headers: { authorization: `Basic ${secret()}`, cookie: secret() } });
  await self.get(`/users?q=${secret()}`);
  const made = await admin.post<{ id: string }>(
    '/users',
    { email: `${newName()}@example.com`, password: secretPassword(), bio: secret() },
    { headers: { 'idempotency-key': secret() } },
  );
  await admin.patch(`/users/${made.body.id}`, { bio: secret(), role: 'moderator' });
  const post = await newPost(admin, {
    title: `Long ${secret()}`,
    body: `Text ${secret()}`,
    tags: [newName()],
    status: 'published',
  });
  const comment = await admin.post<{ id: string }>(`/posts/${post.id}/comments`, { body: secret() });
  await admin.post(`/comments/${comment.body.id}/reject`);
  await admin.delete(`/tags/${newId()}`);
  // Used again after its time, which ends the session.
  await sql`update replaced_tokens set replaced_at = replaced_at - interval '1 minute'`.execute(db);
  const reused = await client.post('/auth/refresh', { refresh_token });
  t.equal(reused.status, 401);
  await client.post('/auth/password/forgot', { email: account.email });
  await byMail('/auth/password/reset', { new_password: secretPassword() });
  await admin.delete(`/users/${id}`);

  const { rows } = await sql<object>`select * from audit_log`.execute(db);
  t.ok(rows.length > 15, `${rows.length} entries`);
  const text = JSON.stringify(rows);
  for (const action of [
    ...['login', 'changePassword', 'session.reuse_detected', 'rejectComment', 'deleteUser'],
    ...['verifyEmail', 'requestPasswordReset', 'resetPassword'],
  ])
    t.match(text, `"${action}"`);
  t.notMatch(text, MARK);
  t.ok(secrets.length >= 4);
  for (const token of secrets) {
    const [, , signature] = token.split('.');
    const hash = hashToken(token);
    for (const form of [token, signature ?? token, hash.toString('hex'), hash.toString('base64url')])
      t.notMatch(text, form);
  }
  t.notMatch(text, (await hashPassword('x')).slice(0, 8), 'nor anything that begins as hashes do');
});
