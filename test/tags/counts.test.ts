import { sql } from 'kysely';
import t, { type Test } from 'tap';
import { commandActor } from '../../src/commands/context.ts';
import { PostImporter } from '../../src/commands/import/post-importer.ts';
import type { ImportedPost } from '../../src/commands/import/read-post.ts';
import type { Post } from '../../src/domains/posts/posts.schemas.ts';
import { createInThreadRenderer } from '../../src/platform/markdown/index.ts';
import { testApp } from '../support/app/app.ts';
import { isParallel } from '../support/database/database.ts';
import { until } from '../support/until.ts';
import type { TagList } from './arrange.ts';

/** The number of posts of a tag is kept: whatever happens to posts and tags, it is the number that counting gives. */

const { client, db } = await testApp(t);
const admin = await client.asAdmin();
const NAMES = ['anchovy', 'Bonito', 'cod', 'Dorado', 'eel', 'flounder', 'Grouper', 'hake'];
const ANY = { headers: { 'if-match': '*' } };
const OPERATIONS = 160;

/** Numbers that look random and are the same for the same seed. */
function randomOf(seed: number) {
  let state = seed;
  const below = (limit: number) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((state / 2 ** 32) * limit);
  };
  return { below, oneOf: <T>(all: readonly T[]): T | undefined => all[below(all.length)] };
}

/** Somebody who does things to posts and tags at random. */
async function worker(seed: number) {
  const { below, oneOf } = randomOf(seed);
  let author = await client.newUser();
  const posts: string[] = [];
  const tags = () => NAMES.filter(() => below(3) === 0);
  const soon = () => new Date(Date.now() + below(400)).toISOString();
  const importer = new PostImporter(db, commandActor('import'), createInThreadRenderer(), `counts-${seed}`);
  const imported = (): ImportedPost => ({
    path: `${below(3)}.md`,
    title: `Imported ${below(1000)}`,
    body: 'It came from elsewhere.',
    summary: null,
    tags: tags(),
    authors: [],
    slug: `imported-${seed}`,
    status: below(2) === 0 ? 'draft' : 'published',
    published_at: '2001-01-01T00:00:00.000Z',
    updated_at: null,
  });
  const create = async () => {
    const status = oneOf([
      { status: 'draft' },
      { status: 'published' },
      { status: 'published', publish_at: soon() },
    ]);
    const { body } = await author.post<Post>('/posts', {
      title: 'Of fish',
      body: 'It is about many fish.',
      tags: tags(),
      ...status,
    });
    posts.push(body.id);
  };
  const tag = async () => oneOf((await admin.get<TagList>('/tags?per_page=100')).body.data)?.id;
  const operations = [
    create,
    create,
    () => author.post(`/posts/${oneOf(posts)}/publish`, below(2) === 0 ? {} : { publish_at: soon() }),
    () => author.post(`/posts/${oneOf(posts)}/unpublish`, { status: oneOf(['draft', 'archived']) }),
    () => author.patch(`/posts/${oneOf(posts)}`, { tags: tags() }, ANY),
    () => author.patch(`/posts/${oneOf(posts)}`, { tags: tags(), title: `Of fish ${below(9)}` }, ANY),
    () => author.post(`/posts/${oneOf(posts)}/revisions/1/restore`),
    () => author.delete(`/posts/${oneOf(posts)}`, ANY),
    async () => admin.patch(`/tags/${await tag()}`, { name: oneOf([...NAMES, `fish ${below(4)}`]) }),
    async () => admin.delete(`/tags/${await tag()}`),
    () => importer.take(imported()),
    async () => {
      if (below(4) > 0) return;
      await author.delete('/auth/me');
      author = await client.newUser();
      posts.length = 0;
    },
  ];
  return async (count: number) => {
    for (let number = 0; number < count; number++) await oneOf(operations)?.();
  };
}

/** Whether every post that was to be published soon is, by the clock of the database. */
async function everyTimeHasCome() {
  const { rows } = await sql<{ waiting: number }>`
    select count(*)::int as waiting from posts where published_at between now() and now() + interval '1 day'`.execute(
    db,
  );
  return rows[0]?.waiting === 0;
}

/** The tags by the API, and by counting. Counting comes second and in between no time may come, so it is done again. */
async function checkCounts(t: Test, what: string) {
  await until(everyTimeHasCome);
  const { body } = await admin.get<TagList>('/tags?per_page=100');
  const { rows } = await sql<{ name: string; posts: number }>`
    select name, count(p.id)::int as posts
    from tags left join post_tags on tag_id = tags.id
      left join posts p on p.id = post_id and p.status = 'published' and p.published_at <= now()
    group by tags.id order by lower(name)`.execute(db);
  t.same(
    body.data.map(({ name, post_count }) => ({ name, posts: post_count })),
    rows,
    what,
  );
  t.ok(rows.some(({ posts }) => posts > 0));
}

t.test('whatever is done, in any order, the kept numbers are the counted ones', async (t) => {
  const work = await worker(1);
  for (let round = 1; round <= 4; round++) {
    await work(OPERATIONS / 4);
    await checkCounts(t, `after ${(round * OPERATIONS) / 4} operations`);
  }
});

const skip = !isParallel && 'the embedded engine runs one transaction after the other';
t.test('also where it is done at the same moment, and nobody waits for ever', { skip }, async (t) => {
  const deadlocks = async () => {
    const { rows } = await sql<{ deadlocks: number }>`
      select deadlocks::int from pg_stat_database where datname = current_database()`.execute(db);
    return rows[0]?.deadlocks;
  };
  const workers = await Promise.all([2, 3, 4, 5, 6, 7].map(worker));
  const reading = { stop: false };
  const reader = (async () => {
    while (!reading.stop) t.equal((await client.get('/tags?sort=-post_count')).status, 200);
  })();
  await Promise.all(workers.map((work) => work(OPERATIONS / 2)));
  reading.stop = true;
  await reader;
  await checkCounts(t, 'after all of them');
  t.equal(await deadlocks(), 0);
});

t.test('a scheduled post is counted when its time comes, and not before', async (t) => {
  const author = await client.newUser();
  const name = 'barracuda';
  const count = async () =>
    (await admin.get<TagList>(`/tags?q=${name}`)).body.data.map(({ post_count }) => post_count);
  const input = { title: 'In time', body: 'It is about many fish.', tags: [name], status: 'scheduled' };
  const { body } = await author.post<Post>('/posts', { ...input, publish_at: '2999-01-01T00:00:00.000Z' });
  t.same(await count(), [0]);
  t.same((await client.get<TagList>(`/tags?q=${name}`)).body.data, [], 'nobody else sees it');
  const publish_at = new Date(Date.now() + 300).toISOString();
  await author.post(`/posts/${body.id}/publish`, { publish_at });
  await until(everyTimeHasCome);
  t.same(await count(), [1]);
});
