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

t.test('what an admin does to a post of somebody else, and nothing of what its author does', async (t) => {
  const ada = await client.newUser();
  const post = await newPost(ada, { status: 'published' });
  const any = { headers: { 'if-match': '*' } };
  const about = { actor_id: adminId, target_type: 'post', target_id: post.id, ...done } as const;
  const version = (from: number) => change('version', String(from), String(from + 1));
  const edit = { summary: 'Another summary.' };
  const path = `/posts/${post.id}`;

  await leaves(t, await admin.patch(`/posts/${post.slug}`, edit, any), {
    action: 'updatePost',
    ...about,
    changes: [version(1)],
  });
  const same = { action: 'updatePost', ...about, changes: [] };
  await leaves(t, await admin.patch(path, edit, any), same);
  const keyed = { headers: { 'idempotency-key': newId() } };
  const archived = await admin.post(`${path}/unpublish`, { status: 'archived' }, keyed);
  const hidden = [change('status', 'published', 'archived'), version(2)];
  await leaves(t, archived, { action: 'unpublishPost', ...about, changes: hidden });
  const again = await admin.post(`${path}/unpublish`, { status: 'archived' }, keyed);
  t.equal(again.headers['idempotency-replayed'], 'true');
  t.same(await entriesOf(admin, again), [], 'an answer that is repeated is no act');
  const restored = await admin.post(`${path}/revisions/1/restore`);
  await leaves(t, restored, { action: 'restorePostRevision', ...about, changes: [version(3)] });
  const published = await admin.post(`${path}/publish`);
  await leaves(t, published, {
    action: 'publishPost',
    ...about,
    changes: [change('status', 'archived', 'published'), version(4)],
  });

  const own = [
    await ada.patch(path, { title: 'By its author' }, any),
    await ada.post(`${path}/unpublish`),
    await ada.post(`${path}/publish`),
    await ada.patch(`/posts/${newId()}`, edit, any),
  ];
  for (const answer of own) t.same(await entriesOf(admin, answer), []);

  const gone = await admin.delete(path, any);
  t.match(await entriesOf(admin, gone), [
    {
      action: 'deletePost',
      ...about,
      changes: [
        change('author_id', ada.user.id, null),
        change('status', 'published', null),
        { field: 'published_at', after: null },
        change('version', '8', null),
      ],
    },
  ]);
  t.same(await entriesOf(admin, await admin.delete(`/posts/${(await newPost(admin)).id}`, any)), []);
});

t.test('what an admin does to a comment of somebody else', async (t) => {
  const ada = await client.newUser();
  const post = await newPost(ada, { status: 'published' });
  const write = (who: typeof ada) =>
    who.post<{ id: string }>(`/posts/${post.id}/comments`, { body: 'Well.' });
  const { body: comment } = await write(ada);
  const about = { actor_id: adminId, target_type: 'comment', target_id: comment.id, ...done } as const;
  const path = `/comments/${comment.id}`;
  await leaves(t, await admin.patch(path, { body: 'Tidied.' }), {
    action: 'updateComment',
    ...about,
    changes: [change('body', null, null)],
  });
  t.same(await entriesOf(admin, await ada.patch(path, { body: 'Back.' })), []);
  await leaves(t, await admin.delete(path), {
    action: 'deleteComment',
    ...about,
    changes: [
      change('author_id', ada.user.id, null),
      change('post_id', post.id, null),
      change('status', 'approved', null),
    ],
  });
  const { body: own } = await write(ada);
  t.same(await entriesOf(admin, await ada.delete(`/comments/${own.id}`)), []);
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
