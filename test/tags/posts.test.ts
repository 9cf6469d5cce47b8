import t from 'tap';
import type { Post } from '../../src/domains/posts/posts.schemas.ts';
import { testApp } from '../support/app/app.ts';
import { newPost, type TagList, tagNamed } from './arrange.ts';

/** What happens to tags while posts are written. */

const { client } = await testApp(t);
const ada = await client.newUser();
const admin = await client.asAdmin();

t.test('a name with other blanks and another case is the same tag', async (t) => {
  await newPost(ada, ['Open Source']);
  const post = await newPost(ada, ['  open   source ', 'OPEN SOURCE']);
  t.same(post.tags, ['Open Source']);
  const { body } = await client.get<TagList>('/tags?q=source');
  t.same(
    body.data.map((tag) => [tag.name, tag.post_count]),
    [['Open Source', 2]],
  );
});

t.test('posts written at once with new tags are all written, and each name becomes one tag', async (t) => {
  const names = ['R&D', 'R and D', 'R-and-D', 'r.and.d'];
  const posts = await Promise.all(
    [...names, ...names, ...names].map((name) => newPost(ada, [name, 'shared'])),
  );
  t.ok(posts.every((post) => post.tags.length === 2));
  const tags = await Promise.all(names.map((name) => tagNamed(client, name)));
  t.equal(new Set(tags.map((tag) => tag.slug)).size, names.length);
  t.same(
    tags.map((tag) => tag.post_count),
    [3, 3, 3, 3],
  );
});

t.test('a post is written with its tags while one of them is deleted', async (t) => {
  for (let round = 0; round < 10; round++) {
    const name = `fleeting ${round}`;
    await newPost(ada, [name]);
    const tag = await tagNamed(client, name);
    const [post, deleted] = await Promise.all([newPost(ada, [name]), admin.delete(`/tags/${tag.id}`)]);
    t.equal(deleted.status, 204);
    t.ok(post.tags.length <= 1, 'where it was deleted first the post never had it');
    const { body } = await client.get<Post>(`/posts/${post.id}`);
    t.ok(body.tags.length <= 1, 'where it was deleted afterwards it is off the post');
  }
});
