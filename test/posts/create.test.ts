import t from 'tap';
import type { Post } from '../../src/domains/posts/posts.schemas.ts';
import { CreatePost } from '../../src/domains/posts/writing/writing.schemas.ts';
import { testApp } from '../support/app/app.ts';
import { BODY, FUTURE, list, newPost, PAST, reread } from './arrange.ts';

const { client, db } = await testApp(t);
const ada = await client.newUser();

const MAX_BODY = Number(CreatePost.properties.body.maxLength);
const draft = (input: object) => ada.post('/posts', { title: 'A title', body: BODY, ...input });

t.test('a post is answered with everything about it, and with its address', async (t) => {
  const answer = await ada.post<Post>('/posts', {
    title: 'The contract cannot lie',
    body: BODY,
    summary: 'Why not.',
    tags: ['Contracts', 'APIs'],
    status: 'published',
  });
  const post = answer.body;
  t.equal(answer.status, 201);
  t.equal(answer.headers.location, `/api/v1/posts/${post.id}`);
  t.match(answer.headers.etag, /^"1-.+"$/);
  const { id, username, full_name, bio, created_at } = ada.user;
  t.same(post, {
    id: post.id,
    slug: 'the-contract-cannot-lie',
    title: 'The contract cannot lie',
    summary: 'Why not.',
    body: BODY,
    body_html: `<p>${BODY}</p>\n`,
    status: 'published',
    published_at: post.published_at,
    views: 0,
    author: { id, username, full_name, bio, created_at },
    tags: ['APIs', 'Contracts'],
    comment_count: 0,
    version: 1,
    created_at: post.created_at,
    updated_at: post.created_at,
  });
  t.same(await reread(client, post), post, 'and is read like that by anyone');
  const { body: _body, body_html: _html, ...summary } = post;
  t.same((await list(client, '/posts?tag=contracts')).data, [summary], 'and listed without its text');
});

t.test('a post is a draft unless its status says otherwise', async (t) => {
  const { status, body } = await ada.post<Post>('/posts', { title: 'Nothing else', body: BODY });
  t.equal(status, 201);
  t.match(body, { status: 'draft', published_at: null, summary: null, tags: [], version: 1 });
});

t.test('a post is published at once, at a time in the past, or scheduled for one to come', async (t) => {
  const now = await newPost(ada);
  const sincePublished = Date.parse(now.created_at) - Date.parse(now.published_at ?? '');
  t.ok(Math.abs(sincePublished) <= 1, 'the moment at which it was written');
  t.match(await newPost(ada, { publish_at: PAST }), { status: 'published', published_at: PAST });
  const scheduled = { status: 'scheduled', published_at: FUTURE };
  t.match(await newPost(ada, { publish_at: FUTURE }), scheduled);
  t.match(await newPost(ada, { publish_at: FUTURE, status: 'scheduled' }), scheduled);
});

t.test('a publishing time of any zone is kept in UTC, cut to milliseconds', async (t) => {
  const times = {
    '2024-02-29T23:30:00+05:30': '2024-02-29T18:00:00.000Z',
    '2024-02-29t23:30:00.9999999-08:00': '2024-03-01T07:30:00.999Z',
    '2030-01-01T09:00:00+23:00': '2029-12-31T10:00:00.000Z',
    '9999-12-31T23:59:59.999Z': '9999-12-31T23:59:59.999Z',
    '0001-01-01T00:00:00Z': '0001-01-01T00:00:00.000Z',
  };
  for (const [publish_at, published_at] of Object.entries(times))
    t.equal((await newPost(ada, { publish_at })).published_at, published_at, publish_at);
});

t.test('a status and a publishing time that do not go together are refused with 422', async (t) => {
  for (const input of [
    { publish_at: FUTURE },
    { publish_at: PAST, status: 'draft' },
    { status: 'scheduled' },
    { status: 'scheduled', publish_at: PAST },
    { status: 'published', publish_at: '0000-01-01T00:00:00Z' },
    { status: 'published', publish_at: '0001-01-01T00:00:00+00:01' },
    { status: 'published', publish_at: '9999-12-31T23:59:59-00:01' },
    { status: 'published', publish_at: '2016-12-31T23:59:60Z' },
  ]) {
    const { status, body } = await draft(input);
    t.equal(status, 422, JSON.stringify(input));
    t.equal(body.code, 'publishing_time_invalid', JSON.stringify(input));
  }
  for (const publish_at of [
    'tomorrow',
    '2030-01-01',
    '2030-13-01T00:00:00Z',
    '2030-01-01T00:00:00',
    1,
    null,
  ]) {
    const { status, body } = await draft({ status: 'published', publish_at });
    t.equal(status, 422, String(publish_at));
    t.equal(body.errors?.[0]?.pointer, '/publish_at', String(publish_at));
  }
});

