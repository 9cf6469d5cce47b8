import { sql } from 'kysely';
import t from 'tap';
import { slowStatements } from '../../src/platform/database/slow-statements.ts';
import { during } from '../../src/platform/work.ts';
import { newKey } from '../api-keys/arrange.ts';
import { createTestApp } from '../support/app/bare-app.ts';
import { Client } from '../support/client/client.ts';
import { freshDatabase } from '../support/database/database.ts';
import { keptLog } from '../support/doubles/log.ts';

t.test('a statement that takes long is logged with what it is for, and never its values', async (t) => {
  const { log, saying } = keptLog();
  const { db } = await freshDatabase({ onStatement: slowStatements(log, 40) });
  const sleep = sql`select pg_sleep(${0.05}), ${'hunter2'}::text`;
  await during({ name: 'getPost', requestId: 'r-1', isGone: () => false }, async () => {
    await sql`select 1`.execute(db);
    await sleep.execute(db);
  });
  await sql`select pg_sleep(0.05), no_such_column`.execute(db).catch(() => undefined);
  await sql`select pg_sleep(${0.05}), pg_sleep(0)`.execute(db);
  const lines = saying('slow statement');
  t.match(lines, [
    {
      level: 40,
      operation_id: 'getPost',
      request_id: 'r-1',
      failed: false,
      statement: 'select pg_sleep($1), $2::text',
    },
    { operation_id: null, request_id: null, statement: 'select pg_sleep($1), pg_sleep(0)' },
  ]);
  t.ok(lines.every(({ duration_ms }) => Number(duration_ms) >= 40));
  t.notMatch(JSON.stringify(lines), 'hunter2');
});

t.test('0 measures nothing', async (t) => {
  t.equal(slowStatements(keptLog().log, 0), undefined);
});

t.test(
  'every statement of a request is told with its operation and id, also after a body was read',
  async (t) => {
    const { log, lines, saying } = keptLog();
    const database = await freshDatabase({ onStatement: slowStatements(log, Number.MIN_VALUE) });
    const app = await createTestApp({ database, log }, { SLOW_STATEMENT_MS: 1 });
    t.teardown(() => app.close());
    const client = new Client(app, database.db);
    const password = 'Sesame-71-opens';
    const owner = await client.newUser({ password });
    const key = await newKey(owner, 'posts:read', 'posts:write');
    const requests = {
      login: () =>
        client.post(
          '/auth/login',
          { email: owner.email, password },
          { headers: { 'x-request-id': 'login' } },
        ),
      createPost: () =>
        key.post(
          '/posts',
          { title: 'Sesame title', body: 'A body with sesame in it', tags: ['Sesame tag'] },
          { headers: { 'x-request-id': 'createPost', 'idempotency-key': 'Sesame-key' } },
        ),
      listPosts: () => client.get('/posts?q=sesame', { headers: { 'x-request-id': 'listPosts' } }),
      getCurrentUser: () => owner.get('/auth/me', { headers: { 'x-request-id': 'getCurrentUser' } }),
    };
    for (const [operation, send] of Object.entries(requests)) {
      lines.length = 0;
      const { status, text } = await send();
      t.ok(status < 300, `${operation}: ${text}`);
      const told = saying('slow statement');
      t.ok(told.length > 0, operation);
      for (const line of told)
        t.match(line, { operation_id: operation, request_id: operation, statement: /\w/ });
      t.notMatch(JSON.stringify(told), /sesame/i);
    }
  },
);
