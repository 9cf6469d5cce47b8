import t from 'tap';
import { ViewCounter } from '../../src/domains/posts/reading/reading.views.ts';
import type { Db } from '../../src/platform/database/index.ts';
import { newId } from '../../src/platform/ids.ts';
import { testApp } from '../support/app/app.ts';
import { createTestApp } from '../support/app/bare-app.ts';
import { Client } from '../support/client/client.ts';
import { fileDatabase } from '../support/database/database.ts';
import { list, newArchived, newDraft, newPost, newScheduled, newTag, reread } from './arrange.ts';

const database = await fileDatabase();
const { client, db } = await testApp(t);
const ada = await client.newUser();

const viewsOf = async ({ id }: { id: string }) =>
  (await db.selectFrom('post_stats').select('views').where('post_id', '=', id).executeTakeFirstOrThrow())
    .views;

/** Does something with an instance of the service that is then stopped cleanly. */
async function untilStopped(work: (client: Client) => Promise<unknown>, handle: Db = db): Promise<void> {
  const app = await createTestApp({ database: { ...database, db: handle } });
  await work(new Client(app, handle)).finally(() => app.close());
}

/** The same database, where the first so many writes of views fail. */
function failing(times: number): Db {
  let left = times;
  return db.withPlugin({
    transformQuery: ({ node }) => {
      if (node.kind === 'RawNode' && JSON.stringify(node).includes('update post_stats') && left-- > 0)
        throw new Error('the database is gone for a moment');
      return node;
    },
    transformResult: async ({ result }) => result,
  });
}

t.test('every read of a published post counts once, by id or by slug, whoever reads it', async (t) => {
  const post = await newPost(ada);
  await untilStopped(async (other) => {
    for (const who of [other, other.as(ada)])
      for (const ref of [post.id, post.slug]) await who.get(`/posts/${ref}`);
    t.equal(await viewsOf(post), 0, 'which costs no write');
  });
  t.equal(await viewsOf(post), 4, 'and is written when the service stops');
  t.equal((await reread(client, post)).views, 4);
});

t.test('a read whose answer the reader already has counts, asking for headers only does not', async (t) => {
  const post = await newPost(ada);
  const { etag = '' } = (await client.head(`/posts/${post.id}`)).headers;
  await untilStopped(async (other) => {
    t.equal((await other.get(`/posts/${post.id}`, { headers: { 'if-none-match': etag } })).status, 304);
    for (let number = 0; number < 3; number++) await other.head(`/posts/${post.id}`);
  });
  t.equal(await viewsOf(post), 1);
});

t.test('what is not published has no views, however often its author looks', async (t) => {
  for (const make of [newDraft, newScheduled, newArchived]) {
    const post = await make(ada);
    await untilStopped(async (other) => {
      t.equal((await other.as(ada).get(`/posts/${post.id}`)).status, 200);
      t.equal((await other.get(`/posts/${post.id}`)).status, 404);
    });
    t.equal(await viewsOf(post), 0);
  }
});

t.test('lists, comments and changes are no views', async (t) => {
  const tag = newTag();
  const post = await newPost(ada, { tags: [tag] });
  await untilStopped(async (other) => {
    await list(other, `/posts?tag=${tag}`);
    await other.get(`/posts/${post.id}/comments`);
    await other.as(ada).get(`/posts/${post.id}/revisions`);
    await other
      .as(ada)
      .patch(`/posts/${post.id}`, { title: 'Another title' }, { headers: { 'if-match': '*' } });
  });
  t.equal(await viewsOf(post), 0);
});

t.test('views are no change: neither the version nor the time of the post moves', async (t) => {
  const post = await newPost(ada);
  await untilStopped((other) => other.get(`/posts/${post.id}`));
  t.same(await reread(client, post), { ...post, views: 1 });
});

t.test('many reads at once by two instances are all counted', async (t) => {
  const posts = [await newPost(ada), await newPost(ada)];
  const readAll = (other: Client) =>
    Promise.all(Array.from({ length: 50 }, (_, number) => other.get(`/posts/${posts[number % 2]?.id}`)));
  await Promise.all([untilStopped(readAll), untilStopped(readAll)]);
  for (const post of posts) t.equal(await viewsOf(post), 50);
});

t.test('more posts than one statement takes are all written', async (t) => {
  const post = await newPost(ada);
  const counter = new ViewCounter(db);
  for (let number = 0; number < 2500; number++) counter.count(newId());
  counter.count(post.id);
  await counter.flush();
  t.equal(await viewsOf(post), 1, 'and those of posts that are gone are dropped');
});

t.test('views that could not be written are kept for the next time', async (t) => {
  const post = await newPost(ada);
  const counter = new ViewCounter(failing(1));
  counter.count(post.id);
  counter.count(post.id);
  await t.rejects(counter.flush(), { message: /gone for a moment/ });
  t.equal(await viewsOf(post), 0);
  counter.count(post.id);
  await counter.flush();
  t.equal(await viewsOf(post), 3);
  await counter.flush();
  t.equal(await viewsOf(post), 3, 'and are written once');
});

t.test('a service that stops while the database is gone for a moment still writes them', async (t) => {
  const post = await newPost(ada);
  await untilStopped((other) => other.get(`/posts/${post.id}`), failing(1));
  t.equal(await viewsOf(post), 1);
});

t.test(
  'a service that stops while views are being written waits, and writes what that could not',
  async (t) => {
    const post = await newPost(ada);
    const app = await createTestApp({ database: { ...database, db: failing(1) } });
    await new Client(app, db).get(`/posts/${post.id}`);
    const writing = app.recurring.run('writing views');
    await Promise.all([t.rejects(writing), app.close()]);
    t.equal(await viewsOf(post), 1);
  },
);
