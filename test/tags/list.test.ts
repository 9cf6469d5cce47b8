import t from 'tap';
import { testApp } from '../support/app/app.ts';
import { counting } from '../support/database/counting.ts';
import { fileDatabase } from '../support/database/database.ts';
import { newPost, type TagList, tagNamed } from './arrange.ts';

const { client } = await testApp(t);
const ada = await client.newUser();
const admin = await client.asAdmin();

t.test('tags are listed by name, whatever their case, to anyone', async (t) => {
  await newPost(ada, ['list beta', 'List Alpha', 'list gamma']);
  const { status, body } = await client.get<TagList>('/tags?q=list');
  t.equal(status, 200);
  t.same(
    body.data.map((tag) => [tag.name, tag.slug, tag.post_count]),
    [
      ['List Alpha', 'list-alpha', 1],
      ['list beta', 'list-beta', 1],
      ['list gamma', 'list-gamma', 1],
    ],
  );
  t.match(body.meta, { page: 1, per_page: 20, total: 3, pages: 1, next_cursor: null });
});

t.test('only posts that everyone may see are counted', async (t) => {
  const published = await newPost(ada, ['counted']);
  await newPost(ada, ['counted'], { status: 'draft' });
  await newPost(ada, ['counted'], { status: 'scheduled', publish_at: '2999-01-01T00:00:00.000Z' });
  t.equal((await tagNamed(client, 'counted')).post_count, 1);
  t.equal((await tagNamed(ada, 'counted')).post_count, 1, 'also for their author');
  await ada.post(`/posts/${published.id}/unpublish`, {});
  t.equal((await tagNamed(admin, 'counted')).post_count, 0, 'a tag without any is still there for admins');
  const { body } = await client.get<TagList>('/tags?q=counted');
  t.same(body.data, [], 'and for nobody else, since it tells what a draft is about');
});

t.test('the most used come first where that is asked for, those used as often by name', async (t) => {
  await newPost(ada, ['use b', 'use c']);
  await newPost(ada, ['use c', 'use d']);
  await newPost(ada, ['use c', 'use d', 'use a'], { status: 'draft' });
  await newPost(ada, ['use e']);
  const order = ['use c', 'use b', 'use d', 'use e'];
  const { body } = await admin.get<TagList>('/tags?q=use&sort=-post_count');
  t.same(
    body.data.map((tag) => [tag.name, tag.post_count]),
    [
      ['use c', 2],
      ['use b', 1],
      ['use d', 1],
      ['use e', 1],
      ['use a', 0],
    ],
  );
  t.same(await walk('/tags?q=use&sort=-post_count&per_page=2'), order, 'also read by cursor');
  const second = await client.get<TagList>('/tags?q=use&sort=-post_count&per_page=2&page=2');
  t.same(
    second.body.data.map((tag) => tag.name),
    ['use d', 'use e'],
    'and by page',
  );
});

t.test('a list by name can be read by cursor and by page', async (t) => {
  await newPost(ada, ['walk é', 'walk a', 'Walk B', 'walk c', 'WALK D']);
  const names = await walk('/tags?q=walk&per_page=2');
  t.same(names, ['walk a', 'Walk B', 'walk c', 'WALK D', 'walk é']);
  const second = await client.get<TagList>('/tags?q=walk&per_page=2&page=2');
  t.same(
    second.body.data.map((tag) => tag.name),
    names.slice(2, 4),
  );
});

t.test('what is looked for is a part of the name and not a pattern', async (t) => {
  await newPost(ada, ['100% wool', 'snake_case', 'back\\slash']);
  const find = async (q: string) =>
    (await client.get<TagList>(`/tags?q=${encodeURIComponent(q)}`)).body.data.map((tag) => tag.name);
  t.same(await find('%'), ['100% wool']);
  t.same(await find('_'), ['snake_case']);
  t.same(await find('\\'), ['back\\slash']);
  t.same(await find('E_C'), ['snake_case']);
  t.same(await find("'; drop table tags; --"), []);
});

t.test('a sort that there is not, and a cursor of another order, are refused', async (t) => {
  t.equal((await client.get('/tags?sort=slug')).status, 422);
  const { body } = await client.get<TagList>('/tags?per_page=1');
  const cursor = encodeURIComponent(body.meta.next_cursor ?? '');
  const other = await client.get(`/tags?per_page=1&sort=-post_count&cursor=${cursor}`);
  t.equal(other.status, 400);
  t.equal(other.body.code, 'invalid_cursor');
});

t.test('C, C++ and C# are three tags, and so are names that ASCII cannot spell', async (t) => {
  const names = ['C', 'C++', 'C#', '漢字', '日本', 'Q&A', 'Q and A'];
  await newPost(ada, names);
  const tags = await Promise.all(names.map((name) => tagNamed(client, name)));
  t.equal(new Set(tags.map((tag) => tag.slug)).size, names.length);
});

t.test(
  'a list takes four statements, however many tags it has: two are for the counts and the limits of a search',
  async (t) => {
    const counted = counting(await fileDatabase());
    const { client: other } = await testApp(t, { resources: { database: counted.database } });
    await newPost(
      ada,
      Array.from({ length: 15 }, (_, number) => `many ${number}`),
    );
    for (const query of ['q=many', 'q=many&sort=-post_count']) {
      const before = counted.count();
      const { body } = await other.get<TagList>(`/tags?${query}`);
      t.equal(body.data.length, 15);
      t.equal(counted.count() - before, 4);
    }
  },
);

t.test("partners' pages may read the list and change nothing", async (t) => {
  const origin = 'https://partner.example';
  const { client: open } = await testApp(t, { config: { PARTNER_CORS_ORIGINS: [origin] } });
  const listed = await open.get<TagList>('/tags', { headers: { origin } });
  t.equal(listed.headers['access-control-allow-origin'], origin);
  const deleted = await open.delete('/tags/01932b6e-8f2a-7c3d-9b4e-5a6f7c8d9e0f', { headers: { origin } });
  t.notOk(deleted.headers['access-control-allow-origin']);
});

async function walk(path: string): Promise<string[]> {
  const names: string[] = [];
  for (let cursor: string | null = ''; cursor !== null; ) {
    const { body }: { body: TagList } = await client.get<TagList>(
      cursor ? `${path}&cursor=${encodeURIComponent(cursor)}` : path,
    );
    names.push(...body.data.map((tag) => tag.name));
    cursor = body.meta.next_cursor;
  }
  return names;
}
