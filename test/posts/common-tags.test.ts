import t from 'tap';
import { testApp } from '../support/app/app.ts';
import { following, list, newPost, newScheduled, newTag, walk } from './arrange.ts';

/** Posts with tags that are on many posts are found in another way, and they are the same posts. */

const { client, db } = await testApp(t);
const ada = await client.newUser();
const tags = [newTag(), newTag()];
for (let number = 0; number < 12; number++)
  await newPost(ada, {
    title: `Number ${number} of narwhals`,
    tags: tags.filter((_, place) => number % (place + 2) === 0),
    publish_at: `200${number >> 2}-01-01T00:00:00.000Z`,
  });
await newScheduled(ada, { tags });
const [one = '', two = ''] = tags;

/** As if the tags were on so many more posts. */
const addToCounts = (posts: number) =>
  db
    .updateTable('tags')
    .set((tag) => ({ post_count: tag('post_count', '+', posts) }))
    .where('name', 'in', tags)
    .execute();

const paths = [
  `/posts?tag=${one}`,
  `/posts?tag=${one}&tag=${two}&tag=unknown`,
  `/posts?tag=${one}&author=${ada.user.id}&sort=title`,
  `/posts?tag=${one}&tag=${two}&sort=published_at`,
  `/posts?tag=${two}&sort=-views`,
  `/posts?tag=${two}&q=narwhal`,
].map((path) => `${path}&per_page=2`);

t.test('a common tag lists what a rare one lists', async (t) => {
  const all = async () => {
    const lists = [];
    await ada.patch('/auth/me', { bio: 'Any write drops the totals that are kept for a second.' });
    for (const path of paths)
      lists.push({ path, posts: await walk(client, path), meta: (await list(client, path)).meta });
    return lists;
  };
  const rare = await all();
  t.same(
    rare.map(({ posts }) => posts.length),
    [6, 8, 6, 8, 4, 4],
  );
  await addToCounts(5_000);
  const common = await all();
  await addToCounts(-5_000);
  for (const [place, { path, posts, meta }] of common.entries()) {
    t.same(posts, rare[place]?.posts, path);
    const { total, next_cursor: _, ...rest } = meta;
    const { total: counted, next_cursor: __, ...others } = rare[place]?.meta ?? meta;
    const isAlone = place === 0 || place === 4;
    if (isAlone) t.equal(total, Number(counted) + 5_000, 'the kept number of one tag alone is the total');
    else t.same({ total, ...rest }, { total: counted, ...others }, path);
  }
});

t.test('a cursor is good whichever way the posts are found', async (t) => {
  const [path = ''] = paths;
  const first = await list(client, path);
  const next = following(path, first.meta) ?? '';
  const rest = (await list(client, next)).data;
  await addToCounts(5_000);
  t.same((await list(client, next)).data, rest);
  await addToCounts(-5_000);
});
