import { type CompiledQuery, type KyselyPlugin, sql } from 'kysely';
import t from 'tap';
import type { Post } from '../../src/domains/posts/posts.schemas.ts';
import type { Db } from '../../src/platform/database/index.ts';
import { deleteAnswersAbout, listAnswersAbout } from '../../src/platform/idempotency/index.ts';
import { newId } from '../../src/platform/ids.ts';
import { planOf } from '../posts/watching.ts';
import { testApp } from '../support/app/app.ts';
import { newName, PASSWORD } from '../support/client/client.ts';
import { freshDatabase } from '../support/database/database.ts';

/** Whom kept answers concern: erasure and export of an account find them by it. */

const { app, client, db } = await testApp(t);
const admin = await client.asAdmin();
const ada = await client.newUser();
const text = { title: 'A post of somebody', body: 'It is about something.' };

t.test('a kept answer concerns every account that it names, and the caller', async (t) => {
  const keyed = () => ({ headers: { 'idempotency-key': newId() } });
  const account = () => ({ email: `${newName()}@example.com`, password: PASSWORD });
  const made = await client.post<{ id: string }>('/auth/register', account(), keyed());
  const post = (await ada.post<Post>('/posts', text, keyed())).body;
  await ada.patch(`/posts/${post.id}`, { title: 'Another title' }, { headers: { 'if-match': '*' } });
  await admin.post('/users', account(), keyed());
  await admin.delete(`/users/${made.body.id}`);
  await admin.post(`/users/${made.body.id}/restore`, undefined, keyed());
  await ada.post('/api-keys', { name: 'A key', scopes: ['posts:read'] }, keyed());
  for (const action of ['revisions/1/restore', 'publish'])
    await admin.post(`/posts/${post.id}/${action}`, undefined, keyed());
  const comment = await ada.post<{ id: string }>(`/posts/${post.id}/comments`, { body: 'Yes.' }, keyed());
  for (const action of ['approve', 'reject'])
    await admin.post(`/comments/${comment.body.id}/${action}`, undefined, keyed());
  await admin.post(`/posts/${post.id}/unpublish`, undefined, keyed());

  const { rows: answers } = await sql<{ operation: string; named: string[]; missing: string[] }>`
    select operation, array_agg(u.id::text) as named,
      coalesce(array_agg(u.id::text) filter (where not concerns @> array[u.id]), '{}') as missing
    from idempotency_keys k join users u on k.answer like '%' || u.id || '%' or k.principal = u.id::text
    group by operation, key`.execute(db);
  for (const { operation, named, missing } of answers)
    t.same(missing, [], `${operation} names ${named.length}`);
  const idempotent = app.operations.all.filter(({ config }) => config.idempotent).map(({ id }) => id);
  t.same(new Set(answers.map(({ operation }) => operation)), new Set(idempotent), 'of every operation');
});

t.test('what is kept about an account is found and deleted by an index', async (t) => {
  const queries: CompiledQuery[] = [];
  const seeing: KyselyPlugin = {
    transformQuery: ({ node, queryId }) => {
      queries.push(db.getExecutor().compileQuery(node, queryId));
      return node;
    },
    transformResult: async ({ result }) => result,
  };
  const seen = db.withPlugin(seeing);
  const { id } = ada.user;
  await listAnswersAbout(seen, id, { after: null, limit: 10, offset: 0 });
  await listAnswersAbout(seen, id, { after: [id, 'createPost', 'key'], limit: 10, offset: 0 });
  await seen.transaction().execute((tx) => deleteAnswersAbout(tx, newId()));
  t.equal(queries.length, 3);
  for (const query of queries) {
    const plan = await planOf(db, query);
    t.match(plan, /idempotency_keys_concerns_index/, plan);
  }
});

t.test('an account that is erased while its post is published by an admin stays in no answer', async (t) => {
  const person = await client.newUser();
  const post = (await person.post<Post>('/posts', text)).body;
  const key = newId();
  const [erased, published] = await Promise.all([
    person.delete('/auth/me'),
    admin.post<Post>(`/posts/${post.id}/publish`, undefined, { headers: { 'idempotency-key': key } }),
  ]);
  t.equal(erased.status, 204);
  t.equal(published.status, 200);
  const kept = await db.selectFrom('idempotency_keys').select('answer').where('key', '=', key).execute();
  t.notMatch(JSON.stringify(kept), person.user.username);
});

t.test('the migration fills in whom earlier answers concern', async (t) => {
  const database = await freshDatabase();
  type Step = (db: Db) => Promise<void>;
  const name = '0023_keep_whom_answers_concern';
  const { up, down }: { up: Step; down: Step } = await import(`../../migrations/${name}.ts`);
  await down(database.owner);
  const [caller, author] = [newId(), newId()];
  const answers = {
    publishPost: [caller, JSON.stringify({ id: newId(), author: { id: author } })],
    registerUser: ['anonymous', JSON.stringify({ id: author })],
    createApiKey: [caller, 'ZW5jcnlwdGVk'],
  };
  for (const [operation, [principal, answer]] of Object.entries(answers))
    await sql`insert into idempotency_keys (principal, operation, key, request_hash, answer)
      values (${principal}, ${operation}, 'key', 'hash', ${answer})`.execute(database.owner);
  await up(database.owner);
  const rows = await database.db.selectFrom('idempotency_keys').select(['operation', 'concerns']).execute();
  const concerns = Object.fromEntries(rows.map((row) => [row.operation, new Set(row.concerns)]));
  t.same(concerns, {
    publishPost: new Set([caller, author]),
    registerUser: new Set([author]),
    createApiKey: new Set([caller]),
  });
});
