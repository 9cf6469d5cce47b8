import { sql } from 'kysely';
import t from 'tap';
import { testApp } from '../support/app/app.ts';
import { type Client, newName } from '../support/client/client.ts';
import { fileDatabase } from '../support/database/database.ts';
import { BODY, following, list, newPost, newTag } from './arrange.ts';
import { planOf, watching } from './watching.ts';

/** How much of the database posts ask for: few statements, whatever their number, and indexes behind them. */

const database = await fileDatabase();
const watched = watching(database);
const { client, db } = await testApp(t, { resources: { database: watched.database } });
const ada = await client.newUser();
const people = [ada, await client.newUser(), await client.newUser()];

async function statementsOf(work: () => Promise<unknown>): Promise<number> {
  const before = watched.count();
  await work();
  return watched.count() - before;
}

/** With the account behind the token looked up first. */
const ACCOUNT = 1;

/** The limits of a search are set, and its words looked at. */
const SEARCH = 2;
/** Which tags there are, and how common they are. */
const TAGS = 1;
/** Which ranking there is. */
const RANKING = 1;

t.test('a post is read in one statement, and in one more for whoever is signed in', async (t) => {
  const post = await newPost(ada, { tags: ['one', 'two', 'three'] });
  for (const ref of [post.id, post.slug, 'no-such-post', ada.user.id]) {
    t.equal(await statementsOf(() => client.get(`/posts/${ref}`)), 1, ref);
    t.equal(await statementsOf(() => client.head(`/posts/${ref}`)), 1, ref);
    t.equal(await statementsOf(() => ada.get(`/posts/${ref}`)), ACCOUNT + 1, ref);
    t.equal(await statementsOf(() => client.root.get(`/api/v2/posts/${ref}`)), 1, `${ref} in version 2`);
  }
  const { etag = '' } = (await client.get(`/posts/${post.id}`)).headers;
  const conditional = { headers: { 'if-none-match': etag } };
  t.equal(await statementsOf(() => client.get(`/posts/${post.id}`, conditional)), 1);
});

t.test('a post is written in one statement, with all its tags, and in two where a tag is new', async (t) => {
  const known = [newTag(), newTag(), 'one', 'two'];
  const write = (tags: string[]) => () =>
    ada.post('/posts', { title: `Written ${newTag()}`, body: BODY, tags });
  t.equal(await statementsOf(write(known)), ACCOUNT + 2);
  t.equal(await statementsOf(write([...known].reverse())), ACCOUNT + 1);
  t.equal(await statementsOf(write([])), ACCOUNT + 1);
});

t.test('a list takes as many statements for many posts of many people as for one', async (t) => {
  const tag = newTag();
  const paths: [string, Client, number][] = [
    [`/posts?tag=${tag}&per_page=100`, client, TAGS + 2],
    [`/posts?tag=${tag}&per_page=100`, ada, ACCOUNT + TAGS + 2],
    [`/posts?tag=${tag}&q=many&per_page=100`, ada, ACCOUNT + TAGS + SEARCH + 2],
    [`/posts?tag=${tag}&sort=-views&per_page=100`, ada, ACCOUNT + TAGS + RANKING + 2],
    ['/me/posts?per_page=100', ada, ACCOUNT + 2],
    [`/users/${ada.user.id}/posts?per_page=100`, ada, 3],
  ];
  const costs = async () => {
    const all: number[] = [];
    for (const [path, who] of paths) {
      // Any write drops the totals that are kept for a second.
      await ada.patch('/auth/me', { bio: 'Writes.' });
      all.push(await statementsOf(() => list(who, path)));
    }
    return all;
  };
  await newPost(ada, { tags: [tag] });
  t.same(
    await costs(),
    paths.map(([, , statements]) => statements),
  );
  for (let number = 0; number < 12; number++)
    await newPost(people[number % 3] ?? ada, { tags: [tag, newTag(), `${number}`] });
  t.equal((await list(client, `/posts?tag=${tag}`)).data.length, 13);
  t.same(
    await costs(),
    paths.map(([, , statements]) => statements),
  );
});

t.test('a page by cursor takes one statement', async (t) => {
  const path = '/posts?per_page=2';
  const next = following(path, (await list(client, path)).meta) ?? '';
  t.equal(await statementsOf(() => list(client, next)), 1);
});

