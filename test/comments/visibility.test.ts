import t from 'tap';
import type { PostComment } from '../../src/domains/comments/comments.schemas.ts';
import { testApp } from '../support/app/app.ts';
import { type CommentList, countOn, NOBODY, newComment, newPost, textsOn } from './arrange.ts';

const { client } = await testApp(t, { config: { COMMENTS_NEED_APPROVAL: 'on' } });
const ada = await client.newUser();
const bob = await client.newUser();
const moderator = await client.asModerator();
const admin = await client.asAdmin();

t.test('where comments need approval, a new one is seen by its author alone', async (t) => {
  const post = await newPost(ada);
  const comment = await newComment(bob, post, 'waits');
  t.equal(comment.status, 'pending');
  t.same(await textsOn(bob, post), ['waits']);
  for (const other of [client, ada, moderator, admin]) t.same(await textsOn(other, post), []);
  t.equal(await countOn(client, post), 0);

  await moderator.post<PostComment>(`/comments/${comment.id}/approve`);
  for (const anyone of [client, ada, bob, moderator]) t.same(await textsOn(anyone, post), ['waits']);
  t.equal(await countOn(client, post), 1);

  await moderator.post<PostComment>(`/comments/${comment.id}/reject`);
  t.same(await textsOn(bob, post), ['waits'], 'a rejected one too');
  t.same(await textsOn(client, post), []);
  t.equal(await countOn(client, post), 0);
});

t.test('totals and cursors count what the reader sees', async (t) => {
  const post = await newPost(ada);
  for (const text of ['a', 'b', 'c']) await newComment(bob, post, text);
  await newComment(moderator, post, 'd');
  const path = `/posts/${post.id}/comments?per_page=2`;
  const mine = await bob.get<CommentList>(path);
  t.match(mine.body.meta, { total: 4, pages: 2 });
  const theirs = await client.get<CommentList>(path);
  t.match(theirs.body.meta, { total: 1, pages: 1, next_cursor: null });
  const cursor = encodeURIComponent(mine.body.meta.next_cursor ?? '');
  const rest = await client.get<CommentList>(`${path}&cursor=${cursor}`);
  t.same(
    rest.body.data.map((comment) => comment.body),
    ['d'],
    'a cursor of somebody else shows nothing of theirs',
  );
});

t.test('comments of moderators and admins do not wait', async (t) => {
  const post = await newPost(ada);
  t.equal((await newComment(moderator, post, 'by a moderator')).status, 'approved');
  t.equal((await newComment(admin, post, 'by an admin')).status, 'approved');
  t.equal((await newComment(ada, post, 'by the author of the post')).status, 'pending');
  t.equal(await countOn(client, post), 2);
});

t.test('one answers what one sees: what is approved, and one’s own', async (t) => {
  const post = await newPost(ada);
  const hidden = await newComment(bob, post, 'hidden');
  t.equal((await newComment(bob, post, 'to myself', hidden)).parent_id, hidden.id);
  const refused = await ada.post(`/posts/${post.id}/comments`, { body: 'to you', parent_id: hidden.id });
  t.equal(refused.status, 422);
  t.equal(refused.body.code, 'parent_not_found');
  const shown = await newComment(moderator, post, 'shown');
  t.equal((await newComment(ada, post, 'to you', shown)).parent_id, shown.id);
});

t.test('an answer that is approved stays when the comment it answers is rejected', async (t) => {
  const post = await newPost(ada);
  const parent = await newComment(moderator, post, 'parent');
  await newComment(moderator, post, 'child', parent);
  await moderator.post<PostComment>(`/comments/${parent.id}/reject`);
  t.same(await textsOn(client, post), ['child']);
  t.equal(await countOn(client, post), 1);
});

t.test('comments on a post that one cannot see are not there', async (t) => {
  const later = { status: 'scheduled', publish_at: '2999-01-01T00:00:00.000Z' };
  for (const input of [{ status: 'draft' }, later]) {
    const post = await newPost(ada, input);
    for (const ref of [post.id, post.slug]) {
      for (const other of [client, bob, moderator]) {
        const listed = await other.get(`/posts/${ref}/comments`);
        t.equal(listed.status, 404);
        t.equal(listed.body.code, 'post_not_found');
      }
      const written = await bob.post(`/posts/${ref}/comments`, { body: 'I should not know.' });
      t.equal(written.status, 404);
      t.equal(written.body.code, 'post_not_found');
    }
    await newComment(ada, post, 'a note');
    t.same(await textsOn(ada, post), ['a note'], 'its author comments on it');
    t.same(await textsOn(admin, post), [], 'and an admin sees the list');
  }
  for (const ref of [NOBODY, 'no-such-post', 'No Such Post', '%2e%2e']) {
    t.equal((await client.get(`/posts/${encodeURIComponent(ref)}/comments`)).status, 404, ref);
  }
});

t.test('comments go out of sight with their post and come back with it', async (t) => {
  const post = await newPost(ada);
  await newComment(moderator, post, 'still here');
  await ada.post(`/posts/${post.id}/unpublish`, {});
  t.equal((await client.get(`/posts/${post.id}/comments`)).status, 404);
  await ada.post(`/posts/${post.id}/publish`, {});
  t.same(await textsOn(client, post), ['still here']);
});

t.test('comments of somebody who deleted their account stay, under no name', async (t) => {
  const post = await newPost(ada);
  const eve = await client.newUser();
  const comment = await newComment(eve, post, 'goodbye');
  await moderator.post<PostComment>(`/comments/${comment.id}/approve`);
  t.equal((await eve.delete('/auth/me')).status, 204);
  const { body } = await client.get<CommentList>(`/posts/${post.id}/comments`);
  t.equal(body.data.length, 1);
  t.not(body.data[0]?.author.username, eve.user.username);
  t.notMatch(JSON.stringify(body), eve.user.email);
});
