import { connect } from 'node:net';
import { sql } from 'kysely';
import t from 'tap';
import { listening, testApp } from '../support/app/app.ts';
import { fileDatabase, isParallel, untilBlocked } from '../support/database/database.ts';
import { keptLog } from '../support/doubles/log.ts';
import { until } from '../support/until.ts';
import {
  change,
  following,
  list,
  newDraft,
  newPost,
  newTag,
  type PostList,
  titles,
  walk,
} from './arrange.ts';
import { planOf, watching } from './watching.ts';

/** What a search may cost: so many words, so many matches that are ranked and counted, so much time. */

const watched = watching(await fileDatabase());
const { app, client, db } = await testApp(t, { resources: { database: watched.database } });
const ada = await client.newUser();
const onlyParallel = !isParallel && 'the embedded engine runs one statement at a time';

const find = (q: string, more = '') => client.get(`/posts?q=${encodeURIComponent(q)}${more}`);
const words = (count: number) => Array.from({ length: count }, (_, number) => `w${number}`);

t.test('a search has twenty words at the most', async (t) => {
  for (const join of [' ', ' or ', ' -', '"', '. ']) {
    const many = words(21).join(join);
    const count = join === ' or ' ? 41 : 21;
    const { status, body } = await find(many);
    t.equal(status, 422, many);
    t.equal(body.code, 'search_too_broad');
    const detail = `has ${count} words, and 20 are the most`;
    t.same(body.errors, [{ pointer: '/q', code: 'too_many', detail }]);
  }
  t.equal((await find(words(20).join(' '))).status, 200);
  t.equal((await find(words(20).join(' '), '&sort=title')).status, 200);
});

t.test('no search finds posts by what they do not say alone', async (t) => {
  const tag = newTag();
  await newPost(ada, { title: 'A fennec', tags: [tag] });
  for (const q of ['-fennec', 'the -fennec', '-"fennec fox" -jackal', 'fennec or -jackal']) {
    const { status, body } = await find(q, `&tag=${tag}`);
    t.match(
      { status, body },
      { status: 422, body: { code: 'search_too_broad', errors: [{ code: 'invalid' }] } },
    );
  }
  t.same(await titles(client, `/posts?tag=${tag}&q=${encodeURIComponent('fennec -jackal')}`), ['A fennec']);
});

t.test('drafts, scheduled and archived posts are found by the index too', async (t) => {
  const draft = await newDraft(ada, { title: 'Of a tamandua', body: 'Nothing is said of it.' });
  watched.taken();
  const found = await list(ada, '/posts?status=draft&q=tamandua');
  t.same(
    found.data.map(({ id }) => id),
    [draft.id],
  );
  const asked = watched.taken().filter(({ sql }) => sql.includes('tsquery'));
  t.equal(asked.length, 2, 'the page and the total');
  for (const query of asked) t.notMatch(query.sql, /post_search/);
  const [page] = asked;
  if (page) t.match(await planOf(db, page), /posts_(search|author|author_drafts|drafts)_index/);

  const vectorOf = async ({ id }: { id: string }) =>
    (await db.selectFrom('posts').select('search').where('id', '=', id).executeTakeFirstOrThrow()).search;
  const before = await vectorOf(draft);
  t.match(before, /tamandua/, 'its words are kept');
  await change(ada, draft, { summary: 'Of an aardwolf' });
  t.equal(await vectorOf(draft), null, 'until they change');
  t.same((await list(ada, '/posts?status=draft&q=aardwolf')).data.length, 1);
  await ada.post(`/posts/${draft.id}/publish`, {});
  t.match(await vectorOf(draft), /aardwolf/);
  t.same((await list(client, '/posts?q=aardwolf')).data.length, 1);
  await ada.post(`/posts/${draft.id}/unpublish`, { status: 'archived' });
  t.same((await list(client, '/posts?q=aardwolf')).data.length, 0);
  t.same((await list(ada, '/posts?q=aardwolf&status=archived')).data.length, 1);
});

