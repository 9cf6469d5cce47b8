import t from 'tap';
import { testApp } from '../support/app/app.ts';
import type { Answer } from '../support/client/client.ts';
import {
  FUTURE,
  following,
  list,
  NOBODY,
  newArchived,
  newDraft,
  newPost,
  newScheduled,
  newTag,
  type PostList,
  titles,
} from './arrange.ts';

const { client, db } = await testApp(t);
const ada = await client.newUser();
const bob = await client.newUser();
const admin = await client.asAdmin();
const STATUSES = ['draft', 'scheduled', 'published', 'archived'];

t.test('a list is published posts, the newest first', async (t) => {
  const tag = newTag();
  for (const year of [2003, 2001, 2002])
    await newPost(ada, { title: `From ${year}`, tags: [tag], publish_at: `${year}-01-01T00:00:00Z` });
  for (const make of [newDraft, newScheduled, newArchived]) await make(ada, { tags: [tag] });
  const { data, meta } = await list(client, `/posts?tag=${tag}`);
  t.same(
    data.map(({ title }) => title),
    ['From 2003', 'From 2002', 'From 2001'],
  );
  t.same(meta, { page: 1, per_page: 20, total: 3, total_is_exact: true, pages: 1, next_cursor: null });
  t.same((await list(client, `/posts?tag=${tag}&status=published`)).data, data);
});

t.test('a list by tag takes names and slugs, any case, and several tags', async (t) => {
  const start = newTag();
  const post = (title: string, tags: string[]) =>
    newPost(ada, { title, tags: tags.map((tag) => `${start} ${tag}`) });
  await post('About C++ alone', ['C++']);
  await post('About C and C++', ['C', 'c++']);
  await post('About C# alone', ['C#']);
  const tagged = async (...tags: string[]) => {
    const query = new URLSearchParams(tags.map((tag): [string, string] => ['tag', tag]));
    return (await titles(client, `/posts?${query}&sort=title`)).join(', ');
  };
  t.equal(await tagged(`${start} C`), 'About C and C++');
  t.equal(await tagged(`${start} c++`.toUpperCase()), 'About C and C++, About C++ alone');
  t.equal(await tagged(`${start}-c-sharp`), 'About C# alone');
  t.equal(await tagged(`${start} c`, `${start} c#`), 'About C and C++, About C# alone');
  t.equal(await tagged(`${start} c`, `${start} c++`), 'About C and C++, About C++ alone', 'each post once');
  t.equal(await tagged(start), '');
  t.equal(await tagged(`${start} %`), '');
  t.equal(await tagged(`${start} c`, 'no such tag'), 'About C and C++');
});

t.test('a list by author takes an id or a username, any case', async (t) => {
  const eve = await client.newUser({ username: 'Eve.O_Neill-1' });
  const post = await newPost(eve, { title: 'What Eve wrote' });
  await newDraft(eve);
  for (const author of [eve.user.id, 'Eve.O_Neill-1', 'eve.o_neill-1', 'EVE.O_NEILL-1'])
    t.same(
      (await list(client, `/posts?author=${author}`)).data.map(({ id }) => id),
      [post.id],
      author,
    );
  for (const author of [NOBODY, 'eve', 'eve.o_neill_1', 'eve.o%25', "x' or '1'='1", eve.email])
    t.same((await list(client, `/posts?author=${encodeURIComponent(author)}`)).data, [], author);
});

t.test('filters narrow each other down', async (t) => {
  const [one, two] = [newTag(), newTag()];
  await newPost(ada, { title: 'Penguins by Ada', tags: [one] });
  await newPost(bob, { title: 'Penguins by Bob', tags: [one] });
  await newPost(bob, { title: 'Walruses by Bob', tags: [one] });
  await newPost(bob, { title: 'Penguins elsewhere', tags: [two] });
  const query = `tag=${one}&author=${bob.user.username}&q=penguins`;
  t.same(await titles(client, `/posts?${query}`), ['Penguins by Bob']);
  t.equal((await list(client, `/posts?${query}`)).meta.total, 1);
});

t.test('by status everyone sees what is published, an author their own, an admin everything', async (t) => {
  const [tag, other] = [newTag(), newTag()];
  for (const make of [newDraft, newScheduled, newPost, newArchived]) {
    await make(ada, { tags: [tag, other] });
    await make(bob, { tags: [tag] });
  }
  for (const status of STATUSES) {
    const path = `/posts?tag=${tag}&status=${status}`;
    const authors = async (who: typeof ada) => {
      const { data, meta } = await list(who, path);
      t.same([...new Set(data.map((post) => post.status))], [status]);
      t.equal(meta.total, data.length);
      return data.map(({ author }) => author.id).sort();
    };
    const both = [ada.user.id, bob.user.id].sort();
    t.same(await authors(ada), status === 'published' ? both : [ada.user.id], status);
    t.same(await authors(admin), both, status);
    t.same(await titles(admin, `/posts?tag=${other}&status=${status}`), ['A post like many'], status);
    const own = await list(ada, `/me/posts?status=${status}&per_page=100`);
    t.ok(
      own.data.every((post) => post.status === status && post.author.id === ada.user.id),
      status,
    );
    t.equal(own.data.filter((post) => post.tags.includes(tag)).length, 1, status);
  }
  t.equal(
    (await list(ada, `/posts?status=draft&author=${bob.user.id}`)).data.length,
    0,
    'not those of others',
  );
  t.equal((await list(admin, `/posts?status=draft&author=${bob.user.id}`)).data.length, 1);
});

