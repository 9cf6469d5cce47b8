import t from 'tap';
import type { PostSummary } from '../../src/domains/posts/posts.schemas.ts';
import { testApp } from '../support/app/app.ts';
import { following, list, newDraft, newPost, newTag, rankAgain, walk } from './arrange.ts';

const { app, client, db } = await testApp(t);
const ada = await client.newUser();
const tag = newTag();

// Equal keys in every order: times by pairs, views by threes, titles by pairs.
const TITLES = [
  'Ärger',
  'apple pie',
  'Zebra',
  'Apple pie',
  'zebra',
  'apple pie',
  '-dash-',
  'Zebra',
  '日本語のタイトル',
];
for (const [number, title] of TITLES.entries()) {
  const post = await newPost(ada, {
    title,
    summary: `${'relevant '.repeat((number % 3) + 1)}`,
    tags: [tag],
    publish_at: `200${number >> 1}-01-01T00:00:00.123Z`,
  });
  await db
    .updateTable('post_stats')
    .set({ views: Math.floor(number / 3) * 1000 })
    .where('post_id', '=', post.id)
    .execute();
}

await rankAgain(app);

const SORTS = ['-published_at', 'published_at', '-views', 'title'];
const filters = `tag=${tag}`;
const listings: [string, typeof ada, string][] = [
  ...SORTS.map((sort): [string, typeof ada, string] => [sort, ada, `/posts?${filters}&sort=${sort}`]),
  ...SORTS.map((sort): [string, typeof ada, string] => [
    `${sort} with words`,
    ada,
    `/posts?${filters}&q=relevant&sort=${sort}`,
  ]),
  ['relevance', ada, `/posts?${filters}&q=relevant`],
  ['by author', ada, `/posts?author=${ada.user.username}`],
  ['of an account', ada, `/users/${ada.user.id}/posts?sort=title`],
  ['of one’s own', ada, '/me/posts?status=published'],
];
const ids = (posts: PostSummary[]) => posts.map(({ id }) => id);

t.test('each sort puts posts in its order', async (t) => {
  const sorted = async (sort: string) => (await list(client, `/posts?${filters}&sort=${sort}`)).data;
  const times = (posts: PostSummary[]) => posts.map(({ published_at }) => published_at ?? '');
  const views = (await sorted('-views')).map((post) => post.views);
  t.same(times(await sorted('published_at')), times(await sorted('published_at')).toSorted());
  t.same(times(await sorted('-published_at')), times(await sorted('published_at')).toReversed());
  t.same(views, [2000, 2000, 2000, 1000, 1000, 1000, 0, 0, 0]);
  t.same(ids(await sorted('published_at')), ids(await sorted('-published_at')).toReversed());
  const titles = (await sorted('title')).map(({ title }) => title);
  t.same([...titles].sort(), [...TITLES].sort());
  for (const title of ['apple pie', 'Zebra'])
    t.equal(titles.lastIndexOf(title) - titles.indexOf(title), 1, 'equal titles stand together');
});

t.test('page by page a list is what it is as a whole', async (t) => {
  for (const [name, who, path] of listings) {
    const { data, meta } = await list(who, `${path}&per_page=100`);
    t.equal(data.length, TITLES.length, name);
    t.equal(meta.total, TITLES.length, name);
    for (const size of [1, 2, 4]) {
      const pages: PostSummary[] = [];
      for (let page = 1; page <= Math.ceil(TITLES.length / size); page++)
        pages.push(...(await list(who, `${path}&per_page=${size}&page=${page}`)).data);
      t.same(pages, data, `${name}, ${size} a page`);
    }
  }
});

t.test('cursor by cursor a list is what it is as a whole, also where keys are equal', async (t) => {
  for (const [name, who, path] of listings) {
    const whole = (await list(who, `${path}&per_page=100`)).data;
    for (const size of [1, 2, 9])
      t.same(await walk(who, `${path}&per_page=${size}`), whole, `${name}, ${size} a page`);
  }
});

t.test('read by cursor a list has no total, and its last page no cursor', async (t) => {
  const path = `/posts?${filters}&per_page=5`;
  const first = await list(client, path);
  t.match(first.meta, { page: 1, per_page: 5, total: 9, pages: 2, next_cursor: String });
  const second = await list(client, following(path, first.meta) ?? '');
  t.same(second.meta, {
    page: null,
    per_page: 5,
    total: null,
    total_is_exact: null,
    pages: null,
    next_cursor: null,
  });
  const exact = await list(client, `/posts?${filters}&per_page=9`);
  t.equal(exact.meta.next_cursor, null, 'a page that holds all is the last one');
});

