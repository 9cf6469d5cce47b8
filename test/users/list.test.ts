import t from 'tap';
import type { User } from '../../src/domains/users/users.schemas.ts';
import { testApp } from '../support/app/app.ts';
import { newName } from '../support/client/client.ts';

interface Page {
  data: User[];
  meta: { total: number | null; pages: number | null; next_cursor: string | null };
}

const { client, db } = await testApp(t);
const admin = await client.asAdmin();
const mark = newName();
const list = (query: string) => admin.get<Page>(`/users?${query}`);
const names = async (query: string) => (await list(query)).body.data.map(({ username }) => username);

const people: string[] = [];
for (const n of [1, 2, 3, 4, 5]) {
  const { user } = await client.register({ username: `${mark}-${n}` });
  people.unshift(user.username);
}

t.test('accounts are listed with the newest first, whole, and counted', async (t) => {
  const { status, body } = await list('per_page=5');
  t.equal(status, 200);
  t.same(
    body.data.map(({ username }) => username),
    people,
  );
  t.equal(body.meta.total, 6);
  t.equal(body.meta.pages, 2);
  t.match(body.data[0], { email: String, role: 'user', is_active: true });
});

t.test('they are found by a part of the name, the address or the whole id, in any case', async (t) => {
  t.same(await names(`q=${mark.toUpperCase()}-3`), [`${mark}-3`]);
  await db
    .updateTable('users')
    .set({ full_name: 'Ünïque Näme' })
    .where('username', '=', `${mark}-2`)
    .execute();
  t.same(await names(`q=${encodeURIComponent('ïque nä')}`), [`${mark}-2`]);
  t.same(await names(`q=${encodeURIComponent(admin.email)}`), [admin.user.username]);
  t.same(await names(`q=${admin.user.id}`), [admin.user.username]);
  t.same(await names('q=nobody-is-called-so'), []);
});

t.test('what is special in SQL is plain text in a search', async (t) => {
  for (const q of [
    '%',
    '_',
    '\\',
    "'",
    "' or 1=1 --",
    '%%',
    '"; drop table users',
    '$1',
    '%_\\',
    '\u{1F98A}',
  ]) {
    const { status, body } = await list(`q=${encodeURIComponent(q)}`);
    t.equal(status, 200, q);
    t.same(body.data, [], q);
  }
  await db
    .updateTable('users')
    .set({ full_name: '50% \\o/ a_b' })
    .where('username', '=', `${mark}-1`)
    .execute();
  for (const q of ['50%', '\\o/', 'a_b']) t.same(await names(`q=${encodeURIComponent(q)}`), [`${mark}-1`], q);
  t.equal((await list(`q=${'%'.repeat(101)}`)).status, 422);
  t.equal((await list('q=')).status, 422);
});

t.test('they are filtered by role and by being active, which can be combined', async (t) => {
  t.same(await names('role=admin'), [admin.user.username]);
  t.same(await names('role=moderator'), []);
  const [newest = ''] = people;
  await db.updateTable('users').set({ is_active: false }).where('username', '=', newest).execute();
  t.same(await names('is_active=false'), [newest]);
  t.same(await names(`is_active=true&role=user&q=${mark}`), people.slice(1));
  for (const wrong of [
    'role=root',
    'role=',
    'is_active=maybe',
    'is_active=',
    'sort=email',
    'role=user&role=admin',
  ])
    t.equal((await list(wrong)).status, 422, wrong);
});

t.test('reading by cursor sees each account once, though others come and go', async (t) => {
  const seen: string[] = [];
  let cursor: string | null = null;
  for (let round = 0; round < 10; round++) {
    const next: string = cursor === null ? '' : `&cursor=${encodeURIComponent(cursor)}`;
    const { body, headers } = await list(`per_page=2&q=${mark}${next}`);
    seen.push(...body.data.map(({ username }) => username));
    cursor = body.meta.next_cursor;
    if (cursor === null) {
      t.equal(headers.link, undefined);
      break;
    }
    t.match(headers.link, /^<\/api\/v1\/users\?.*>; rel="next"$/);
    await client.register({ username: `${mark}-late-${round}` });
  }
  t.same(seen, people);
});

t.test('a cursor belongs to the filters it came with', async (t) => {
  const { body } = await list(`per_page=2&q=${mark}`);
  const cursor = encodeURIComponent(body.meta.next_cursor ?? '');
  t.equal((await list(`per_page=5&q=${mark}&cursor=${cursor}`)).status, 200, 'the size of a page may change');
  for (const other of ['', 'role=user', `q=${mark}&role=user`]) {
    const { status } = await list(`${other}&per_page=2&cursor=${cursor}`);
    t.equal(status, 400, other);
  }
});

t.test('the total follows one’s own writes at once', async (t) => {
  const before = (await list(`q=${mark}`)).body.meta.total ?? 0;
  const { user } = await client.register({ username: `${mark}-more` });
  t.equal((await list(`q=${mark}`)).body.meta.total, before + 1);
  await admin.delete(`/users/${user.id}`);
  t.equal((await list(`q=${mark}`)).body.meta.total, before);
});
