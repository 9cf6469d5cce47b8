import t from 'tap';
import type { Post } from '../../src/domains/posts/posts.schemas.ts';
import type { PostV2 } from '../../src/domains/posts/v2/v2.schemas.ts';
import { testApp } from '../support/app/app.ts';
import { newDraft, newPost } from './arrange.ts';

/** The read of a post in version 2 of the API, beside that of version 1. */

const { app, client } = await testApp(t);
const ada = await client.newUser();
const bob = await client.newUser();

const v1 = (ref: string) => `/api/v1/posts/${ref}`;
const v2 = (ref: string) => `/api/v2/posts/${ref}`;

t.test('version 2 gives each tag with the slug that links to it, in the order of version 1', async (t) => {
  const post = await newPost(ada, { tags: ['Zebra crossings', 'C++', 'Apples'] });
  const { body: first } = await client.root.get<Post>(v1(post.id));
  const { body: second } = await client.root.get<PostV2>(v2(post.slug));
  t.same(second, {
    ...first,
    tags: [
      { name: 'Apples', slug: 'apples' },
      { name: 'C++', slug: 'c-plus-plus' },
      { name: 'Zebra crossings', slug: 'zebra-crossings' },
    ],
  });
  t.same(
    second.tags.map(({ name }) => name),
    first.tags,
  );
  for (const { name, slug } of second.tags) {
    const { body } = await client.get<{ data: Post[] }>(`/posts?tag=${slug}`);
    t.ok(body.data[0]?.tags.includes(name), slug);
  }
});

t.test('a post without tags has an empty list of them', async (t) => {
  const post = await newPost(ada, { tags: [] });
  t.same((await client.root.get<PostV2>(v2(post.id))).body.tags, []);
});

t.test('who may read a post is the same in both versions', async (t) => {
  const draft = await newDraft(ada);
  const visitors = [
    { who: client, status: 404 },
    { who: bob, status: 404 },
    { who: ada, status: 200 },
    { who: await client.asAdmin(), status: 200 },
  ];
  for (const { who, status } of visitors)
    for (const path of [v1(draft.id), v2(draft.id)]) t.equal((await who.root.get(path)).status, status, path);
  const { body } = await client.root.get(v2(draft.id));
  t.equal(body.code, 'post_not_found');
});

t.test('reads in both versions are views of one post', async (t) => {
  const post = await newPost(ada);
  await client.root.get(v1(post.id));
  await client.root.get(v2(post.id));
  await client.root.head(v2(post.id));
  await app.postViews.flush();
  t.equal((await client.root.get<PostV2>(v2(post.id))).body.views, 2);
});

t.test('an ETag of version 2 spares the answer there, and is good for a change in version 1', async (t) => {
  const post = await newPost(ada, { tags: ['one'] });
  const { etag = '' } = (await client.root.get(v2(post.id))).headers;
  const held = { headers: { 'if-none-match': etag } };
  t.equal((await client.root.get(v2(post.id), held)).status, 304);
  t.equal((await client.root.get(v1(post.id), held)).status, 200, 'it is not that of version 1');
  const change = { headers: { 'if-match': etag } };
  t.equal((await ada.patch(`/posts/${post.id}`, { tags: ['other'] }, change)).status, 200);
  const { body, status } = await client.root.get<PostV2>(v2(post.id), held);
  t.equal(status, 200);
  t.same(body.tags, [{ name: 'other', slug: 'other' }]);
});

t.test('an operation of one version is declared like that of the other', async (t) => {
  const declared = (id: string) => {
    const { config, contribution } = app.operations.all.find((one) => one.id === id) ?? {};
    const { access, limit, cors, etag } = config ?? {};
    const { problems, requestHeaders, statuses, security } = contribution ?? {};
    return { access, limit, cors, etag, problems, requestHeaders, statuses, security };
  };
  t.same(declared('getPostV2'), declared('getPost'));
  t.ok(declared('getPostV2').access);
});
