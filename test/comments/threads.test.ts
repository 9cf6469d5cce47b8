import t from 'tap';
import type { PostComment } from '../../src/domains/comments/comments.schemas.ts';
import { testApp } from '../support/app/app.ts';
import { counting } from '../support/database/counting.ts';
import { fileDatabase } from '../support/database/database.ts';
import { type CommentList, commentsOn, NOBODY, newComment, newPost, textsOn } from './arrange.ts';

const { client } = await testApp(t);
const ada = await client.newUser();
const bob = await client.newUser();

t.test('a comment is answered with everything about it, and with its address', async (t) => {
  const post = await newPost(ada);
  const { status, headers, body } = await bob.post<PostComment>(`/posts/${post.slug}/comments`, {
    body: 'Well said.',
  });
  t.equal(status, 201);
  t.equal(headers.location, `/api/v1/comments/${body.id}`);
  const { id, username, full_name, bio, created_at } = bob.user;
  t.same(body, {
    id: body.id,
    post_id: post.id,
    parent_id: null,
    author: { id, username, full_name, bio, created_at },
    body: 'Well said.',
    status: 'approved',
    created_at: body.created_at,
    updated_at: body.created_at,
  });
  t.same(await commentsOn(client, post), [body], 'and stands in the list like that');
});

t.test('comments come in the order in which they were written, by page and by cursor', async (t) => {
  const post = await newPost(ada);
  const texts = ['one', 'two', 'three', 'four', 'five'];
  for (const text of texts) await newComment(bob, post, text);
  t.same(await textsOn(client, post), texts);

  const path = `/posts/${post.slug}/comments?per_page=2`;
  const second = await client.get<CommentList>(`${path}&page=2`);
  t.same(
    second.body.data.map((comment) => comment.body),
    ['three', 'four'],
  );
  t.match(second.body.meta, { page: 2, per_page: 2, total: 5, pages: 3 });

  const seen: string[] = [];
  for (let cursor: string | null = ''; cursor !== null; ) {
    const at: string = cursor ? `${path}&cursor=${encodeURIComponent(cursor)}` : path;
    const { body }: { body: CommentList } = await client.get<CommentList>(at);
    seen.push(...body.data.map((comment) => comment.body));
    cursor = body.meta.next_cursor;
  }
  t.same(seen, texts);
});

t.test('an answer names the comment it answers, to any depth, and can be listed by it', async (t) => {
  const post = await newPost(ada);
  const root = await newComment(bob, post, 'root');
  let last = root;
  for (const text of ['first', 'second', 'third']) last = await newComment(ada, post, text, last);
  await newComment(bob, post, 'another', root);
  const { body } = await client.get<CommentList>(`/posts/${post.id}/comments?parent_id=${root.id}`);
  t.same(
    body.data.map((comment) => [comment.body, comment.parent_id]),
    [
      ['first', root.id],
      ['another', root.id],
    ],
  );
  t.equal(body.meta.total, 2);
  t.equal((await commentsOn(client, post)).length, 5);
  const none = await client.get<CommentList>(`/posts/${post.id}/comments?parent_id=${NOBODY}`);
  t.same(none.body.data, []);
});

t.test('what is answered must be a comment on the same post', async (t) => {
  const post = await newPost(ada);
  const elsewhere = await newComment(bob, await newPost(ada), 'elsewhere');
  for (const parent_id of [elsewhere.id, NOBODY]) {
    const answer = await bob.post(`/posts/${post.id}/comments`, { body: 'An answer.', parent_id });
    t.equal(answer.status, 422);
    t.equal(answer.body.code, 'parent_not_found');
  }
  t.same(await commentsOn(client, post), []);
});

t.test('the text is kept as it was given', async (t) => {
  const post = await newPost(ada);
  const texts = [
    '<script>alert(1)</script> & "so"',
    '  two\n\n\tlines  ',
    '😀'.repeat(5000),
    "'; drop table--",
  ];
  for (const text of texts) await newComment(bob, post, text);
  t.same(await textsOn(client, post), texts);
});

t.test(
  'a text that is empty, blank or too long, and what a comment does not have, are refused',
  async (t) => {
    const post = await newPost(ada);
    for (const body of ['', ' \n\t ', '\u00a0', 'x'.repeat(5001), 'a\u0000b', 7, null]) {
      const answer = await bob.post(`/posts/${post.id}/comments`, { body });
      t.equal(answer.status, 422, JSON.stringify(body).slice(0, 20));
      t.equal(answer.body.errors?.[0]?.pointer, '/body');
    }
    for (const extra of [{ status: 'approved' }, { author_id: ada.user.id }, { post_id: post.id }]) {
      const answer = await bob.post(`/posts/${post.id}/comments`, { body: 'A comment.', ...extra });
      t.equal(answer.status, 422);
      t.equal(answer.body.errors?.[0]?.code, 'unknown');
    }
    t.same(await commentsOn(client, post), []);
  },
);

t.test('the same Idempotency-Key makes one comment, however often it is sent', async (t) => {
  const post = await newPost(ada);
  const send = (body: string) =>
    bob.post<PostComment>(
      `/posts/${post.id}/comments`,
      { body },
      { headers: { 'idempotency-key': 'one-comment' } },
    );
  const first = await send('once');
  const again = await send('once');
  t.equal(again.status, 201);
  t.equal(again.headers['idempotency-replayed'], 'true');
  t.equal(again.headers.location, first.headers.location);
  t.same(again.body, first.body);
  t.equal((await send('twice')).status, 422);
  t.same(await textsOn(client, post), ['once']);
});

t.test('a visitor reads comments and cannot write one', async (t) => {
  const post = await newPost(ada);
  const answer = await client.post(`/posts/${post.id}/comments`, { body: 'Let me in.' });
  t.equal(answer.status, 401);
  t.same(await commentsOn(client, post), []);
});

t.test('a list takes as many statements with many comments by many people as with one', async (t) => {
  const counted = counting(await fileDatabase());
  const { client: other } = await testApp(t, { resources: { database: counted.database } });
  const eve = await other.newUser();
  const post = await newPost(eve);
  const cost = async (length: number) => {
    const before = counted.count();
    t.equal((await commentsOn(other, post)).length, length);
    return counted.count() - before;
  };
  await newComment(eve, post, 'first');
  const statements = await cost(1);
  t.equal(statements, 3, 'the post, the comments with their authors, and their number');
  for (let number = 0; number < 6; number++) await newComment(await other.newUser(), post, 'one more');
  t.equal(await cost(7), statements);
});