t.test('the size of a page may change from one cursor to the next', async (t) => {
  const whole = ids((await list(client, `/posts?${filters}`)).data);
  const { meta } = await list(client, `/posts?${filters}&per_page=2`);
  const rest = await list(client, `/posts?${filters}&per_page=50&cursor=${meta.next_cursor}`);
  t.same(ids(rest.data), whole.slice(2));
});

t.test('a walk meets every post once while others are published and deleted', async (t) => {
  const own = newTag();
  for (let number = 0; number < 7; number++) await newPost(ada, { title: `Before ${number}`, tags: [own] });
  for (const sort of SORTS) {
    const path = `/posts?tag=${own}&sort=${sort}&per_page=2`;
    const before = (await walk(client, path)).filter(({ title }) => title.startsWith('Before'));
    let number = 0;
    const seen = await walk(client, path, async () => {
      if (number++ > 8) return;
      const added = await newPost(ada, {
        title: `${number % 2 ? 'Added' : 'Zadded'} ${number}`,
        tags: [own],
      });
      await ada.delete(`/posts/${added.id}`, { headers: { 'if-match': '*' } });
      await newPost(ada, { title: `${number % 2 ? 'Added' : 'Zadded'} ${number}`, tags: [own] });
    });
    t.same(ids(seen.filter(({ title }) => title.startsWith('Before'))), ids(before), sort);
    t.equal(new Set(ids(seen)).size, seen.length, `${sort} gives nothing twice`);
  }
});

t.test('a walk goes on where the post at the cursor is gone', async (t) => {
  const own = newTag();
  for (let number = 0; number < 4; number++) await newPost(ada, { title: `Number ${number}`, tags: [own] });
  const path = `/posts?tag=${own}&sort=title&per_page=2`;
  const first = await list(client, path);
  await ada.delete(`/posts/${first.data[1]?.id}`, { headers: { 'if-match': '*' } });
  const next = await list(client, following(path, first.meta) ?? '');
  t.same(
    next.data.map(({ title }) => title),
    ['Number 2', 'Number 3'],
  );
});

t.test('a cursor is good for the list that gave it out, and for nothing else', async (t) => {
  const { next_cursor } = (await list(client, `/posts?${filters}&per_page=2`)).meta;
  const cursor = next_cursor ?? '';
  const [payload = '', signature = ''] = cursor.split('.');
  const paths = [
    `/posts?cursor=${cursor}`,
    `/posts?${filters}&sort=title&cursor=${cursor}`,
    `/posts?${filters}&q=relevant&cursor=${cursor}`,
    `/posts?tag=${tag}&tag=x&cursor=${cursor}`,
    `/users/${ada.user.id}/posts?cursor=${cursor}`,
    `/me/posts?cursor=${cursor}`,
    ...[
      '',
      'x',
      '.',
      '..',
      payload,
      `${payload}.`,
      `.${signature}`,
      `${cursor}.x`,
      `${cursor}A`,
      `${cursor}=`,
      cursor.slice(0, -1),
      cursor.toUpperCase(),
      `${Buffer.from('["3000-01-01T00:00:00.000Z","x"]').toString('base64url')}.${signature}`,
      `${Buffer.from("['; drop table posts;--']").toString('base64url')}.${signature}`,
      'null',
      '%F0%9F%98%80',
      'x'.repeat(1000),
    ].map((one) => `/posts?${filters}&cursor=${one}`),
  ];
  for (const path of paths) {
    const { status, body } = await ada.get(path);
    t.equal(status, 400, path.slice(0, 200));
    t.equal(body.code, 'invalid_cursor', path.slice(0, 200));
  }
  t.equal((await client.get(`/posts?${filters}&cursor=${'x'.repeat(2001)}`)).status, 422);
  t.equal((await client.get(`/posts?${filters}&cursor=${cursor}`)).status, 200);
});

t.test('a page and a cursor together are refused with 400', async (t) => {
  const { next_cursor } = (await list(client, `/posts?${filters}&per_page=2`)).meta;
  for (const path of [`/posts?${filters}`, `/users/${ada.user.id}/posts?`, '/me/posts?']) {
    const { status, body } = await ada.get(`${path}&page=1&cursor=${next_cursor}`);
    t.equal(status, 400, path);
    t.equal(body.code, 'conflicting_parameters', path);
  }
});

t.test('drafts among one’s own are walked like the rest', async (t) => {
  const eve = await client.newUser();
  for (let number = 0; number < 5; number++)
    await (number % 2 ? newDraft : newPost)(eve, { title: `Number ${number}` });
  for (const path of ['/me/posts?', '/me/posts?status=draft&', '/posts?status=draft&'])
    t.same(
      ids(await walk(eve, `${path}per_page=1`)),
      ids((await list(eve, `${path}per_page=100`)).data),
      path,
    );
});
