import t from 'tap';
import { SCOPES } from '../../src/http/access/access.ts';
import { newDraft, newPost } from '../posts/arrange.ts';
import { testApp } from '../support/app/app.ts';
import { type Client, newName, PASSWORD } from '../support/client/client.ts';
import { newKey } from './arrange.ts';

/** What API keys may do, and what not. */

const { client, db } = await testApp(t);

t.test('beyond its scopes it is refused, and it makes no keys', async (t) => {
  const owner = await client.asAdmin();
  const reader = await newKey(owner, 'posts:read');
  const post = { title: 'Not to be written', body: 'With a key that reads only.' };
  const refused = await reader.post('/posts', post);
  t.equal(refused.status, 403);
  t.equal(refused.body.code, 'insufficient_scope');
  t.match(refused.body.detail, /`posts:write`/);

  const everything = await newKey(owner, ...SCOPES);
  const closed: [string, string, object?][] = [
    ['POST', '/api-keys', { name: 'Another', scopes: ['posts:read'] }],
    ['GET', '/api-keys'],
    ['DELETE', `/api-keys/${reader.key.id}`],
    ['GET', '/auth/me'],
    ['DELETE', '/auth/me'],
    ['PUT', '/auth/password', { current_password: PASSWORD, new_password: 'another long password' }],
    ['GET', '/auth/sessions'],
    ['POST', '/auth/logout'],
    ['GET', '/admin/audit-log'],
  ];
  for (const [method, path, body] of closed) {
    const answer = await everything.request(method, path, { ...(body && { body }) });
    t.equal(answer.status, 403, `${method} ${path}`);
    t.equal(answer.body.code, 'insufficient_scope', `${method} ${path}`);
  }
  const { body } = await owner.get<{ data: { action: string; api_key_id: string }[] }>(
    `/admin/audit-log?outcome=refused&actor_id=${owner.user.id}`,
  );
  const attempt = body.data.find(({ action }) => action === 'createApiKey');
  t.equal(attempt?.api_key_id, everything.key.id, 'and it is written down which key tried');
});

t.test('where no scope is named it reads what everyone may, and nothing of its owner’s', async (t) => {
  const owner = await client.newUser();
  const [draft, post] = [await newDraft(owner), await newPost(owner)];
  const writer = await newKey(owner, 'posts:write');
  t.equal((await writer.get(`/posts/${post.id}/comments`)).status, 200);
  t.equal((await writer.get(`/posts/${draft.id}/comments`)).status, 404);
  const { status, headers } = await writer.get(`/posts/${draft.id}`);
  t.equal(status, 403);
  t.equal(headers['www-authenticate'], 'Bearer realm="imprint", error="insufficient_scope"');
});

t.test('by writing it learns of its owner’s drafts nothing that it may not read', async (t) => {
  const owner = await client.newUser();
  const [writer, both] = [
    await newKey(owner, 'posts:write'),
    await newKey(owner, 'posts:read', 'posts:write'),
  ];
  const draft = await newDraft(owner);
  const to = `/posts/${draft.id}`;
  const anyVersion = { headers: { 'if-match': '*' } };
  const refused = [
    await writer.patch(to, { title: 'Another title' }, anyVersion),
    await writer.post(`${to}/unpublish`),
    await writer.post(`${to}/publish`, { publish_at: '2999-01-01T00:00:00Z' }),
  ];
  for (const { status, body, text } of refused) {
    t.equal(status, 403);
    t.equal(body.code, 'insufficient_scope');
    t.notMatch(text, draft.body);
  }
  t.equal((await both.get<{ version: number }>(to)).body.version, 1, 'and nothing is changed');
  t.equal((await both.patch(to, { title: 'Another title' }, anyVersion)).status, 200);
  t.equal((await writer.post(`${to}/publish`)).status, 200, 'what it publishes is public');
  t.equal((await writer.patch(to, { title: 'A third title' }, anyVersion)).status, 200);
  t.equal((await writer.post(`${to}/unpublish`)).status, 200, 'it was public until now');
  t.equal((await writer.delete(to, anyVersion)).status, 204);
});

t.test('nor does it by repeating what somebody else has asked for with an Idempotency-Key', async (t) => {
  const owner = await client.newUser();
  const writer = await newKey(owner, 'posts:write');
  const draft = await newDraft(owner);
  const sent = { headers: { 'idempotency-key': newName() } };
  const unpublish = (who: Client) => who.post(`/posts/${draft.id}/unpublish`, undefined, sent);
  t.equal((await unpublish(owner)).status, 200);
  t.equal((await unpublish(owner)).headers['idempotency-replayed'], 'true');
  const { status, body, text } = await unpublish(writer);
  t.equal(status, 403);
  t.equal(body.code, 'insufficient_scope');
  t.notMatch(text, draft.body);

  const publish = () => writer.post(`/posts/${draft.id}/publish`, undefined, sent);
  t.equal((await publish()).status, 200);
  t.equal((await publish()).headers['idempotency-replayed'], 'true', 'it gets its own answers again');
});

t.test('it may do what its owner may and no more', async (t) => {
  const [owner, other] = [await client.newUser(), await client.newUser()];
  const key = await newKey(owner, ...SCOPES);
  const theirs = await newPost(other);
  t.equal((await key.delete(`/posts/${theirs.id}`, { headers: { 'if-match': '*' } })).status, 404);
  const listed = await key.get('/users');
  t.equal(listed.status, 403);
  t.equal(listed.body.code, 'forbidden');

  const admin = await client.asAdmin();
  const ofAdmin = await newKey(admin, 'users:read');
  t.equal((await ofAdmin.get('/users')).status, 200);
  await db.updateTable('users').set({ role: 'user' }).where('id', '=', admin.user.id).execute();
  t.equal((await ofAdmin.get('/users')).status, 403, 'a role that is gone is gone for keys at once');
});

t.test('a key of an admin reaches plain accounts only', async (t) => {
  const admin = await client.asAdmin();
  const key = await newKey(admin, 'users:read', 'users:write');
  const account = { email: `${newName()}@example.com`, password: PASSWORD };
  const plain = await key.post<{ id: string }>('/users', account);
  t.equal(plain.status, 201);
  const moderator = await client.asModerator();
  const deleted = await client.asModerator();
  await admin.delete(`/users/${deleted.user.id}`);
  const { user } = moderator;
  const refused: [string, string, object?][] = [
    ['POST', '/users', { ...account, email: `${newName()}@example.com`, role: 'admin' }],
    ['PATCH', `/users/${plain.body.id}`, { role: 'moderator' }],
    ['PATCH', `/users/${user.id}`, { email: `${newName()}@example.com` }],
    ['PATCH', `/users/${admin.user.id}`, { full_name: 'By a key' }],
    ['DELETE', `/users/${user.id}`],
    ['POST', `/users/${deleted.user.id}/restore`],
  ];
  for (const [method, path, body] of refused) {
    const answer = await key.request(method, path, { ...(body && { body }) });
    t.equal(answer.status, 403, `${method} ${path}`);
    t.equal(answer.body.code, 'insufficient_scope', `${method} ${path}`);
  }
  t.equal((await key.patch(`/users/${plain.body.id}`, { is_active: false })).status, 200);
  t.equal((await key.delete(`/users/${plain.body.id}`)).status, 204);
});