t.test(
  'all drafts are made searchable that are about to be searched, and the others as time goes by',
  async (t) => {
    const [bea, cid] = [await client.newUser(), await client.newUser()];
    const tag = newTag();
    for (let number = 0; number < 9; number++) await newDraft(bea, { title: 'Of a binturong', tags: [tag] });
    for (let number = 0; number < 9; number++) await newDraft(cid, { title: 'Of a binturong', tags: [tag] });
    const without = async () => {
      const posts = db.selectFrom('posts').select('author_id').where('search', 'is', null);
      const rows = await posts.where('author_id', 'in', [bea.user.id, cid.user.id]).execute();
      return rows.map(({ author_id }) => author_id);
    };
    t.equal((await list(bea, `/posts?tag=${tag}&status=draft&q=binturong`)).meta.total, 9);
    t.notOk((await without()).includes(bea.user.id));
    await app.recurring.run('making drafts searchable');
    t.same(await without(), []);
    const admin = await client.asAdmin();
    t.equal((await list(admin, `/posts?tag=${tag}&status=draft&q=binturong`)).meta.total, 18);
  },
);

t.test('a word that is in many posts: the newest thousand are ranked, and as many are counted', async (t) => {
  await sql`
    insert into posts (id, author_id, slug, title, body, body_html, status, published_at)
    select gen_random_uuid(), ${ada.user.id}, 'okapi-' || n, 'Number ' || n,
      case n when 1 then 'okapi okapi okapi' when 1003 then 'okapi okapi' else 'okapi' end, '', 'published',
      timestamptz '2001-01-01' + n * interval '1 hour'
    from generate_series(1, 1003) n`.execute(db);
  await sql`insert into post_stats (post_id) select id from posts on conflict do nothing`.execute(db);
  const first = await list(client, '/posts?q=okapi&per_page=100');
  t.match(first.meta, { total: 1000, total_is_exact: false, pages: 10, next_cursor: String });
  t.equal(first.data[0]?.title, 'Number 1003', 'the first one would be better, but is too old');
  const ranked = await walk(client, '/posts?q=okapi&per_page=100');
  t.equal(new Set(ranked.map(({ id }) => id)).size, 1000);
  t.equal(ranked.length, 1000);
  const last = await list(client, '/posts?q=okapi&per_page=100&page=10');
  t.equal(last.data.length, 100);
  t.equal(last.meta.next_cursor, null);

  const sorted = '/posts?q=okapi&sort=published_at&per_page=100';
  t.match((await list(client, sorted)).meta, { total: 1000, total_is_exact: false });
  t.equal((await walk(client, sorted)).length, 1003, 'in another order all are listed');
  const few = (await list(client, '/posts?q=okapi%20-1003&author=nobody')).meta;
  t.match(few, { total: 0, total_is_exact: true, pages: 0 });
  const path = '/posts?q=okapi&per_page=1';
  const next = await list(client, following(path, (await list(client, path)).meta) ?? '');
  t.match(next.meta, { total: null, total_is_exact: null });
});

t.test('accounts that are searched for are counted up to a thousand', async (t) => {
  const admin = await client.asAdmin();
  await sql`
    insert into users (id, email, username)
    select gen_random_uuid(), 'gerenuk-' || n || '@example.com', 'gerenuk-' || n from generate_series(1, 1001) n`.execute(
    db,
  );
  const { body } = await admin.get<PostList>('/users?q=gerenuk&per_page=100');
  t.match(body.meta, { total: 1000, total_is_exact: false, pages: 10 });
  const { body: all } = await admin.get<PostList>('/users?per_page=1');
  t.match(all.meta, { total_is_exact: true });
  t.ok(Number(all.meta.total) > 1001);
});

t.test('a search that takes longer than a second is answered 503', { skip: onlyParallel }, async (t) => {
  await db.transaction().execute(async (tx) => {
    await sql`lock table posts in access exclusive mode`.execute(tx);
    const { status, body, headers } = await find('okapi');
    t.equal(status, 503);
    t.match(body.detail, /longer than 1 s/);
    t.match(headers['retry-after'], /^\d+$/);
  });
  t.equal((await find('okapi')).status, 200);
});

t.test('whoever hangs up does not search on', { skip: onlyParallel }, async (t) => {
  const { log, saying } = keptLog();
  const testing = await testApp(t, { resources: { log } });
  await listening(t, testing);
  const { port } = new URL(testing.app.listeningOrigin);
  await db.transaction().execute(async (tx) => {
    await sql`lock table posts in access exclusive mode`.execute(tx);
    const socket = connect({ port: Number(port), host: '127.0.0.1' });
    socket.write('GET /api/v1/posts?q=okapi HTTP/1.1\r\nHost: localhost\r\n\r\n');
    await untilBlocked(tx);
    socket.destroy();
    await until(() => saying('could not be served').length > 0);
  });
  t.match(saying('could not be served'), [{ err: { message: 'The caller has gone away.' } }]);
});
