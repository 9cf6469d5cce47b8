import t from 'tap';
import type { Post } from '../../src/domains/posts/posts.schemas.ts';
import { testApp } from '../support/app/app.ts';
import {
  FUTURE,
  newArchived,
  newDraft,
  newPost,
  newScheduled,
  newTag,
  publishedAt,
  reread,
  titles,
} from './arrange.ts';

const { client, db } = await testApp(t);
const ada = await client.newUser();
const bob = await client.newUser();
const moderator = await client.asModerator();
const admin = await client.asAdmin();

const hidden = { draft: newDraft, scheduled: newScheduled, archived: newArchived };
const posts: Record<string, Post> = {};
for (const [status, make] of Object.entries(hidden))
  posts[status] = await make(ada, { title: `Hidden as ${status}`, tags: ['hidden'] });

t.test('what is not published is found by its author and by admins, and is 404 for all others', async (t) => {
  for (const [status, post] of Object.entries(posts)) {
    for (const ref of [post.id, post.slug]) {
      for (const who of [client, bob, moderator]) {
        const answer = await who.get(`/posts/${ref}`);
        t.equal(answer.status, 404, status);
        t.equal(answer.body.code, 'post_not_found');
        t.notMatch(answer.text, post.title);
      }
      for (const who of [ada, admin]) {
        const answer = await who.get<Post>(`/posts/${ref}`);
        t.equal(answer.status, 200, status);
        t.equal(answer.body.status, status);
      }
    }
  }
});

t.test('it looks the same as what does not exist', async (t) => {
  const { body: none } = await bob.get(`/posts/${ada.user.id}`);
  const { body: other } = await bob.get(`/posts/${posts.draft?.id}`);
  const same = ({ request_id: _request, instance: _instance, ...rest }: typeof none) => rest;
  t.same(same(other), same(none));
});

t.test('what is not published is in no list but its author’s own', async (t) => {
  const lists = ['/posts?tag=hidden', `/posts?author=${ada.user.id}`, '/posts?q=hidden', '/posts?sort=title'];
  for (const who of [client, bob, ada, admin]) {
    for (const path of [...lists, `/users/${ada.user.id}/posts`]) t.same(await titles(who, path), [], path);
  }
  t.same((await titles(ada, '/me/posts')).sort(), [
    'Hidden as archived',
    'Hidden as draft',
    'Hidden as scheduled',
  ]);
  t.same(await titles(bob, '/me/posts'), []);
  t.same(await titles(admin, '/me/posts'), []);
});

t.test('a scheduled post is there from its time on, without anything that runs', async (t) => {
  const tag = newTag();
  const post = await newScheduled(ada, { tags: [tag] });
  t.match(await reread(ada, post), { status: 'scheduled', published_at: FUTURE });
  t.equal((await client.get(`/posts/${post.slug}`)).status, 404);

  await publishedAt(db, post, '1 minute');
  t.equal((await client.get(`/posts/${post.slug}`)).status, 404, 'a minute before');
  t.same(await titles(client, `/posts?tag=${tag}&sort=title`), []);

  await publishedAt(db, post, '-1 second');
  t.match(await reread(client, post), { status: 'published', version: 1 });
  t.match(await reread(ada, post), { status: 'published', version: 1 });
  t.same(await titles(client, `/posts?tag=${tag}&sort=-views`), [post.title]);
  t.same(await titles(ada, '/me/posts?status=scheduled&per_page=1'), [posts.scheduled?.title]);
});

t.test('who may not change a post meets 404, whether they see it or not', async (t) => {
  const visible = await newPost(ada, { title: 'Everyone sees it' });
  for (const post of [...Object.values(posts), visible]) {
    const at = `/posts/${post.id}`;
    const before = await reread(ada, post);
    for (const who of [bob, moderator]) {
      const answers = [
        await who.patch(at, { title: 'Taken over' }, { headers: { 'if-match': '*' } }),
        await who.patch(at, { title: 'Taken over' }, { headers: { 'if-match': `"${post.version}"` } }),
        await who.delete(at, { headers: { 'if-match': '*' } }),
        await who.delete(at, { headers: { 'if-match': '"0"' } }),
        await who.post(`${at}/publish`),
        await who.post(`${at}/unpublish`),
        await who.get(`${at}/revisions`),
        await who.post(`${at}/revisions/1/restore`),
      ];
      for (const { status, body } of answers) {
        t.equal(status, 404);
        t.equal(body.code, 'post_not_found');
      }
    }
    t.same(await reread(ada, post), before);
  }
});

t.test('an admin may change what somebody else wrote, and it stays theirs', async (t) => {
  const { id } = await newDraft(ada, { title: 'Looked after' });
  const headers = { 'if-match': '*' };
  const changed = await admin.patch<Post>(`/posts/${id}`, { title: 'Looked after well' }, { headers });
  t.equal(changed.status, 200);
  t.equal(changed.body.author.id, ada.user.id);
  t.equal((await admin.post<Post>(`/posts/${id}/publish`)).body.status, 'published');
  t.equal((await admin.post<Post>(`/posts/${id}/unpublish`)).body.status, 'draft');
  t.equal((await admin.get(`/posts/${id}/revisions`)).status, 200);
  t.equal((await admin.post<Post>(`/posts/${id}/revisions/1/restore`)).body.title, 'Looked after');
  t.equal((await admin.delete(`/posts/${id}`, { headers })).status, 204);
});

t.test('an admin who is one no longer sees drafts no longer, with the same token', async (t) => {
  const former = await client.asAdmin();
  const at = `/posts/${posts.draft?.id}`;
  t.equal((await former.get(at)).status, 200);
  await db.updateTable('users').set({ role: 'user' }).where('id', '=', former.user.id).execute();
  t.equal((await former.get(at)).status, 404);
  t.equal((await former.get(`${at}/revisions`)).status, 404);
});

t.test('what an author published stays when the author leaves, under no name', async (t) => {
  const eve = await client.newUser();
  const post = await newPost(eve, { title: 'Left behind' });
  const draft = await newDraft(eve, { title: 'Never finished' });
  t.equal((await eve.request('DELETE', '/auth/me', { body: { password: eve.password } })).status, 204);
  const left = await reread(client, post);
  t.match(left.author, { id: eve.user.id, full_name: null, bio: null });
  t.not(left.author.username, eve.user.username);
  t.equal((await client.get(`/posts/${draft.id}`)).status, 404);
  t.equal((await client.get(`/users/${eve.user.id}/posts`)).status, 404);
});
