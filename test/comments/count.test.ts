import t, { type Test } from 'tap';
import type { PostComment } from '../../src/domains/comments/comments.schemas.ts';
import type { Post } from '../../src/domains/posts/posts.schemas.ts';
import { testApp } from '../support/app/app.ts';
import { type CommentList, commentsOn, countOn, newComment, newPost } from './arrange.ts';

const { client, db } = await testApp(t);
const ada = await client.newUser();
const bob = await client.newUser();
const moderator = await client.asModerator();

/** The number the post gives, which has to be the length of the list that everyone sees. */
async function checkedCount(t: Test, post: Post): Promise<number> {
  const { body } = await client.get<CommentList>(`/posts/${post.id}/comments`);
  const count = await countOn(client, post);
  t.equal(body.meta.total, count);
  return count;
}

t.test('the number of comments on a post follows all that happens to them', async (t) => {
  const post = await newPost(ada);
  t.equal(await checkedCount(t, post), 0);
  const first = await newComment(bob, post, 'first');
  const second = await newComment(ada, post, 'second', first);
  const third = await newComment(bob, post, 'third', second);
  t.equal(await checkedCount(t, post), 3);
  await moderator.post<PostComment>(`/comments/${second.id}/reject`);
  t.equal(await checkedCount(t, post), 2);
  await ada.patch<PostComment>(`/comments/${second.id}`, { body: 'changed' });
  t.equal(await checkedCount(t, post), 2);
  await ada.delete(`/comments/${second.id}`);
  t.equal(await checkedCount(t, post), 2, 'a rejected one that is deleted was not counted');
  await bob.delete(`/comments/${first.id}`);
  t.equal(await checkedCount(t, post), 1, 'nor are its answers lost');
  await bob.delete(`/comments/${third.id}`);
  t.equal(await checkedCount(t, post), 0);
});

t.test('comments written and deleted at once are all counted', async (t) => {
  const post = await newPost(ada);
  const old = [];
  for (let number = 0; number < 6; number++) old.push(await newComment(bob, post, `old ${number}`));
  await Promise.all([
    ...old.map((comment) => bob.delete(`/comments/${comment.id}`)),
    ...Array.from({ length: 8 }, (_, number) => newComment(ada, post, `new ${number}`)),
  ]);
  t.equal(await checkedCount(t, post), 8);
});

t.test('a thread whose comments are deleted at once is gone, and what is left hangs together', async (t) => {
  for (let round = 0; round < 3; round++) {
    const post = await newPost(ada);
    let last: PostComment | null = null;
    const chain: PostComment[] = [];
    for (let depth = 0; depth < 5; depth++) {
      last = await newComment(bob, post, `depth ${depth}`, last);
      chain.push(last);
    }
    const leaf = await newComment(ada, post, 'leaf', last);
    const answers = await Promise.all(chain.map((comment) => bob.delete(`/comments/${comment.id}`)));
    t.same(
      answers.map((answer) => answer.status),
      [204, 204, 204, 204, 204],
    );
    t.same(
      (await commentsOn(client, post)).map((comment) => [comment.id, comment.parent_id]),
      [[leaf.id, null]],
    );
    t.equal(await checkedCount(t, post), 1);
  }
});

t.test(
  'an answer to a comment that is deleted at the same moment is made or refused, and counted so',
  async (t) => {
    const post = await newPost(ada);
    let answers = 0;
    for (let round = 0; round < 10; round++) {
      const parent = await newComment(bob, post, 'parent');
      const [answer, deleted] = await Promise.all([
        ada.post(`/posts/${post.id}/comments`, { body: 'answer', parent_id: parent.id }),
        bob.delete(`/comments/${parent.id}`),
      ]);
      t.equal(deleted.status, 204);
      t.ok([201, 422].includes(answer.status));
      if (answer.status === 201) answers += 1;
      else t.equal(answer.body.code, 'parent_not_found');
    }
    t.equal(await checkedCount(t, post), answers);
    t.ok((await commentsOn(client, post)).every((comment) => comment.parent_id === null));
  },
);

t.test('comments go with their post, and one written at that moment is made or refused', async (t) => {
  for (let round = 0; round < 5; round++) {
    const post = await newPost(ada);
    await newComment(ada, post, 'answer', await newComment(bob, post, 'comment'));
    const [answer, deleted] = await Promise.all([
      bob.post(`/posts/${post.id}/comments`, { body: 'too late?' }),
      ada.delete(`/posts/${post.id}`, { headers: { 'if-match': '*' } }),
    ]);
    t.equal(deleted.status, 204);
    t.ok([201, 404].includes(answer.status));
    if (answer.status === 404) t.equal(answer.body.code, 'post_not_found');
    const left = await db.selectFrom('comments').select('id').where('post_id', '=', post.id).execute();
    t.same(left, []);
  }
});
