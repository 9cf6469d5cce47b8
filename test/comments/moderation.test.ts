import t from 'tap';
import type { PostComment } from '../../src/domains/comments/comments.schemas.ts';
import { testApp } from '../support/app/app.ts';
import { type CommentList, countOn, NOBODY, newComment, newPost } from './arrange.ts';

const { client } = await testApp(t, { config: { COMMENTS_NEED_APPROVAL: 'on' } });
const ada = await client.newUser();
const bob = await client.newUser();
const moderator = await client.asModerator();
const admin = await client.asAdmin();

const list = async (query: string) => (await moderator.get<CommentList>(`/comments?${query}`)).body;
const texts = async (query: string) => (await list(query)).data.map((comment) => comment.body);

t.test('moderators list every comment, on every post, the newest first', async (t) => {
  const posts = [await newPost(ada), await newPost(ada)] as const;
  await newComment(bob, posts[0], 'oldest');
  await newComment(ada, posts[1], 'middle');
  await newComment(bob, posts[1], 'newest');
  t.same(await texts(''), ['newest', 'middle', 'oldest']);
  const { meta } = await list('per_page=2');
  t.match(meta, { total: 3, pages: 2 });
  t.same(await texts(`per_page=2&cursor=${encodeURIComponent(meta.next_cursor ?? '')}`), ['oldest']);
  t.same(await texts('per_page=2&page=2'), ['oldest']);
});

t.test('the list is narrowed by status, by post, and by author', async (t) => {
  const post = await newPost(ada);
  const comments = [];
  for (const text of ['a', 'b', 'c']) comments.push(await newComment(bob, post, text));
  await newComment(ada, post, 'd');
  await moderator.post<PostComment>(`/comments/${comments[0]?.id}/approve`);
  await moderator.post<PostComment>(`/comments/${comments[1]?.id}/reject`);
  const of = (filters: string) => texts(`post_id=${post.id}${filters}`);
  t.same(await of(''), ['d', 'c', 'b', 'a']);
  t.same(await of('&status=approved'), ['a']);
  t.same(await of('&status=rejected'), ['b']);
  t.same(await of('&status=pending'), ['d', 'c']);
  t.same(await of(`&author=${bob.user.id}`), ['c', 'b', 'a']);
  t.same(await of(`&author=${bob.user.username.toUpperCase()}&status=pending`), ['c']);
  t.same(await of('&author=nobody-by-this-name'), []);
  t.same(await texts(`post_id=${NOBODY}`), []);
  t.equal((await moderator.get('/comments?status=hidden')).status, 422);
  t.equal((await moderator.get('/comments?post_id=1')).status, 422);
});

t.test('approving and rejecting change the status and nothing else, and can be taken back', async (t) => {
  const comment = await newComment(bob, await newPost(ada), 'to and fro');
  for (const [action, status] of [
    ['approve', 'approved'],
    ['reject', 'rejected'],
    ['approve', 'approved'],
  ]) {
    const answer = await moderator.post<PostComment>(`/comments/${comment.id}/${action}`);
    t.equal(answer.status, 200);
    t.same(answer.body, { ...comment, status, updated_at: answer.body.updated_at });
    t.ok(answer.body.updated_at >= comment.updated_at);
  }
});

t.test('doing so twice changes nothing', async (t) => {
  const post = await newPost(ada);
  const comment = await newComment(bob, post, 'twice');
  for (const [action, count] of [
    ['approve', 1],
    ['reject', 0],
  ] as const) {
    const first = await moderator.post<PostComment>(`/comments/${comment.id}/${action}`);
    const second = await moderator.post<PostComment>(`/comments/${comment.id}/${action}`);
    t.same(second.body, first.body);
    t.equal(await countOn(client, post), count);
  }
});

t.test('a repeated request with one Idempotency-Key gets the first answer', async (t) => {
  const comment = await newComment(bob, await newPost(ada), 'with a key');
  for (const action of ['approve', 'reject']) {
    const path = `/comments/${comment.id}/${action}`;
    const options = { headers: { 'idempotency-key': action } };
    const first = await moderator.post<PostComment>(path, undefined, options);
    const again = await moderator.post<PostComment>(path, undefined, options);
    t.notOk(first.headers['idempotency-replayed']);
    t.equal(again.headers['idempotency-replayed'], 'true');
    t.same(again.body, first.body);
    const other = await moderator.post(`/comments/${NOBODY}/${action}`, undefined, options);
    t.equal(other.status, 422, 'and the key stands for that comment only');
  }
});

t.test('a comment approved by two moderators at once is counted once', async (t) => {
  const post = await newPost(ada);
  const comment = await newComment(bob, post, 'popular');
  const answers = await Promise.all(
    [moderator, admin, moderator, admin].map((one) => one.post(`/comments/${comment.id}/approve`)),
  );
  t.same(
    answers.map((answer) => answer.status),
    [200, 200, 200, 200],
  );
  t.equal(await countOn(client, post), 1);
});

t.test('a comment approved and rejected at once ends as one of the two, and is counted so', async (t) => {
  const post = await newPost(ada);
  for (let round = 0; round < 5; round++) {
    const comment = await newComment(bob, post, `disputed ${round}`);
    await Promise.all(
      ['approve', 'reject', 'approve'].map((action, index) =>
        (index === 0 ? moderator : admin).post(`/comments/${comment.id}/${action}`),
      ),
    );
  }
  const approved = (await list(`post_id=${post.id}&status=approved`)).meta.total;
  t.equal(await countOn(client, post), approved);
});

t.test('a comment that is not there cannot be approved or rejected', async (t) => {
  for (const action of ['approve', 'reject']) {
    const answer = await moderator.post(`/comments/${NOBODY}/${action}`);
    t.equal(answer.status, 404);
    t.equal(answer.body.code, 'comment_not_found');
  }
});

t.test('only moderators and admins moderate', async (t) => {
  const post = await newPost(ada);
  const comment = await newComment(bob, post, 'judge me');
  for (const [who, status] of [
    [client, 401],
    [bob, 403],
    [ada, 403],
  ] as const) {
    t.equal((await who.get('/comments')).status, status);
    t.equal((await who.post(`/comments/${comment.id}/approve`)).status, status);
    t.equal((await who.post(`/comments/${comment.id}/reject`)).status, status);
  }
  t.equal(await countOn(client, post), 0);
  t.equal((await admin.get<CommentList>('/comments')).status, 200);
});
