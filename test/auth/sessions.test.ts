import { sql } from 'kysely';
import t from 'tap';
import type { Session } from '../../src/domains/auth/sessions/sessions.schemas.ts';
import { newId } from '../../src/platform/ids.ts';
import { testApp } from '../support/app/app.ts';
import type { Client } from '../support/client/client.ts';
import { lastCharacterChanged, read } from './forge.ts';

interface Page {
  data: Session[];
  meta: { page: number | null; total: number | null; pages: number | null; next_cursor: string | null };
}

const { app, client, db } = await testApp(t);
const list = (by: Client, query = '') => by.get<Page>(`/auth/sessions${query}`);
const idOf = (token: string) => String(read(token).claims.sid);

t.test('every device that is signed in is listed, and which one asks', async (t) => {
  const person = await client.register();
  const [first, second] = [await client.login(person), await client.login(person)];
  const { status, body } = await list(second);
  t.equal(status, 200);
  t.equal(body.meta.total, 2);
  t.same(
    new Set(body.data.map(({ id }) => id)),
    new Set([idOf(first.token ?? ''), idOf(second.token ?? '')]),
  );
  for (const session of body.data) {
    t.equal(session.is_current, session.id === idOf(second.token ?? ''));
    t.ok(session.expires_at > session.created_at);
  }
});

t.test('a session that is ended is refused from then on, and ending it again is 404', async (t) => {
  const person = await client.register();
  const [here, there] = [await client.login(person), await client.login(person)];
  const path = `/auth/sessions/${idOf(there.token ?? '')}`;
  t.equal((await here.delete(path)).status, 204);
  t.equal((await there.get('/auth/me')).status, 401);
  const again = await here.delete(path);
  t.equal(again.status, 404);
  t.equal(again.body.code, 'session_not_found');
  t.equal((await list(here)).body.meta.total, 1);
  t.equal((await here.delete(`/auth/sessions/${idOf(here.token ?? '')}`)).status, 204, 'one may end its own');
  t.equal((await here.get('/auth/me')).status, 401);
});

t.test('somebody else’s session cannot be ended or seen', async (t) => {
  const [ada, eve] = [await client.newUser(), await client.newUser()];
  const admin = await client.asAdmin();
  for (const other of [eve, admin]) {
    t.equal((await other.delete(`/auth/sessions/${idOf(ada.token ?? '')}`)).status, 404);
    t.notMatch((await list(other)).text, idOf(ada.token ?? ''));
  }
  t.equal((await ada.get('/auth/me')).status, 200);
  t.equal((await ada.delete(`/auth/sessions/${newId()}`)).status, 404);
  t.equal((await ada.delete('/auth/sessions/not-an-id')).status, 422);
});

t.test('all other sessions can be ended at once', async (t) => {
  const person = await client.register();
  const [one, two, here] = [
    await client.login(person),
    await client.login(person),
    await client.login(person),
  ];
  const stranger = await client.newUser();
  t.equal((await here.delete('/auth/sessions')).status, 204);
  t.equal((await one.get('/auth/me')).status, 401);
  t.equal((await two.get('/auth/me')).status, 401);
  t.equal((await here.get('/auth/me')).status, 200);
  t.equal((await stranger.get('/auth/me')).status, 200);
});

t.test('sessions that are over are not listed, and are forgotten a day later', async (t) => {
  const person = await client.register();
  const [old, over, here] = [
    await client.login(person),
    await client.login(person),
    await client.login(person),
  ];
  const expire = (who: typeof old, since: string) =>
    sql`update sessions set expires_at = now() - ${since}::interval where id = ${idOf(who.token ?? '')}`.execute(
      db,
    );
  await expire(old, '25 hours');
  await expire(over, '23 hours');
  t.equal((await list(here)).body.meta.total, 1);
  await app.recurring.run('forgetting sessions');
  const left = db.selectFrom('sessions').select('id').where('user_id', '=', person.user.id).orderBy('id');
  t.same(
    (await left.execute()).map(({ id }) => id),
    [over, here].map(({ token }) => idOf(token ?? '')).sort(),
  );
});

