import { once } from 'node:events';
import { type ClientRequest, get, type IncomingMessage, type ServerResponse } from 'node:http';
import { buffer } from 'node:stream/consumers';
import { gunzipSync } from 'node:zlib';
import { sql } from 'kysely';
import t, { type Test } from 'tap';
import { newId } from '../../src/platform/ids.ts';
import { propertiesOf } from '../../src/platform/unknown.ts';
import { newPost } from '../posts/arrange.ts';
import { testApp } from '../support/app/app.ts';
import type { SignedIn } from '../support/client/client.ts';
import { fileDatabase, type TestDatabase } from '../support/database/database.ts';
import { until } from '../support/until.ts';
import { itemsOf, type PersonalData } from './arrange.ts';

const PATH = '/api/v1/auth/me/data';
const database = await fileDatabase();

/** The same database, which counts how often comments are read, and fails at one of these. */
function watched(failAt = Number.POSITIVE_INFINITY): { database: TestDatabase; reads(): number } {
  let reads = 0;
  const db = database.db.withPlugin({
    transformQuery: ({ node }) => node,
    transformResult: async ({ result }) => {
      if (result.rows.some((row) => 'parent_id' in row)) reads += 1;
      if (reads === failAt) throw new Error('the database is gone');
      return result;
    },
  });
  return { database: { ...database, db }, reads: () => reads };
}

/** The service on a socket, somebody with many comments, and a request for all of them that nobody reads yet. */
async function service(t: Test, comments: { count: number; length: number; failAt?: number }) {
  const { database, reads } = watched(comments.failAt);
  const { app, client, db } = await testApp(t, { resources: { database } });
  const ada = await client.newUser();
  const { id: post } = await newPost(ada);
  await sql`
    insert into comments (id, post_id, author_id, body, created_at)
    select gen_random_uuid(), ${post}, ${ada.user.id}, n || repeat('x', ${comments.length}::int), now() - n * interval '1 minute'
    from generate_series(1, ${comments.count}::int) as n`.execute(db);
  const address = await app.listen({ host: '127.0.0.1', port: 0 });
  t.teardown(() => app.server.closeAllConnections());
  const answers: ServerResponse[] = [];
  app.server.on('request', (_, answer: ServerResponse) => answers.push(answer));
  const ask = async (headers: Record<string, string> = {}) => {
    const request: ClientRequest = get(address + PATH, {
      headers: { authorization: `Bearer ${ada.token}`, ...headers },
      agent: false,
    });
    const [answer]: IncomingMessage[] = await once(request, 'response');
    if (!answer) throw new Error('there is no answer');
    return answer;
  };
  return { ada: ada as SignedIn, client: ada.over(address), ask, answers, reads };
}

t.test('a long document arrives whole, and every item once', async (t) => {
  const { client, ask } = await service(t, { count: 2_600, length: 10 });
  const { status, headers, body } = await client.get<PersonalData>('/auth/me/data');
  t.equal(status, 200);
  t.equal(headers['transfer-encoding'], 'chunked');
  const ids = itemsOf(body, 'comments').map(({ id }) => id);
  t.equal(new Set(ids).size, 2_600);
  t.equal(ids.length, 2_600);
  const packed = await ask({ 'accept-encoding': 'gzip' });
  t.equal(packed.headers['content-encoding'], 'gzip');
  const read = propertiesOf(JSON.parse(gunzipSync(await buffer(packed)).toString()));
  t.same(read.comments, body.comments);
});

t.test(
  'what a slow reader has not taken yet is not read yet, and nothing more once it is gone',
  async (t) => {
    const batch = 500 * 5_000;
    const { ask, answers, reads } = await service(t, { count: 10_000, length: 5_000 });
    const answer = await ask();
    await until(() => answers[0]?.writableNeedDrain && reads() > 0);
    t.ok((answers[0]?.writableLength ?? 0) < 3 * batch, 'two batches wait in this process at the most');
    answer.destroy();
    await until(() => answers[0]?.destroyed);
    await sql`select 1`.execute(database.db); // what was being read has been read
    t.ok(reads() < 16, `${reads()} of 20 batches fill what lies between`);
  },
);

t.test('a failure midway breaks the connection, so that a part is never taken for the whole', async (t) => {
  for (const encoding of ['identity', 'gzip', 'br']) {
    const { ask } = await service(t, { count: 1_600, length: 10, failAt: 3 });
    const broken = async () => {
      const answer = await ask({ 'accept-encoding': encoding });
      t.equal(answer.statusCode, 200, encoding);
      await buffer(answer);
    };
    await t.rejects(broken(), { code: 'ECONNRESET' }, encoding);
  }
});

t.test('a failure before the first byte is answered as a problem', async (t) => {
  const failing = database.db.withPlugin({
    transformQuery: ({ node }) => node,
    transformResult: async ({ result }) => {
      if (result.rows.some((row) => 'last_seen_at' in row)) throw new Error('the database is gone');
      return result;
    },
  });
  const { client } = await testApp(t, { resources: { database: { ...database, db: failing } } });
  const ada = await client.newUser();
  const { status, body, headers } = await ada.get('/auth/me/data');
  t.equal(status, 500);
  t.equal(body.code, 'internal_error');
  t.equal(headers['content-disposition'], undefined);
});

t.test('a HEAD has the headers, and reads nothing for a body that is not sent', async (t) => {
  const { ada, reads } = await service(t, { count: 600, length: 10 });
  const { status, headers } = await ada.head('/auth/me/data', { headers: { 'x-request-id': newId() } });
  t.equal(status, 200);
  t.match(headers, {
    'content-disposition': /^attachment/,
    'content-type': 'application/json; charset=utf-8',
  });
  t.equal(reads(), 0);
});

t.test('who loses the right to it meanwhile gets no more of it', async (t) => {
  const { ada, ask, answers, reads } = await service(t, { count: 8_000, length: 2_000 });
  const answer = await ask();
  await until(() => answers[0]?.writableNeedDrain);
  const change = { current_password: ada.password, new_password: 'another long password' };
  const other = await ada.login(ada);
  t.equal((await other.put('/auth/password', change)).status, 204);
  await t.rejects(buffer(answer), { code: 'ECONNRESET' });
  t.ok(reads() < 16, 'and the rest is not read');
});
