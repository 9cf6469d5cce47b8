import type { CompiledQuery } from 'kysely';
import t from 'tap';
import { type AuditFilters, listEntries } from '../../src/domains/audit/audit.queries.ts';
import { newId } from '../../src/platform/ids.ts';
import { planOf } from '../posts/watching.ts';
import { testApp } from '../support/app/app.ts';
import { newName } from '../support/client/client.ts';
import { type EntryPage, read } from './arrange.ts';

const { client, db } = await testApp(t);
const admin = await client.asAdmin();
const user = await client.newUser();
const id = user.user.id;

// Something of each kind to look for.
for (const role of ['moderator', 'admin', 'user']) await admin.patch(`/users/${id}`, { role });
await user.get('/users');
await client.post('/auth/login', { email: user.email, password: 'not the password' });
await user.patch('/auth/me', { username: newName() });

t.test('the log is for admins', async (t) => {
  t.equal((await client.get('/admin/audit-log')).status, 401);
  for (const who of [user, await client.asModerator()])
    t.equal((await who.get('/admin/audit-log')).status, 403);
  t.equal((await admin.get('/admin/audit-log')).status, 200);
});

t.test('it is filtered by who, what, how it ended and to what', async (t) => {
  const found = async (filters: string) => {
    const { data, meta } = await read(admin, filters);
    t.equal(meta.total, data.length, filters);
    return data.map(({ action }) => action);
  };
  const changes = ['updateUser', 'updateUser', 'updateUser'];
  t.same(await found(`target_id=${id}`), ['updateCurrentUser', 'login', ...changes]);
  t.same(await found(`actor_id=${id}`), ['listAuditLog', 'updateCurrentUser', 'listUsers']);
  t.same(await found(`target_id=${id}&outcome=success`), ['updateCurrentUser', ...changes]);
  t.same(await found(`target_id=${id}&outcome=refused`), ['login']);
  t.same(await found(`target_id=${id}&outcome=failed`), []);
  t.same(await found(`target_id=${id}&actor_id=${admin.user.id}`), changes);
  t.same(await found('action=updateUser'), changes);
  t.same(await found('action=update'), [], 'by the whole name');
  t.same(await found(`actor_id=${newId()}`), []);
});

t.test('it is filtered by time: from a moment on, and up to one', async (t) => {
  const { data } = await read(admin, `target_id=${id}`);
  const times = data.map(({ occurred_at }) => occurred_at);
  const [newest = '', oldest = ''] = [times.at(0), times.at(-1)];
  const count = async (filters: string) => (await read(admin, `target_id=${id}&${filters}`)).data.length;
  t.equal(await count(`since=${oldest}`), data.length, 'with that moment');
  t.equal(await count(`until=${newest}`), times.filter((time) => time < newest).length, 'without it');
  t.equal(await count('since=2999-01-01T00:00:00Z'), 0);
  t.equal(await count('until=1999-01-01T00:00:00%2B02:00'), 0);
  t.equal(await count(`since=${oldest}&until=2999-01-01T00:00:00Z`), data.length);
});

t.test('what cannot be filtered by is refused', async (t) => {
  const wrong: Record<string, string> = {
    'actor_id=me': '/query/actor_id',
    'target_id=1': '/query/target_id',
    'outcome=lost': '/query/outcome',
    "action=' or 1=1 --": '/query/action',
    'since=yesterday': '/query/since',
    'ip=127.0.0.1': '/query/ip',
  };
  for (const [filter, pointer] of Object.entries(wrong)) {
    const { status, body } = await admin.get(`/admin/audit-log?${encodeURI(filter)}`);
    t.equal(status, 422, filter);
    t.equal(body.errors?.[0]?.pointer, pointer, filter);
  }
  for (const moment of [
    'since=2016-12-31T23:59:60Z',
    'until=0000-01-01T00:00:00Z',
    'until=9999-12-31T23:59:59-14:00',
  ]) {
    const { status, body } = await admin.get(`/admin/audit-log?${moment}`);
    t.equal(status, 422, moment);
    t.equal(body.code, 'audit_time_invalid', moment);
  }
});

t.test('it is read from the newest to the oldest, by page or by cursor, and each entry once', async (t) => {
  const whole = (await read(admin, `per_page=100&target_id=${id}`)).data;
  const times = whole.map(({ occurred_at }) => occurred_at);
  t.same(times, times.toSorted().reverse());
  const byCursor: string[] = [];
  for (let cursor: string | null = ''; cursor !== null; ) {
    const page: EntryPage = await read(
      admin,
      `per_page=2&target_id=${id}${cursor ? `&cursor=${cursor}` : ''}`,
    );
    byCursor.push(...page.data.map((entry) => entry.id));
    cursor = page.meta.next_cursor;
    await client.post('/auth/login', { email: user.email, password: 'one more, on top of the first page' });
  }
  t.same(
    byCursor,
    whole.map((entry) => entry.id),
  );
  const second = await read(admin, `per_page=2&page=2&target_id=${newId()}`);
  t.match(second, { data: [], meta: { page: 2, total: 0, next_cursor: null } });
});

t.test('there is an index behind it', async (t) => {
  const taken: CompiledQuery[] = [];
  const watched = db.withPlugin({
    transformQuery: ({ node, queryId }) => {
      taken.push(db.getExecutor().compileQuery(node, queryId));
      return node;
    },
    transformResult: async ({ result }) => result,
  });
  const expected: [AuditFilters, RegExp][] = [
    [{}, /audit_log_occurred_at_index/],
    [{ since: '2026-01-01T00:00:00Z' }, /audit_log_occurred_at_index/],
    [{ actor_id: id }, /audit_log_(actor|occurred_at)_index/],
    [{ target_id: id }, /audit_log_(target|occurred_at)_index/],
  ];
  for (const [filters, index] of expected) {
    for (const after of [null, ['2026-01-01T00:00:00.000Z', newId()]]) {
      await listEntries(watched, filters, { limit: 20, offset: 0, after });
      const query = taken.pop();
      const plan = query ? await planOf(db, query) : '';
      t.match(plan, index);
      t.notMatch(plan, /Seq Scan/);
    }
  }
});
