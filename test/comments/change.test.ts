import t from 'tap';
import type { PostComment } from '../../src/domains/comments/comments.schemas.ts';
import { testApp } from '../support/app/app.ts';
import { commentsOn, countOn, NOBODY, newComment, newPost, textsOn } from './arrange.ts';

const { client, db } = await testApp(t);
const ada = await client.newUser();
const bob = await client.newUser();
const moderator = await client.asModerator();
const admin = await client.asAdmin();

t.test('its author changes the text of a comment', async (t) => {
  const post = await newPost(ada);
  const comment = await newComment(bob, post, 'tyop');
  const updated_at = '2026-01-01T00:00:00.000Z';
  await db.updateTable('comments').set({ updated_at }).where('id', '=', comment.id).execute();
  const { status, body } = await bob.patch<PostComment>(`/comments/${comment.id}`, { body: 'typo' });
  t.equal(status, 200);
  t.same(body, { ...comment, body: 'typo', updated_at: body.updated_at });
  t.ok(body.updated_at >= comment.updated_at);
  t.same(await commentsOn(client, post), [body]);
});

t.test('nothing but the text can be changed', async (t) => {
  const comment = await newComment(bob, await newPost(ada), 'fixed');
  for (const change of [
    {},
    { body: '' },
    { body: 'x', status: 'approved' },
    { body: 'x', parent_id: null },
    { body: 'x', author_id: ada.user.id },
  ]) {
    t.equal((await bob.patch(`/comments/${comment.id}`, change)).status, 422, JSON.stringify(change));
  }
});

t.test('a comment of somebody else is not there to be changed or deleted, but for admins', async (t) => {
  const post = await newPost(ada);
  const comment = await newComment(bob, post, 'mine');
  for (const other of [ada, moderator]) {
    const changed = await other.patch(`/comments/${comment.id}`, { body: 'theirs' });
    const deleted = await other.delete(`/comments/${comment.id}`);
    for (const answer of [changed, deleted]) {
      t.equal(answer.status, 404);
      t.equal(answer.body.code, 'comment_not_found');
    }
  }
  t.equal((await client.patch(`/comments/${comment.id}`, { body: 'theirs' })).status, 401);
  t.equal((await client.delete(`/comments/${comment.id}`)).status, 401);
  t.same(await textsOn(client, post), ['mine']);
  const changed = await admin.patch<PostComment>(`/comments/${comment.id}`, { body: 'edited' });
  t.equal(changed.status, 200);
  t.equal(changed.body.author.id, bob.user.id, 'whose it stays');
  t.equal((await admin.delete(`/comments/${comment.id}`)).status, 204);
  t.same(await textsOn(client, post), []);
});

t.test('a comment that is not there cannot be changed or deleted', async (t) => {
  t.equal((await admin.patch(`/comments/${NOBODY}`, { body: 'x' })).status, 404);
  t.equal((await admin.delete(`/comments/${NOBODY}`)).status, 404);
  t.equal((await admin.delete('/comments/1')).status, 422);
});

t.test('where comments need approval, one that is changed waits for it again', async (t) => {
  const { client: strict } = await testApp(t, { config: { COMMENTS_NEED_APPROVAL: 'on' } });
  const [author, judge] = [await strict.newUser(), await strict.asModerator()];
  const post = await newPost(author);
  const comment = await newComment(author, post, 'harmless');
  const change = async (who: typeof author) =>
    (await who.patch<PostComment>(`/comments/${comment.id}`, { body: 'changed' })).body.status;

  await judge.post<PostComment>(`/comments/${comment.id}/approve`);
  t.equal(await countOn(strict, post), 1);
  t.equal(await change(author), 'pending');
  t.equal(await countOn(strict, post), 0);
  await judge.post<PostComment>(`/comments/${comment.id}/reject`);
  t.equal(await change(author), 'pending', 'a rejected one too');
  await judge.post<PostComment>(`/comments/${comment.id}/approve`);
  t.equal(await change(await strict.asAdmin()), 'approved', 'but not one that an admin changes');
  const own = await newComment(judge, post, 'by a moderator');
  const changed = await judge.patch<PostComment>(`/comments/${own.id}`, { body: 'changed' });
  t.equal(changed.body.status, 'approved', 'nor that of a moderator');
});

t.test('where they do not, a rejected comment stays rejected when it is changed', async (t) => {
  const post = await newPost(ada);
  const comment = await newComment(bob, post, 'spam');
  await moderator.post<PostComment>(`/comments/${comment.id}/reject`);
  const changed = await bob.patch<PostComment>(`/comments/${comment.id}`, { body: 'more spam' });
  t.equal(changed.body.status, 'rejected');
  t.same(await textsOn(client, post), []);
});

t.test('its author deletes a comment, once', async (t) => {
  const post = await newPost(ada);
  const comment = await newComment(bob, post, 'regretted');
  t.equal((await bob.delete(`/comments/${comment.id}`)).status, 204);
  t.equal((await bob.delete(`/comments/${comment.id}`)).status, 404);
  t.same(await textsOn(bob, post), []);
  t.equal(await countOn(client, post), 0);
});

t.test('answers to a comment that is deleted stay, and move up to what it answered', async (t) => {
  const post = await newPost(ada);
  const root = await newComment(ada, post, 'root');
  const middle = await newComment(bob, post, 'middle', root);
  const leaves = [
    await newComment(ada, post, 'leaf 1', middle),
    await newComment(ada, post, 'leaf 2', middle),
  ];
  const below = await newComment(bob, post, 'below', leaves[0]);
  const parents = async () =>
    (await commentsOn(client, post)).map((comment) => [comment.body, comment.parent_id]);

  t.equal((await bob.delete(`/comments/${middle.id}`)).status, 204);
  t.same(await parents(), [
    ['root', null],
    ['leaf 1', root.id],
    ['leaf 2', root.id],
    ['below', leaves[0]?.id],
  ]);
  t.equal(await countOn(client, post), 4);
  await ada.delete(`/comments/${root.id}`);
  t.same(await parents(), [
    ['leaf 1', null],
    ['leaf 2', null],
    ['below', leaves[0]?.id],
  ]);
  t.equal((await bob.delete(`/comments/${below.id}`)).status, 204);
});
