import t from 'tap';
import { newId } from '../../src/platform/ids.ts';
import { newPost } from '../posts/arrange.ts';
import { testApp } from '../support/app/app.ts';
import { newName, PASSWORD } from '../support/client/client.ts';
import { change, done, entriesOf, leavesFor, refused } from './arrange.ts';

const { client, db, app } = await testApp(t);
const admin = await client.asAdmin();
const adminId = admin.user.id;
const leaves = leavesFor(admin);

t.test('moderation and tags', async (t) => {
  const moderator = await client.asModerator();
  const post = await newPost(admin, { tags: [newName()], status: 'published' });
  const comment = await admin.post<{ id: string }>(`/posts/${post.id}/comments`, { body: 'A long comment.' });
  const about = { actor_id: moderator.user.id, target_type: 'comment', target_id: comment.body.id } as const;
  for (const [verb, action, changes] of [
    ['reject', 'rejectComment', [change('status', 'approved', 'rejected')]],
    ['approve', 'approveComment', [change('status', 'rejected', 'approved')]],
    ['approve', 'approveComment', []],
  ] as const)
    await leaves(t, await moderator.post(`/comments/${comment.body.id}/${verb}`), {
      action,
      ...about,
      ...done,
      changes: [...changes],
    });
  const nowhere = newId();
  const missing = await moderator.post(`/comments/${nowhere}/approve`);
  await leaves(t, missing, { action: 'approveComment', target_id: nowhere, ...refused('comment_not_found') });

  const [name = ''] = post.tags;
  const tag = await db.selectFrom('tags').select('id').where('name', '=', name).executeTakeFirstOrThrow();
  const of = { actor_id: adminId, target_type: 'tag', target_id: tag.id } as const;
  const other = newName();
  const renamed = await admin.patch(`/tags/${tag.id}`, { name: other });
  await leaves(t, renamed, { action: 'renameTag', ...of, ...done, changes: [change('name', name, other)] });
  const gone = await admin.delete(`/tags/${tag.id}`);
  await leaves(t, gone, { action: 'deleteTag', ...of, ...done, changes: [change('name', other, null)] });
  const twice = await admin.delete(`/tags/${tag.id}`);
  await leaves(t, twice, { action: 'deleteTag', ...of, ...refused('tag_not_found') });
});

t.test('whoever is refused an operation that is not public, be it a read', async (t) => {
  const eve = await client.newUser();
  const plain = { target_type: null, target_id: null };
  t.same(await entriesOf(admin, await client.get('/users')), [], 'not nobody, who could fill the log');
  await leaves(t, await eve.get('/users'), {
    action: 'listUsers',
    actor_id: eve.user.id,
    ...plain,
    ...refused('forbidden'),
  });
  const forged = await client.as('not.a.token').get('/posts');
  t.same(await entriesOf(admin, forged), [], 'nor who says to be somebody and cannot prove it');
  const gone = await client.newUser();
  await gone.post('/auth/logout');
  const over = { action: 'getCurrentUser', actor_id: gone.user.id, ...refused('invalid_token') };
  await leaves(t, await gone.get('/auth/me'), over);
  const victim = { target_type: 'user', target_id: adminId } as const;
  const removal = await eve.delete(`/users/${adminId}`);
  await leaves(t, removal, {
    action: 'deleteUser',
    actor_id: eve.user.id,
    ...victim,
    ...refused('forbidden'),
  });
  const odd = await eve.delete('/users/1-or-1');
  await leaves(t, odd, { action: 'deleteUser', target_id: null, ...refused('forbidden') });
});

t.test('reads, posts, malformed requests and repeated ones leave nothing', async (t) => {
  const quiet = [
    await admin.get('/users'),
    await admin.get('/auth/me'),
    await client.get('/nowhere'),
    await admin.get(`/posts/${newId()}`),
    await admin.post('/posts', { title: 'Not audited', body: 'Enough text for a post.' }),
    await client.post('/auth/login', { email: 'not an address' }),
    await admin.patch(`/users/${adminId}`, { role: 'root' }),
  ];
  for (const answer of quiet) t.same(await entriesOf(admin, answer), []);
  const body = { email: `${newName()}@example.com`, password: PASSWORD };
  const headers = { 'idempotency-key': newId() };
  const first = await admin.post('/users', body, { headers });
  const again = await admin.post('/users', body, { headers });
  t.equal(again.headers['idempotency-replayed'], 'true');
  t.equal((await entriesOf(admin, first)).length, 1);
  t.same(await entriesOf(admin, again), [], 'one effect, one entry');
});

t.test(
  'every operation on accounts, sessions, tags and moderation that changes something is audited',
  async (t) => {
    const changing = app.operations.all.filter(({ method }) => method !== 'GET');
    const about = changing.filter(
      ({ url, config }) => /^\/api\/v1\/(auth|users|tags)\b/.test(url) || config.access === 'moderator',
    );
    t.ok(about.length >= 18);
    t.same(
      about.filter(({ config }) => !config.audit).map(({ id }) => id),
      [],
    );
  },
);
