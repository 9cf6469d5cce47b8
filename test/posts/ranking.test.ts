import { sql } from 'kysely';
import t from 'tap';
import type { PostSummary } from '../../src/domains/posts/posts.schemas.ts';
import { testApp } from '../support/app/app.ts';
import { following, list, newPost, newTag, type PostList, rankAgain, walk } from './arrange.ts';

/** The order by views stands still while somebody reads through it, whatever is viewed meanwhile. */

const { app, client, db } = await testApp(t);
const ada = await client.newUser();
const ids = (posts: readonly PostSummary[]) => posts.map(({ id }) => id);

/** As if a post had been viewed so often. */
const view = (id: string | undefined, times: number) =>
  db
    .updateTable('post_stats')
    .set({ views: sql`views + ${times}` })
    .where('post_id', '=', id ?? '')
    .execute();

/** Posts with a tag of their own, the most viewed first. */
async function ranked(count: number) {
  const tag = newTag();
  const posts = [];
  for (let number = 0; number < count; number++) {
    const post = await newPost(ada, { tags: [tag] });
    await view(post.id, (count - number) * 10);
    posts.push(post.id);
  }
  await rankAgain(app);
  return { path: `/posts?tag=${tag}&sort=-views&per_page=2`, posts };
}

t.test('a walk meets every post once, in the order of its beginning, while views move', async (t) => {
  const { path, posts } = await ranked(9);
  t.same(ids((await list(client, path.replace('per_page=2', 'per_page=100'))).data), posts);
  let at = posts.length;
  const seen = await walk(client, path, () => view(posts[--at], 1000)); // the last ones become the first
  t.same(ids(seen), posts);
  t.ok(
    seen.some(({ views }) => views > 1000),
    'the number that is answered is the present one',
  );
});

t.test(
  'a walk goes on through the ranking in which it began while the next one is read by others',
  async (t) => {
    const { path, posts } = await ranked(7);
    const last = posts.at(-1);
    let pages = 0;
    const seen = await walk(client, path, async () => {
      if (++pages !== 2) return;
      await view(last, 1000);
      await rankAgain(app);
      t.equal((await list(client, path)).data[0]?.id, last);
      await newPost(ada, { tags: [new URL(path, 'http://nowhere').searchParams.get('tag')] });
    });
    t.same(
      ids(seen).filter((id) => posts.includes(id)),
      posts,
    );
  },
);

t.test('a cursor of a ranking that is gone is refused, and skips nothing', async (t) => {
  const { path } = await ranked(5);
  const next = following(path, (await list(client, path)).meta) ?? '';
  await rankAgain(app);
  t.equal((await client.get(next)).status, 200);
  await rankAgain(app);
  const { status, body } = await client.get(next);
  t.equal(status, 400);
  t.equal(body.code, 'invalid_cursor');
  t.match(body.detail, /ranked anew/);
  t.equal((await client.get<PostList>(path)).status, 200);
});

t.test('a ranking is made when the last one is a quarter of an hour old, once, whoever tries', async (t) => {
  const { path, posts } = await ranked(3);
  await view(posts[2], 1000);
  await app.recurring.run('ranking posts by views');
  t.same(ids((await list(client, path)).data), posts.slice(0, 2), 'it is too early');
  const newest = async () =>
    (await db.selectFrom('view_rankings').select('newest').executeTakeFirstOrThrow()).newest;
  const before = await newest();
  const { app: other } = await testApp(t);
  await Promise.all([rankAgain(app), rankAgain(other), rankAgain(app)]);
  t.ok((await newest()) > before);
  t.equal((await list(client, path)).data[0]?.id, posts[2]);
});
