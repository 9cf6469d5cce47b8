import t from 'tap';
import type { Post } from '../../src/domains/posts/posts.schemas.ts';
import type { Tag } from '../../src/domains/tags/tags.schemas.ts';
import { testApp } from '../support/app/app.ts';
import { newPost, tagNamed } from './arrange.ts';

const { client } = await testApp(t);
const ada = await client.newUser();
const admin = await client.asAdmin();
const NOBODY = '01932b6e-8f2a-7c3d-9b4e-5a6f7c8d9e0f';

t.test('a tag that is renamed has its new name on its posts, and a slug that follows', async (t) => {
  const post = await newPost(ada, ['javascript', 'other']);
  const tag = await tagNamed(client, 'javascript');
  const answer = await admin.patch<Tag>(`/tags/${tag.id}`, { name: 'ECMAScript' });
  t.equal(answer.status, 200);
  t.same(answer.body, { id: tag.id, name: 'ECMAScript', slug: 'ecmascript', post_count: 1 });
  const changed = await client.get<Post>(`/posts/${post.id}`);
  t.same(changed.body.tags.toSorted(), ['ECMAScript', 'other']);
});

t.test('the case of a name can be changed, and renaming to the same name changes nothing', async (t) => {
  await newPost(ada, ['graphql']);
  const tag = await tagNamed(client, 'graphql');
  for (const name of ['GraphQL', 'GraphQL']) {
    const answer = await admin.patch<Tag>(`/tags/${tag.id}`, { name });
    t.same(answer.body, { ...tag, name: 'GraphQL' });
  }
});

t.test('the name of another tag is taken, whatever its case and the blanks around it', async (t) => {
  await newPost(ada, ['first', 'second']);
  const tag = await tagNamed(client, 'second');
  for (const name of ['first', 'FIRST', '  First ']) {
    const answer = await admin.patch(`/tags/${tag.id}`, { name });
    t.equal(answer.status, 409);
    t.equal(answer.body.code, 'tag_name_taken');
  }
  t.same(await tagNamed(client, 'second'), tag);
});

t.test('a name whose slug is taken gets another slug, and keeps it', async (t) => {
  await newPost(ada, ['q and a', 'help']);
  const tag = await tagNamed(client, 'help');
  const renamed = await admin.patch<Tag>(`/tags/${tag.id}`, { name: 'Q&A' });
  t.equal(renamed.status, 200);
  t.match(renamed.body.slug, /^q-and-a-[a-z0-9]+$/);
  const again = await admin.patch<Tag>(`/tags/${tag.id}`, { name: 'q&a' });
  t.equal(again.body.slug, renamed.body.slug);
});

t.test('tags that are renamed at once to names with one slug all get one of their own', async (t) => {
  const before = ['race 1', 'race 2', 'race 3', 'race 4'];
  const after = ['R&D', 'R and D', 'R-and-D', 'R.and.D'];
  await newPost(ada, before);
  const tags = await Promise.all(before.map((name) => tagNamed(client, name)));
  const answers = await Promise.all(
    tags.map((tag, index) => admin.patch<Tag>(`/tags/${tag.id}`, { name: after[index] })),
  );
  t.same(
    answers.map((answer) => answer.status),
    [200, 200, 200, 200],
  );
  t.equal(new Set(answers.map((answer) => answer.body.slug)).size, 4);
});

t.test('of two tags that are renamed at once to one name, one gets it', async (t) => {
  await newPost(ada, ['twin 1', 'twin 2']);
  const tags = [await tagNamed(client, 'twin 1'), await tagNamed(client, 'twin 2')];
  const answers = await Promise.all(
    tags.map((tag, index) => admin.patch(`/tags/${tag.id}`, { name: index === 0 ? 'Twin' : 'TWIN' })),
  );
  t.same(answers.map((answer) => answer.status).sort(), [200, 409]);
});

t.test('a name that cannot be shown on one line is refused', async (t) => {
  await newPost(ada, ['plain']);
  const { id } = await tagNamed(client, 'plain');
  for (const name of ['', '   ', 'a\nb', 'tab\t', 'bell\u0007', 'evil\u202egpj', 'x'.repeat(51), 7, null]) {
    const answer = await admin.patch(`/tags/${id}`, { name });
    t.equal(answer.status, 422, JSON.stringify(name));
    t.equal(answer.body.errors?.[0]?.pointer, '/name');
  }
  t.equal((await admin.patch(`/tags/${id}`, { name: '😀'.repeat(50) })).status, 200, 'fifty characters fit');
});

t.test('a tag that is deleted is off its posts, which stay', async (t) => {
  const post = await newPost(ada, ['doomed', 'kept']);
  const tag = await tagNamed(client, 'doomed');
  t.equal((await admin.delete(`/tags/${tag.id}`)).status, 204);
  t.same((await client.get<Post>(`/posts/${post.id}`)).body.tags, ['kept']);
  const again = await admin.delete(`/tags/${tag.id}`);
  t.equal(again.status, 404);
  t.equal(again.body.code, 'tag_not_found');
});

t.test('a tag that is not there cannot be renamed', async (t) => {
  const answer = await admin.patch(`/tags/${NOBODY}`, { name: 'anything' });
  t.equal(answer.status, 404);
  t.equal(answer.body.code, 'tag_not_found');
});

t.test('only admins rename and delete tags', async (t) => {
  await newPost(ada, ['guarded']);
  const tag = await tagNamed(client, 'guarded');
  for (const [who, status] of [
    [client, 401],
    [ada, 403],
    [await client.asModerator(), 403],
  ] as const) {
    t.equal((await who.patch(`/tags/${tag.id}`, { name: 'taken over' })).status, status);
    t.equal((await who.delete(`/tags/${tag.id}`)).status, status);
  }
  t.same(await tagNamed(client, 'guarded'), tag);
});