t.test('lengths are counted in characters, whatever they take to be stored', async (t) => {
  const tags = (count: number) => Array.from({ length: count }, (_, number) => `tag ${number}`);
  const fitting = [
    { title: 'title' },
    { title: '😀'.repeat(5) },
    { title: 'é'.repeat(200) },
    { title: '😀'.repeat(200) },
    { summary: '' },
    { summary: '😀'.repeat(500) },
    { body: '😀'.repeat(20) },
    { body: 'x'.repeat(MAX_BODY) },
    { tags: [] },
    { tags: tags(20) },
    { tags: ['😀'.repeat(50)] },
  ];
  for (const input of fitting) t.equal((await draft(input)).status, 201, JSON.stringify(input).slice(0, 40));
  const refused: [object, string, string][] = [
    [{ title: 'four' }, '/title', 'too_short'],
    [{ title: '😀'.repeat(4) }, '/title', 'too_short'],
    [{ title: '😀'.repeat(201) }, '/title', 'too_long'],
    [{ summary: '😀'.repeat(501) }, '/summary', 'too_long'],
    [{ body: '😀'.repeat(19) }, '/body', 'too_short'],
    [{ body: 'x'.repeat(MAX_BODY + 1) }, '/body', 'too_long'],
    [{ tags: tags(21) }, '/tags', 'too_many'],
    [{ tags: ['😀'.repeat(51)] }, '/tags/0', 'too_long'],
    [{ tags: ['fine', ''] }, '/tags/1', 'too_short'],
    [{ tags: ['fine', ' '] }, '/tags/1', 'format'],
  ];
  for (const [input, pointer, code] of refused) {
    const { status, body } = await draft(input);
    t.equal(status, 422, JSON.stringify(input).slice(0, 40));
    t.match(body.errors?.[0], { pointer, code }, JSON.stringify(input).slice(0, 40));
  }
});

t.test('everything that does not fit is found in one go, and nothing is written', async (t) => {
  const counted = () =>
    db
      .selectFrom('posts')
      .select((one) => one.fn.countAll().as('n'))
      .execute();
  const before = await counted();
  const { status, body } = await ada.post('/posts', {
    title: 7,
    summary: ['x'],
    tags: 'x',
    status: 'archived',
    publish_at: 'soon',
    'no/such~field': 1,
  });
  t.equal(status, 422);
  t.same(body.errors?.map(({ pointer, code }) => `${pointer} ${code}`).sort(), [
    '/body required',
    '/no~1such~0field unknown',
    '/publish_at format',
    '/status enum',
    '/summary type',
    '/tags type',
    '/title type',
  ]);
  t.same(await counted(), before);
});

t.test('nobody sets what is not theirs to set', async (t) => {
  const bob = await client.newUser();
  const fields = {
    id: '01932b6e-8f2a-7c3d-9b4e-5a6f7c8d9e0f',
    author_id: bob.user.id,
    author: bob.user,
    slug: 'mine',
    views: 1_000_000,
    comment_count: 9,
    version: 7,
    body_html: '<script>alert(1)</script>',
    published_at: PAST,
    created_at: PAST,
    updated_at: PAST,
    search: 'x',
    __proto__x: 1,
  };
  for (const [field, value] of Object.entries(fields)) {
    const { status, body } = await draft({ [field]: value });
    t.equal(status, 422, field);
    t.match(body.errors, [{ pointer: `/${field}`, code: 'unknown' }], field);
  }
});

t.test('NUL and half of a surrogate pair are refused, wherever they stand', async (t) => {
  for (const half of ['\\u0000', '\\ud83d', '\\udc00 ']) {
    for (const [name, value] of [
      ['title', `"A title${half}"`],
      ['body', `"${BODY}${half}"`],
      ['summary', `"So${half}"`],
      ['tags', `["fine", "x${half}"]`],
    ]) {
      const rest = Object.entries({ title: '"A title"', body: `"${BODY}"`, [name ?? '']: value });
      const raw = `{${rest.map(([key, json]) => `"${key}": ${json}`).join(', ')}}`;
      const { status, body } = await ada.request('POST', '/posts', { raw });
      t.equal(status, 422, raw);
      t.match(body.errors?.[0]?.pointer, `/${name}`, raw);
    }
  }
});

t.test('texts are kept as they were given', async (t) => {
  const input = {
    title: '  <b>Robert\'); drop table posts;-- & "so"',
    summary: '\t{{ 7 * 7 }} #{x} %s\n',
    body: `# Ünïcödé\r\n\r\n\u202eright to left\u202c 𝒳 e\u0301 ${'😀'.repeat(3)}\n   `,
  };
  const post = await reread(ada, await newPost(ada, input));
  for (const name of ['title', 'summary', 'body'] as const) t.equal(post[name], input[name]);
});