t.test('many are forgotten in batches, of which each is found by an index', async (t) => {
  const person = await client.register();
  await sql`
    insert into sessions (id, user_id, token_hash, expires_at)
    select gen_random_uuid(), ${person.user.id}, decode(md5(n::text), 'hex'), now() - interval '2 days'
    from generate_series(1, 1234) n`.execute(db);
  await app.recurring.run('forgetting sessions');
  const left = db.selectFrom('sessions').select('id').where('user_id', '=', person.user.id);
  t.same(await left.execute(), []);
  await db.transaction().execute(async (tx) => {
    await sql`set local enable_seqscan = off`.execute(tx);
    const { rows } = await sql`explain select id from sessions
      where expires_at < now() - interval '1 day' order by expires_at limit 500`.execute(tx);
    t.match(JSON.stringify(rows), 'sessions_expires_at_index');
  });
});

t.test('a list is read by page or by cursor, and gives the same either way', async (t) => {
  const person = await client.register();
  for (let n = 0; n < 4; n++) await client.login(person);
  const ada = await client.login(person);
  const all = (await list(ada)).body.data.map(({ id }) => id);
  t.equal(all.length, 5);

  const paged: string[] = [];
  for (const page of [1, 2, 3]) {
    const { body, headers } = await list(ada, `?page=${page}&per_page=2`);
    t.match(body.meta, { page, per_page: 2, total: 5, pages: 3 });
    t.equal(
      headers.link,
      page < 3 ? `</api/v1/auth/sessions?per_page=2&page=${page + 1}>; rel="next"` : undefined,
    );
    paged.push(...body.data.map(({ id }) => id));
  }
  t.same(paged, all);
  t.same((await list(ada, '?page=9&per_page=2')).body.data, [], 'beyond the end there is nothing');

  const followed: string[] = [];
  let next: string | null = (await list(ada, '?per_page=2')).body.meta.next_cursor;
  followed.push(...all.slice(0, 2));
  while (next !== null) {
    const { body } = await list(ada, `?per_page=2&cursor=${encodeURIComponent(next)}`);
    t.match(body.meta, { page: null, per_page: 2, total: null, pages: null });
    followed.push(...body.data.map(({ id }) => id));
    next = body.meta.next_cursor;
  }
  t.same(followed, all);
});

t.test('a cursor that was changed, or belongs to another list, is refused', async (t) => {
  const admin = await client.asAdmin();
  for (let n = 0; n < 2; n++) await client.login(admin);
  const cursor = (await list(admin, '?per_page=1')).body.meta.next_cursor ?? '';
  t.match(cursor, /^[\w-]+\.[\w-]+$/);
  const [payload = '', signature = ''] = cursor.split('.');
  const other = Buffer.from(JSON.stringify(['2020-01-01T00:00:00Z', newId()])).toString('base64url');
  const wrong = [
    'x',
    payload,
    `${payload}.`,
    `.${signature}`,
    `${other}.${signature}`,
    `${payload}x.${signature}`,
    ...lastCharacterChanged(cursor),
    `${cursor}.x`,
    "'; drop table sessions --",
  ];
  for (const one of wrong) {
    const { status, body } = await admin.get(`/auth/sessions?cursor=${encodeURIComponent(one)}`);
    t.equal(status, 400, one);
    t.equal(body.code, 'invalid_cursor', one);
  }
  t.equal((await admin.get(`/users?cursor=${cursor}`)).body.code, 'invalid_cursor', 'another list');
});

t.test('page and cursor together are refused, and so is a page that cannot be', async (t) => {
  const ada = await client.newUser();
  const both = await ada.get('/auth/sessions?page=1&cursor=x');
  t.equal(both.status, 400);
  t.equal(both.body.code, 'conflicting_parameters');
  for (const wrong of [
    'page=0',
    'page=-1',
    'page=1.5',
    'page=x',
    'page=1000001',
    'per_page=0',
    'per_page=101',
  ]) {
    const { status, body } = await ada.get(`/auth/sessions?${wrong}`);
    t.equal(status, 422, wrong);
    t.match(body.errors, [{ pointer: `/query/${wrong.split('=')[0]}` }], wrong);
  }
  t.equal((await ada.get('/auth/sessions?page=1&page=2')).status, 422, 'a parameter twice');
  t.equal((await ada.get('/auth/sessions?per_page=100&page=1000000')).status, 200);
});
