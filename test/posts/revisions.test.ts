import type { Static } from '@sinclair/typebox';
import t from 'tap';
import type { Post } from '../../src/domains/posts/posts.schemas.ts';
import type { PostRevision } from '../../src/domains/posts/revisions/revisions.schemas.ts';
import type { PageMeta } from '../../src/http/concerns/pagination.ts';
import { testApp } from '../support/app/app.ts';
import { BODY, change, expected, following, NOBODY, newDraft, newPost, reread } from './arrange.ts';

const { client, db } = await testApp(t);
const ada = await client.newUser();

type Revisions = { data: Static<typeof PostRevision>[]; meta: PageMeta };
const revisions = async ({ id }: Pick<Post, 'id'>, query = '') =>
  expected(200, await ada.get<Revisions>(`/posts/${id}/revisions${query}`));
const restore = ({ id }: Pick<Post, 'id'>, version: number) =>
  ada.post<Post>(`/posts/${id}/revisions/${version}/restore`);

t.test('a post that never changed has no revisions', async (t) => {
  const { data, meta } = await revisions(await newDraft(ada));
  t.same(data, []);
  t.same(meta, { page: 1, per_page: 20, total: 0, total_is_exact: true, pages: 0, next_cursor: null });
});

t.test('every change keeps what was there before it, the newest first', async (t) => {
  const post = await newDraft(ada, { title: 'First title', summary: 'First.', tags: ['one', 'two'] });
  const second = await change(ada, post, { title: 'Second title', tags: ['Two', 'three'] });
  const third = await change(ada, post, { body: 'Another text, *long* enough.', summary: null });
  await change(ada, post, { tags: [] });
  const { data, meta } = await revisions(post);
  const kept = [third, second, post].map(({ version, title, summary, body, tags, updated_at }) => ({
    version,
    title,
    summary,
    body,
    tags,
    created_at: updated_at,
  }));
  t.same(data, kept);
  t.equal(meta.total, 3);
});

t.test('publishing and taking back are changes too', async (t) => {
  const post = await newDraft(ada);
  await ada.post(`/posts/${post.id}/publish`);
  await ada.post(`/posts/${post.id}/publish`);
  await ada.post(`/posts/${post.id}/unpublish`, { status: 'archived' });
  t.same(
    (await revisions(post)).data.map(({ version }) => version),
    [2, 1],
  );
});

t.test('a change that is refused keeps nothing', async (t) => {
  const post = await newDraft(ada);
  const at = `/posts/${post.id}`;
  await ada.patch(at, { title: 'Another title' }, { headers: { 'if-match': '"7"' } });
  await ada.patch(at, { title: 'four' }, { headers: { 'if-match': '*' } });
  await restore(post, 1);
  t.same((await revisions(post)).data, []);
  t.same(await reread(ada, post), post);
});

t.test('going back makes an earlier version the newest, and nothing is lost', async (t) => {
  const post = await newPost(ada, { title: 'First title', summary: 'First.', tags: ['one', 'two'] });
  const second = await change(ada, post, {
    title: 'Second title',
    summary: null,
    body: 'Another text, *long* enough.',
    tags: ['three'],
  });
  const { status, body: back, headers } = await restore(post, 1);
  t.equal(status, 200);
  t.match(headers.etag, /^"3-/);
  t.same(back, { ...post, version: 3, updated_at: back.updated_at });
  t.same(await reread(client, post), back);
  t.same(
    (await revisions(post)).data.map(({ title }) => title),
    ['Second title', 'First title'],
  );
  const again = expected(200, await restore(post, 2));
  t.same(again, { ...second, version: 4, updated_at: again.updated_at });
});

t.test('going back brings back tags that have been deleted since', async (t) => {
  const post = await newDraft(ada, { tags: ['short-lived'] });
  await change(ada, post, { tags: [] });
  await db.deleteFrom('tags').where('name', '=', 'short-lived').execute();
  t.same(expected(200, await restore(post, 1)).tags, ['short-lived']);
});

t.test('a version that is not kept is 404, and one that cannot be is 422', async (t) => {
  const post = await newDraft(ada);
  await change(ada, post, { title: 'Second title' });
  for (const version of [2, 3, 2_147_483_647]) {
    const answer = await ada.post(`/posts/${post.id}/revisions/${version}/restore`);
    t.equal(answer.status, 404, String(version));
    t.equal(answer.body.code, 'revision_not_found', String(version));
  }
  for (const version of ['0', '-1', '1.5', 'x', '2147483648', '9999999999999999', '1e1e']) {
    const { status, body } = await ada.post(`/posts/${post.id}/revisions/${version}/restore`);
    t.equal(status, 422, version);
    t.match(body.errors, [{ pointer: '/path/version' }], version);
  }
  t.equal((await ada.post(`/posts/${NOBODY}/revisions/1/restore`)).body.code, 'post_not_found');
  t.equal((await ada.get(`/posts/${NOBODY}/revisions`)).body.code, 'post_not_found');
  const other = await newDraft(ada);
  t.equal((await ada.post(`/posts/${other.id}/revisions/1/restore`)).body.code, 'revision_not_found');
});

t.test('changes at once each keep their own version', async (t) => {
  const post = await newDraft(ada);
  const edits = Array.from({ length: 6 }, (_, number) =>
    change(ada, post, { title: `Title number ${number}` }),
  );
  await Promise.all(edits);
  const { data } = await revisions(post);
  t.same(
    data.map(({ version }) => version),
    [6, 5, 4, 3, 2, 1],
  );
  t.equal(new Set(data.map(({ title }) => title)).size, 6);
  t.equal((await reread(ada, post)).version, 7);
});

t.test('revisions are read by page and by cursor, also while there are more', async (t) => {
  const post = await newDraft(ada);
  for (let number = 2; number <= 6; number++) await change(ada, post, { title: `Title number ${number}` });
  const versions = (page: Revisions) => page.data.map(({ version }) => version);
  t.same(versions(await revisions(post, '?per_page=2&page=2')), [3, 2]);
  t.match((await revisions(post, '?per_page=2&page=2')).meta, { page: 2, total: 5, pages: 3 });
  t.same(versions(await revisions(post, '?per_page=2&page=4')), []);

  const seen: number[] = [];
  for (let at: string | null = `/posts/${post.id}/revisions?per_page=2`; at !== null; ) {
    const page: Revisions = expected(200, await ada.get<Revisions>(at));
    seen.push(...versions(page));
    at = following(at, page.meta);
    await change(ada, post, { body: `${BODY} Again.` });
  }
  t.same(seen, [5, 4, 3, 2, 1]);

  const { next_cursor } = (await revisions(post, '?per_page=2')).meta;
  const other = await newDraft(ada);
  for (const path of [`/posts/${other.id}/revisions`, '/me/posts']) {
    const { status, body } = await ada.get(`${path}?cursor=${next_cursor}`);
    t.equal(status, 400, path);
    t.equal(body.code, 'invalid_cursor', path);
  }
  const both = await ada.get(`/posts/${post.id}/revisions?page=1&cursor=${next_cursor}`);
  t.equal(both.status, 400);
  t.equal(both.body.code, 'conflicting_parameters');
});
