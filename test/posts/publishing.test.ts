import t from 'tap';
import type { Post } from '../../src/domains/posts/posts.schemas.ts';
import { testApp } from '../support/app/app.ts';
import {
  change,
  expected,
  FUTURE,
  NOBODY,
  newArchived,
  newDraft,
  newPost,
  newScheduled,
  newTag,
  PAST,
  publishedAt,
  reread,
} from './arrange.ts';

const { client, db } = await testApp(t);
const ada = await client.newUser();

const publish = async ({ id }: Post, body?: object) =>
  expected(200, await ada.post<Post>(`/posts/${id}/publish`, body));
const unpublish = async ({ id }: Post, body?: object) =>
  expected(200, await ada.post<Post>(`/posts/${id}/unpublish`, body));
const minutesAgo = ({ published_at }: Post) => (Date.now() - Date.parse(published_at ?? '')) / 60_000;

t.test('publishing a draft shows it to everyone from that moment on', async (t) => {
  const draft = await newDraft(ada);
  const answer = await ada.post<Post>(`/posts/${draft.id}/publish`);
  t.equal(answer.status, 200);
  t.match(answer.headers.etag, /^"2-/);
  t.match(answer.body, {
    ...draft,
    status: 'published',
    published_at: String,
    version: 2,
    updated_at: String,
  });
  t.ok(minutesAgo(answer.body) < 1);
  t.same(await reread(client, draft), answer.body);
});

t.test('a body that is left out, empty or null publishes at once', async (t) => {
  for (const raw of [undefined, '{}', 'null']) {
    const { id } = await newDraft(ada);
    const { status, body } = await ada.request<Post>('POST', `/posts/${id}/publish`, raw ? { raw } : {});
    t.equal(status, 200, String(raw));
    t.equal(body.status, 'published', String(raw));
    const back = await ada.request<Post>('POST', `/posts/${id}/unpublish`, raw ? { raw } : {});
    t.equal(back.status, 200, String(raw));
    t.equal(back.body.status, 'draft', String(raw));
  }
});

t.test('a time to come schedules, a time that is past backdates', async (t) => {
  const draft = await newDraft(ada);
  t.match(await publish(draft, { publish_at: FUTURE }), { status: 'scheduled', published_at: FUTURE });
  t.equal((await client.get(`/posts/${draft.id}`)).status, 404);
  t.match(await publish(draft, { publish_at: PAST }), { status: 'published', published_at: PAST });
  t.equal((await client.get(`/posts/${draft.id}`)).status, 200);
});

t.test('publishing what is scheduled does not wait any longer', async (t) => {
  const post = await publish(await newScheduled(ada));
  t.match(post, { status: 'published', version: 2 });
  t.ok(minutesAgo(post) < 1);
  t.equal((await client.get(`/posts/${post.id}`)).status, 200);

  const archived = await unpublish(await newScheduled(ada), { status: 'archived' });
  t.equal((await publish(archived)).status, 'published', 'nor does what was archived before its time');
});

t.test('publishing what is published changes nothing but the time, where one is given', async (t) => {
  const post = await newPost(ada, { publish_at: PAST });
  t.same(await publish(post), post);
  t.same(await publish(post, {}), post);
  t.same(await publish(post, { publish_at: '2001-02-03T05:05:06+01:00' }), post, 'the same moment');
  const moved = await publish(post, { publish_at: '2002-01-01T00:00:00.000Z' });
  t.match(moved, { status: 'published', published_at: '2002-01-01T00:00:00.000Z', version: 2 });
});

t.test('a post that is taken back is a draft, which forgets when it was published', async (t) => {
  const post = await newPost(ada, { publish_at: PAST });
  const draft = await unpublish(post);
  t.match(draft, { status: 'draft', published_at: null, version: 2, slug: post.slug });
  t.equal((await client.get(`/posts/${post.slug}`)).status, 404);
  t.same(await unpublish(draft, { status: 'draft' }), draft, 'once is enough');
  t.ok(minutesAgo(await publish(draft)) < 1);
});

t.test('a post that is archived keeps its time, and has it again when it comes back', async (t) => {
  const post = await newPost(ada, { publish_at: PAST });
  const archived = await unpublish(post, { status: 'archived' });
  t.match(archived, { status: 'archived', published_at: PAST, version: 2 });
  t.equal((await client.get(`/posts/${post.id}`)).status, 404);
  t.same(await unpublish(archived, { status: 'archived' }), archived, 'once is enough');
  t.match(await publish(archived), { status: 'published', published_at: PAST, version: 3 });
});

t.test('from every status every other one is reached', async (t) => {
  const ways: [string, (post: Post) => Promise<Post>][] = [
    ['draft', (post) => unpublish(post)],
    ['scheduled', (post) => publish(post, { publish_at: FUTURE })],
    ['published', (post) => publish(post)],
    ['archived', (post) => unpublish(post, { status: 'archived' })],
  ];
  for (const make of [newDraft, newScheduled, newPost, newArchived]) {
    for (const [status, go] of ways) {
      const post = await go(await make(ada));
      t.equal(post.status, status);
      t.equal((await client.get(`/posts/${post.id}`)).status, status === 'published' ? 200 : 404);
    }
  }
});

t.test('a change of the text does not change where a post stands', async (t) => {
  for (const make of [newDraft, newScheduled, newPost, newArchived]) {
    const post = await make(ada);
    const { status, published_at } = await change(ada, post, { title: 'Another title' });
    t.same({ status, published_at }, { status: post.status, published_at: post.published_at });
  }
});

t.test('a scheduled post whose time has come is published, and is taken back like that', async (t) => {
  const post = await newScheduled(ada);
  await publishedAt(db, post, '-1 hour');
  t.equal((await publish(post)).version, 1, 'there is nothing to do');
  t.match(await unpublish(post), { status: 'draft', version: 2 });
});

t.test('what is published or taken back counts in lists at once', async (t) => {
  const tag = newTag();
  const total = async () =>
    (await client.get<{ meta: { total: number } }>(`/posts?tag=${tag}`)).body.meta.total;
  const post = await newDraft(ada, { tags: [tag] });
  t.equal(await total(), 0);
  await publish(post);
  t.equal(await total(), 1);
  await unpublish(post);
  t.equal(await total(), 0);
});

t.test('what does not fit is refused with 422, and what does not exist with 404', async (t) => {
  const { id } = await newDraft(ada);
  for (const publish_at of ['0000-01-01T00:00:00Z', '9999-12-31T23:59:59-01:00']) {
    const { status, body } = await ada.post(`/posts/${id}/publish`, { publish_at });
    t.equal(status, 422, publish_at);
    t.equal(body.code, 'publishing_time_invalid', publish_at);
  }
  for (const body of [{ publish_at: 'now' }, { publish_at: null }, { status: 'published' }, [], 'x'])
    t.equal((await ada.post(`/posts/${id}/publish`, body)).status, 422, JSON.stringify(body));
  for (const body of [{ status: 'published' }, { status: 'scheduled' }, { status: null }, { at: PAST }])
    t.equal((await ada.post(`/posts/${id}/unpublish`, body)).status, 422, JSON.stringify(body));
  for (const action of ['publish', 'unpublish']) {
    t.equal((await ada.post(`/posts/${NOBODY}/${action}`)).status, 404, action);
    t.equal((await ada.post(`/posts/a-post-like-many/${action}`)).status, 422, `${action} takes an id`);
  }
  t.match(await reread(ada, { id }), { status: 'draft', version: 1 });
});