t.test('reading posts writes nothing', async (t) => {
  const post = await newPost(ada);
  watched.taken();
  for (let number = 0; number < 10; number++) await client.get(`/posts/${post.slug}`);
  await list(client, '/posts');
  for (const { sql } of watched.taken()) t.match(sql, /^\s*select/i);
});

t.test('there is an index behind every list and every read', async (t) => {
  await sql`
    insert into posts (id, author_id, slug, title, body, body_html, status, published_at)
    select gen_random_uuid(), (array[${people[0]?.user.id}, ${people[1]?.user.id}, ${people[2]?.user.id}]::uuid[])[1 + n % 3],
      'filler-' || n, 'Filler ' || md5(n::text), 'common words ' || case n % 500 when 0 then 'rarity' else '' end, '',
      case n % 7 when 0 then 'draft' else 'published' end, timestamptz '2001-01-01' + n * interval '1 hour'
    from generate_series(1, 3000) n`.execute(db);
  await sql`insert into post_stats (post_id, views) select id, length(slug) from posts on conflict do nothing`.execute(
    db,
  );
  await sql`insert into post_tags select p.id, t.id from posts p, tags t where p.slug like 'filler-%77' and t.name = 'one'`.execute(
    db,
  );
  for (const table of ['posts', 'post_stats', 'post_tags', 'tags', 'users'])
    await sql`analyze ${sql.table(table)}`.execute(database.owner);

  const expected: [string, RegExp][] = [
    ['/posts', /posts_published_index/],
    ['/posts?sort=published_at', /posts_published_index/],
    ['/posts?sort=title', /posts_title_index/],
    ['/posts?sort=-views', /post_stats_even_views_index/],
    ['/posts?q=rarity', /posts_search_index/],
    ['/posts?q=rarity&sort=title', /posts_(search|title)_index/],
    ['/posts?tag=one', /post_tags_(pkey|tag_id_index)/],
    [`/posts?author=${ada.user.id}`, /posts_(author|published)_index/],
    [`/posts?author=${ada.user.username}`, /users_username_key/],
    [`/users/${ada.user.id}/posts`, /posts_(author|published)_index/],
    ['/me/posts', /posts_author_index/],
    ['/me/posts?status=draft', /posts_(author|author_drafts|drafts)_index/],
    ['/posts?status=draft', /posts_(author|author_drafts|drafts)_index/],
    ['/posts?status=draft&q=rarity', /posts_(search|author|author_drafts|drafts)_index/],
    ['/posts/filler-77', /posts_slug_key/],
    [`/posts/${ada.user.id}`, /posts_pkey/],
  ];
  for (const [path, index] of expected) {
    const pages: string[] = [path];
    if (!path.startsWith('/posts/')) {
      const sized = `${path}${path.includes('?') ? '&' : '?'}per_page=2`;
      const next = following(sized, (await list(ada, sized)).meta);
      if (next) pages.push(next);
    }
    for (const page of pages) {
      watched.taken();
      await ada.get(page);
      const [read] = watched.taken().filter(({ sql }) => /from "?posts"?/.test(sql));
      const plan = read ? await planOf(db, read) : '';
      t.match(plan, index, `${page.slice(0, 60)}\n${plan}`);
      t.notMatch(plan, /Seq Scan on posts/, page.slice(0, 60));
    }
  }
});

t.test('a key costs at most two statements more, transactions included', async (t) => {
  const taken = `Taken ${newTag()}`;
  await newPost(ada, { title: taken });
  const costOf = async (title: string, headers: Record<string, string>) => {
    const [statements, transactions] = [watched.count(), watched.transactions()];
    const { status } = await ada.post('/posts', { title, body: BODY }, { headers });
    t.equal(status, 201);
    return watched.count() - statements + 2 * (watched.transactions() - transactions);
  };
  for (const title of [() => `Free ${newTag()}`, () => taken]) {
    const without = await costOf(title(), {});
    const key = { 'idempotency-key': newName() };
    const keyed = await costOf(title(), key);
    t.ok(keyed <= without + 2, `${keyed} against ${without}`);
  }
});
