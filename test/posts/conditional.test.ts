import t from 'tap';
import type { Post } from '../../src/domains/posts/posts.schemas.ts';
import { testApp } from '../support/app/app.ts';
import { isParallel, untilBlocked } from '../support/database/database.ts';
import { FUTURE, newDraft, newPost, reread } from './arrange.ts';

const { client, db } = await testApp(t);
const ada = await client.newUser();

const edit = (post: Post, ifMatch: string, input: object = { summary: 'Edited.' }) =>
  ada.patch<Post>(`/posts/${post.id}`, input, { headers: { 'if-match': ifMatch } });
const etagOf = async (post: Post) => (await ada.get(`/posts/${post.id}`)).headers.etag ?? '';

t.test('every answer with a post has an ETag that begins with its version', async (t) => {
  const created = await ada.post<Post>('/posts', { title: 'With a tag', body: 'Something to begin with.' });
  const at = `/posts/${created.body.id}`;
  t.match(created.headers.etag, /^"1-/);
  t.match((await ada.get(at)).headers.etag, /^"1-/);
  t.match((await edit(created.body, '"1"')).headers.etag, /^"2-/);
  t.match((await ada.post(`${at}/publish`)).headers.etag, /^"3-/);
  t.match((await ada.post(`${at}/unpublish`)).headers.etag, /^"4-/);
  t.match((await ada.post(`${at}/revisions/1/restore`)).headers.etag, /^"5-/);
  t.equal((await ada.get(at)).headers.etag, await etagOf(created.body), 'the same for the same answer');
  t.equal((await ada.head(at)).headers.etag, await etagOf(created.body));
});

t.test('a change that names no version is refused with 428', async (t) => {
  const post = await newDraft(ada);
  for (const answer of [
    await ada.patch(`/posts/${post.id}`, { title: 'Blindly' }),
    await ada.delete(`/posts/${post.id}`),
  ]) {
    t.equal(answer.status, 428);
    t.equal(answer.body.code, 'precondition_required');
  }
  t.same(await reread(ada, post), post);
});

t.test('a change is taken with the ETag that was read, by itself, in a list, or with *', async (t) => {
  for (const [name, ifMatch] of Object.entries<(etag: string) => string>({
    'the ETag': (etag) => etag,
    'the version alone': () => '"1"',
    'the version with anything after it': () => '"1-other"',
    'a list': (etag) => `"7-x", ${etag}, "8"`,
    'a list without spaces': (etag) => `"7-x",${etag}`,
    'a list with weak ones': (etag) => `W/"7-x", ${etag}`,
    'any version': () => '*',
    'any version, with a space': () => ' * ',
  })) {
    const post = await newDraft(ada);
    const answer = await edit(post, ifMatch(await etagOf(post)));
    t.equal(answer.status, 200, name);
    t.match(answer.body, { ...post, version: 2, summary: 'Edited.', updated_at: String }, name);
  }
});

t.test('a change based on another version is refused with 412, which names the current one', async (t) => {
  const post = await newDraft(ada);
  await edit(post, '*');
  const now = await reread(ada, post);
  const etag = await etagOf(post);
  for (const ifMatch of [
    '"1"',
    '"1-x"',
    '"3"',
    `W/${etag}`,
    'W/"2"',
    '""',
    '"*"',
    '2',
    etag.replaceAll('"', ''),
    '"02x"',
    '"2x"',
    '"-2"',
    '"2.0"',
    '"99999999999999999999"',
    'x',
    ',',
    '"1", "3"',
  ]) {
    for (const answer of [
      await edit(post, ifMatch),
      await ada.delete(`/posts/${post.id}`, { headers: { 'if-match': ifMatch } }),
    ]) {
      t.equal(answer.status, 412, ifMatch);
      t.match(answer.body, { code: 'precondition_failed', current_version: 2 }, ifMatch);
    }
  }
  t.same(await reread(ada, post), now);
});

t.test('what is not there is 404 whatever version is named, and what does not fit is 422', async (t) => {
  const post = await newDraft(ada);
  const headers = { 'if-match': '"1"' };
  t.equal((await ada.patch(`/posts/${ada.user.id}`, { title: 'Nothing' }, { headers })).status, 404);
  t.equal((await ada.delete(`/posts/${ada.user.id}`, { headers })).status, 404);
  t.equal((await edit(post, '"9"', { title: 'four' })).status, 422);
});

t.test('of two edits of one version the second is refused, even if they come at once', async (t) => {
  for (let round = 0; round < 5; round++) {
    const post = await newDraft(ada);
    const answers = await Promise.all(
      ['one', 'two', 'three'].map((summary) => edit(post, '"1"', { summary, tags: [summary] })),
    );
    t.same(answers.map(({ status }) => status).sort(), [200, 412, 412]);
    const [winner] = answers.filter(({ status }) => status === 200);
    t.same(await reread(ada, post), winner?.body);
    t.equal(winner?.body.version, 2);
    for (const { status, body } of answers) if (status === 412) t.match(body, { current_version: 2 });
  }
});

const skip = isParallel ? false : 'the embedded engine runs one transaction after the other';
t.test('an edit waits for one that is under way, and then sees what it did', { skip }, async (t) => {
  const post = await newDraft(ada);
  const waiting = await db.transaction().execute(async (tx) => {
    await tx.updateTable('posts').set({ version: 2 }).where('id', '=', post.id).execute();
    const edits = [edit(post, '"1"'), edit(post, '"2"')];
    await untilBlocked(db);
    return edits;
  });
  t.same((await Promise.all(waiting)).map(({ status }) => status).sort(), [200, 412]);
});

t.test('a post is changed and deleted by its slug as by its id', async (t) => {
  const post = await newDraft(ada);
  const headers = { 'if-match': '"1"' };
  const changed = await ada.patch<Post>(`/posts/${post.slug}`, { title: 'By its slug' }, { headers });
  t.equal(changed.status, 200);
  t.match(changed.body, { id: post.id, slug: post.slug, title: 'By its slug', version: 2 });
  const deleted = await ada.delete(`/posts/${post.slug}`, { headers: { 'if-match': '"2"' } });
  t.equal(deleted.status, 204);
  t.equal((await ada.get(`/posts/${post.id}`)).status, 404);
});

t.test('an edit and a deletion of one version exclude each other', async (t) => {
  const post = await newDraft(ada);
  const headers = { 'if-match': '"1"' };
  const [edited, deleted] = await Promise.all([
    edit(post, '"1"'),
    ada.delete(`/posts/${post.id}`, { headers }),
  ]);
  t.ok(
    (edited.status === 200 && deleted.status === 412) || (edited.status === 404 && deleted.status === 204),
    `${edited.status} and ${deleted.status}`,
  );
});

t.test('who has the answer already gets 304 and nothing else', async (t) => {
  const post = await newPost(ada);
  const etag = await etagOf(post);
  for (const held of [etag, `W/${etag}`, `"x", ${etag}`, '*']) {
    for (const ref of [post.id, post.slug]) {
      const answer = await client.get(`/posts/${ref}`, { headers: { 'if-none-match': held } });
      t.equal(answer.status, 304, held);
      t.equal(answer.text, '', held);
      t.equal(answer.headers.etag, etag, held);
      t.notOk(answer.headers['content-type'], held);
    }
    t.equal((await client.head(`/posts/${post.id}`, { headers: { 'if-none-match': held } })).status, 304);
  }
  for (const held of ['"1"', '"1-x"', etag.slice(1, -1), '""'])
    t.equal(
      (await client.get(`/posts/${post.id}`, { headers: { 'if-none-match': held } })).status,
      200,
      held,
    );
});

t.test('If-None-Match lets nobody see what they may not', async (t) => {
  const post = await newDraft(ada);
  for (const held of ['*', await etagOf(post)])
    t.equal((await client.get(`/posts/${post.id}`, { headers: { 'if-none-match': held } })).status, 404);
});

t.test('a view changes the ETag, and still does not refuse an edit based on the one before', async (t) => {
  const post = await newPost(ada);
  const before = await etagOf(post);
  await db.updateTable('post_stats').set({ views: 41 }).where('post_id', '=', post.id).execute();
  const answer = await ada.get<Post>(`/posts/${post.id}`, { headers: { 'if-none-match': before } });
  t.equal(answer.status, 200);
  t.equal(answer.body.views, 41);
  t.not(answer.headers.etag, before);
  t.match(answer.headers.etag, /^"1-/);
  t.equal((await edit(post, before)).status, 200);
});

t.test('the time of a scheduled post changes its ETag when it comes', async (t) => {
  const post = await newPost(ada, { publish_at: FUTURE });
  const before = await etagOf(post);
  await db
    .updateTable('posts')
    .set({ published_at: '2001-01-01T00:00:00.000Z' })
    .where('id', '=', post.id)
    .execute();
  const answer = await ada.get<Post>(`/posts/${post.id}`, { headers: { 'if-none-match': before } });
  t.equal(answer.status, 200);
  t.equal(answer.body.status, 'published');
});
