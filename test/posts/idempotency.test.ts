import { sql } from 'kysely';
import t from 'tap';
import type { Post } from '../../src/domains/posts/posts.schemas.ts';
import { testApp } from '../support/app/app.ts';
import { type Client, newName } from '../support/client/client.ts';
import { isParallel } from '../support/database/database.ts';
import { BODY, change, newDraft, newTag, reread, titles } from './arrange.ts';

const { app, client, db } = await testApp(t);
const ada = await client.newUser();
const bob = await client.newUser();

const withKey = (key: string) => ({ headers: { 'idempotency-key': key } });
const create = (who: Client, key: string, input: object) =>
  who.post<Post>('/posts', { title: 'Sent more than once', body: BODY, ...input }, withKey(key));

t.test('a post that is sent again with its key is made once, and gets the same answer', async (t) => {
  const [key, input] = [newName(), { status: 'published', tags: [newTag()] }];
  const first = await create(ada, key, input);
  t.equal(first.status, 201);
  t.equal(first.headers['idempotency-replayed'], undefined);
  await change(ada, first.body, { title: 'Changed since' });
  const again = await create(ada, key, input);
  t.equal(again.status, 201);
  t.equal(again.headers['idempotency-replayed'], 'true');
  t.equal(again.text, first.text);
  for (const name of ['location', 'etag', 'content-type'])
    t.equal(again.headers[name], first.headers[name], name);
  t.same(await titles(client, `/posts?tag=${input.tags[0]}`), ['Changed since']);
});

t.test('the key of another body is refused with 422, and nothing is made', async (t) => {
  const [key, tags] = [newName(), [newTag()]];
  await create(ada, key, { tags, status: 'published' });
  for (const input of [{ tags }, { tags, status: 'published', title: 'Another title' }, {}]) {
    const { status, body } = await ada.post(
      '/posts',
      { title: 'Sent more than once', body: BODY, ...input },
      withKey(key),
    );
    t.equal(status, 422);
    t.equal(body.code, 'idempotency_key_reused');
  }
  t.equal((await titles(client, `/posts?tag=${tags[0]}`)).length, 1);
});

t.test('two people may have the same key', async (t) => {
  const key = newName();
  const [one, two] = [await create(ada, key, {}), await create(bob, key, {})];
  t.not(one.body.id, two.body.id);
  t.equal(two.body.author.id, bob.user.id);
  t.equal(two.headers['idempotency-replayed'], undefined);
});

t.test('a post that was refused may be sent again with its key', async (t) => {
  const key = newName();
  t.equal((await create(ada, key, { status: 'scheduled' })).status, 422);
  t.equal((await create(ada, key, { title: 'four' })).status, 422);
  t.equal((await create(ada, key, {})).status, 201);
});

t.test('twenty posts at once with one key are one post', async (t) => {
  const [key, tag] = [newName(), newTag()];
  const answers = await Promise.all(
    Array.from({ length: 20 }, () => create(ada, key, { tags: [tag], status: 'published' })),
  );
  const made = answers.filter(({ status }) => status === 201);
  const others = answers.filter(({ status }) => status !== 201);
  t.equal(made.filter(({ headers }) => !headers['idempotency-replayed']).length, 1);
  t.equal(new Set(made.map(({ body }) => body.id)).size, 1);
  for (const { status } of others) t.equal(status, 409);
  if (!isParallel) t.equal(others.length, 0);
  t.equal((await titles(client, `/posts?tag=${tag}`)).length, 1);
});

t.test('publishing, taking back and going back happen once for a key', async (t) => {
  const { id } = await newDraft(ada, { title: 'The first title' });
  await change(ada, { id }, { title: 'The second title' });
  let version = 2;
  for (const action of ['publish', 'unpublish', 'revisions/1/restore']) {
    const key = newName();
    const act = () => ada.post<Post>(`/posts/${id}/${action}`, undefined, withKey(key));
    const first = await act();
    t.equal(first.body.version, ++version, action);
    const again = await act();
    t.equal(again.headers['idempotency-replayed'], 'true', action);
    t.equal(again.text, first.text, action);
    t.equal(again.headers.etag, first.headers.etag, action);
    t.equal((await reread(ada, { id })).version, version, action);

    const { id: other } = await newDraft(ada);
    const elsewhere = await ada.post(`/posts/${other}/${action}`, undefined, withKey(key));
    t.equal(elsewhere.status, 422, `${action} of another post`);
    t.equal(elsewhere.body.code, 'idempotency_key_reused', action);
  }
});

t.test(
  'while the first post with a key is being written, the second is refused',
  { skip: !isParallel },
  async (t) => {
    const key = newName();
    await db.transaction().execute(async (tx) => {
      const name = `${ada.user.id} createPost ${key}`;
      await sql`select pg_advisory_xact_lock(hashtextextended(${name}, 0))`.execute(tx);
      const { status, text } = await create(ada, key, {});
      t.equal(status, 409);
      t.match(text, 'idempotency_key_in_use');
    });
    t.equal((await create(ada, key, {})).status, 201);
  },
);

t.test('a key of more than a day ago makes another post, also before it is dropped', async (t) => {
  const key = newName();
  const first = await create(ada, key, {});
  const created_at = sql<string>`now() - interval '25 hours'`;
  await db.updateTable('idempotency_keys').set({ created_at }).where('key', '=', key).execute();
  const second = await create(ada, key, { title: 'Of another day' });
  t.equal(second.status, 201);
  t.equal(second.headers['idempotency-replayed'], undefined);
  t.not(second.body.id, first.body.id);
  const again = await create(ada, key, { title: 'Of another day' });
  t.equal(again.headers['idempotency-replayed'], 'true');
  t.equal(again.text, second.text);
});

t.test('an answer that is kept is given without rendering the text again', async (t) => {
  const [key, post] = [newName(), await newDraft(ada)];
  let rendered = 0;
  const { render } = app.markdown;
  t.teardown(() => Object.assign(app.markdown, { render }));
  Object.assign(app.markdown, {
    render: (text: string) => {
      rendered += 1;
      return render.call(app.markdown, text);
    },
  });
  for (const replayed of [undefined, 'true'])
    t.equal((await create(ada, key, {})).headers['idempotency-replayed'], replayed);
  t.equal(rendered, 1);
  const stale = { headers: { 'if-match': '"7-x"' } };
  t.equal((await ada.patch(`/posts/${post.id}`, { body: BODY }, stale)).status, 412);
  t.equal(rendered, 1, 'nor for a version that is not there any more');
});