t.test('without a token there is no list of what is not published', async (t) => {
  for (const status of STATUSES.filter((one) => one !== 'published')) {
    const answer = await client.get(`/posts?status=${status}`);
    t.equal(answer.status, 401, status);
    t.equal(answer.body.code, 'unauthenticated', status);
  }
});

t.test('the posts of an account are what it has published', async (t) => {
  const eve = await client.newUser();
  for (const year of [2001, 2003, 2002])
    await newPost(eve, { title: `From ${year}`, publish_at: `${year}-01-01T00:00:00Z` });
  await newDraft(eve);
  await newPost(eve, { publish_at: FUTURE });
  const path = `/users/${eve.user.id}/posts`;
  for (const who of [client, eve, admin])
    t.same(await titles(who, path), ['From 2003', 'From 2002', 'From 2001']);
  t.same(await titles(client, `${path}?sort=published_at`), ['From 2001', 'From 2002', 'From 2003']);
  t.equal((await list(client, `${path}?per_page=2`)).meta.total, 3);
  t.same((await list(client, `/users/${(await client.newUser()).user.id}/posts`)).data, []);
  const nobody = await client.get(`/users/${NOBODY}/posts`);
  t.equal(nobody.status, 404);
  t.equal(nobody.body.code, 'user_not_found');
});

t.test('one’s own posts come by when they were written, whatever their status', async (t) => {
  const eve = await client.newUser();
  const made = [
    await newDraft(eve),
    await newPost(eve, { publish_at: FUTURE }),
    await newPost(eve),
    await newArchived(eve),
  ];
  for (const [number, { id }] of made.entries())
    await db
      .updateTable('posts')
      .set({ created_at: `200${number}-01-01T00:00:00Z` })
      .where('id', '=', id)
      .execute();
  const { data, meta } = await list(eve, '/me/posts');
  t.same(
    data.map(({ status }) => status),
    ['archived', 'published', 'scheduled', 'draft'],
  );
  t.equal(meta.total, 4);
});

t.test('a page names the next one in its Link header, with the filters', async (t) => {
  const tag = newTag();
  for (let number = 1; number <= 5; number++)
    await newPost(ada, { title: `Number ${number}`, tags: [tag, `${tag} b&c`] });
  const path = `/api/v1/posts?tag=${tag}&tag=${encodeURIComponent(`${tag} b&c`)}&sort=title&per_page=2`;
  const seen: string[] = [];
  let next: string | undefined = path;
  while (next) {
    const { body, headers }: Answer<PostList> = await client.root.get<PostList>(next);
    seen.push(...body.data.map(({ title }) => title));
    t.equal(headers.link === undefined, body.meta.next_cursor === null);
    const target: string | undefined = /^<([^>]+)>; rel="next"$/.exec(headers.link ?? '')?.[1];
    if (target) t.match(target, body.meta.page === 1 ? /[?&]page=2(&|$)/ : /[?&]page=3(&|$)/);
    next = target;
  }
  t.same(
    seen,
    [1, 2, 3, 4, 5].map((number) => `Number ${number}`),
  );

  const first = await list(client, path.replace('/api/v1', ''));
  const byCursor = await client.get(following(path.replace('/api/v1', ''), first.meta) ?? '');
  t.match(byCursor.headers.link, /[?&]cursor=/);
  t.notMatch(byCursor.headers.link, /[?&]page=/);
});

t.test('a page past the end is empty, and says how many there are', async (t) => {
  const tag = newTag();
  await newPost(ada, { tags: [tag] });
  for (const page of [2, 3, 1_000_000]) {
    const { data, meta } = await list(client, `/posts?tag=${tag}&page=${page}&per_page=100`);
    t.same(data, []);
    t.same(meta, { page, per_page: 100, total: 1, total_is_exact: true, pages: 1, next_cursor: null });
  }
});

t.test('parameters that do not fit are refused with 422, all in one go', async (t) => {
  const long = 'x'.repeat(201);
  const { status, body } = await client.get(
    `/posts?page=0&per_page=101&sort=body&status=deleted&author=&q=${long}&tag=&tags=x`,
  );
  t.equal(status, 422);
  t.same(
    body.errors?.map(({ pointer }) => pointer).sort(),
    ['author', 'page', 'per_page', 'q', 'sort', 'status', 'tag/0', 'tag/0', 'tags'].map(
      (one) => `/query/${one}`,
    ),
  );
  const tooMany = Array.from({ length: 21 }, (_, number) => `tag=${number}`).join('&');
  for (const query of [
    tooMany,
    'per_page=0',
    'per_page=x',
    'page=1.5',
    'page=1000001',
    'q=',
    'sort=-title',
    'sort=title;drop',
    'q=a&q=b',
    'page=1&page=2',
  ])
    t.equal((await client.get(`/posts?${query}`)).status, 422, query);
  for (const path of ['/me/posts?sort=title', '/me/posts?q=x', `/users/${ada.user.id}/posts?status=draft`])
    t.equal((await ada.get(path)).status, 422, path);
});
