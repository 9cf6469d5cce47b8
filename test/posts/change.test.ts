import t from 'tap';
import type { Post } from '../../src/domains/posts/posts.schemas.ts';
import { testApp } from '../support/app/app.ts';
import { BODY, change, list, NOBODY, newDraft, newPost, newTag, PAST, reread } from './arrange.ts';

const { client, db } = await testApp(t);
const ada = await client.newUser();
const bob = await client.newUser();
const any = { headers: { 'if-match': '*' } };

t.test('a change sets what it names and leaves the rest', async (t) => {
  const post = await newPost(ada, { summary: 'A summary.', tags: [newTag()] });
  await db.updateTable('posts').set({ updated_at: PAST }).where('id', '=', post.id).execute();
  for (const [number, [input, also]] of (
    [
      [{ title: 'Another title' }, {}],
      [{ summary: 'Another summary.' }, {}],
      [
        { body: 'Another text, *long* enough.' },
        { body_html: '<p>Another text, <em>long</em> enough.</p>\n' },
      ],
      [{ tags: ['x'] }, {}],
      [{ summary: null }, {}],
      [{ title: 'All of it', summary: '', body: BODY, tags: [] }, { body_html: `<p>${BODY}</p>\n` }],
    ] satisfies [object, object][]
  ).entries()) {
    const before = await reread(ada, post);
    const { updated_at, ...changed } = await change(ada, post, input);
    const { updated_at: _before, ...rest } = before;
    t.same(changed, { ...rest, ...input, ...also, version: number + 2 });
    t.ok(updated_at > PAST);
    t.same(await reread(client, post), { ...changed, updated_at });
  }
});

t.test('a change of nothing, or of what is not to be changed, is refused with 422', async (t) => {
  const post = await newDraft(ada);
  const at = `/posts/${post.id}`;
  for (const body of [
    {},
    [],
    null,
    'x',
    { title: null },
    { title: 'four' },
    { body: 'short' },
    { tags: null },
  ])
    t.equal((await ada.patch(at, body, any)).status, 422, JSON.stringify(body));
  const fields = {
    id: NOBODY,
    author_id: bob.user.id,
    slug: 'another',
    status: 'published',
    publish_at: PAST,
    published_at: PAST,
    views: 9,
    comment_count: 9,
    version: 9,
    created_at: PAST,
    updated_at: PAST,
    body_html: '<p>',
  };
  for (const [field, value] of Object.entries(fields)) {
    const { status, body } = await ada.patch(at, { title: 'Another title', [field]: value }, any);
    t.equal(status, 422, field);
    t.match(body.errors, [{ pointer: `/${field}`, code: 'unknown' }], field);
  }
  t.same(await reread(ada, post), post);
});

t.test('a changed post is found by what it says now, and no longer by what it said', async (t) => {
  const [before, after] = ['quokkas', 'wombats'];
  const post = await newPost(ada, { title: `All about ${before}`, tags: [before] });
  await change(ada, post, { title: `All about ${after}`, tags: [after] });
  for (const filter of ['q', 'tag']) {
    t.same((await list(client, `/posts?${filter}=${before}`)).data, [], filter);
    t.same(
      (await list(client, `/posts?${filter}=${after}`)).data.map(({ id }) => id),
      [post.id],
      filter,
    );
  }
});

t.test('a deleted post is gone with all that belongs to it, and nothing else is', async (t) => {
  const tag = newTag();
  const [post, other] = [await newPost(ada, { tags: [tag] }), await newPost(ada, { tags: [tag] })];
  for (const { id } of [post, other]) {
    await change(ada, { id }, { title: 'Changed once' });
    await bob.post(`/posts/${id}/comments`, { body: 'A comment.' });
  }
  const rows = async ({ id }: Post) => {
    const tables = ['comments', 'post_revisions', 'post_stats', 'post_tags'] as const;
    const found = tables.map((table) =>
      db.selectFrom(table).select('post_id').where('post_id', '=', id).execute(),
    );
    return (await Promise.all(found)).map(({ length }) => length);
  };
  t.same(await rows(post), [1, 1, 1, 1]);
  const { status, text, headers } = await ada.delete(`/posts/${post.id}`, any);
  t.equal(status, 204);
  t.equal(text, '');
  t.notOk(headers.etag);
  t.same(await rows(post), [0, 0, 0, 0]);
  t.same(await rows(other), [1, 1, 1, 1]);

  for (const path of [`/posts/${post.id}`, `/posts/${post.slug}`, `/posts/${post.id}/comments`])
    t.equal((await ada.get(path)).status, 404, path);
  t.equal((await ada.get(`/posts/${post.id}/revisions`)).status, 404);
  t.equal((await ada.delete(`/posts/${post.id}`, any)).status, 404, 'it cannot be deleted twice');
  const left = await list(client, `/posts?tag=${tag}`);
  t.same([left.data.map(({ id }) => id), left.meta.total], [[other.id], 1]);
});

t.test('totals follow what is written', async (t) => {
  const tag = newTag();
  const total = async () => (await list(client, `/posts?tag=${tag}&per_page=1`)).meta.total;
  const posts: Post[] = [];
  for (let number = 1; number <= 3; number++) {
    posts.push(await newPost(ada, { tags: [tag] }));
    t.equal(await total(), number);
  }
  await change(ada, posts[0] ?? { id: '' }, { tags: [] });
  t.equal(await total(), 2);
  await ada.delete(`/posts/${posts[1]?.id}`, any);
  t.equal(await total(), 1);
});
