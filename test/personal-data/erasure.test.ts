import t, { type Test } from 'tap';
import type { PostComment } from '../../src/domains/comments/comments.schemas.ts';
import type { Post, PostSummary } from '../../src/domains/posts/posts.schemas.ts';
import type { PublicUser, User } from '../../src/domains/users/users.schemas.ts';
import { testApp } from '../support/app/app.ts';
import { type Client, PASSWORD } from '../support/client/client.ts';
import { live, type Marks, marksOf } from './arrange.ts';
import { placesOf } from './tables.ts';

const service = await testApp(t);
const { client, db } = service;
const admin = await client.asAdmin();

/** The audit log says where something was done from, so that nobody can hide that by deleting their account. */
const KEPT: Partial<Record<keyof Marks, string[]>> = {
  ip: ['audit_log.ip'],
  user_agent: ['audit_log.user_agent'],
};

const anonymous = { full_name: null, bio: null };

t.test(
  'nothing personal of somebody who deletes themselves stays anywhere but in the audit log',
  async (t) => {
    const { person, marks } = await live(service, admin, marksOf('gone', '203.0.113.8'));
    const names = Object.keys(marks) as (keyof Marks)[];
    for (const name of names) t.not((await placesOf(db, marks[name])).length, 0, `${name} is stored`);
    t.equal((await person.delete('/auth/me')).status, 204);
    for (const name of names) t.same(await placesOf(db, marks[name]), KEPT[name] ?? [], name);
    const row = await db
      .selectFrom('users')
      .selectAll()
      .where('id', '=', person.user.id)
      .executeTakeFirstOrThrow();
    t.match(row, { ...anonymous, password_hash: null, email_verified_at: null, role: 'user', locale: 'en' });
  },
);

t.test('of others nothing is erased with it', async (t) => {
  const { marks } = await live(service, admin, marksOf('staying', '203.0.113.9'));
  const { person } = await live(service, admin, marksOf('leaving', '203.0.113.10'));
  const before = await Promise.all(Object.values({ ...marks }).map((mark) => placesOf(db, mark)));
  await person.delete('/auth/me');
  t.same(await Promise.all(Object.values({ ...marks }).map((mark) => placesOf(db, mark))), before);
});

t.test('a request of an admin that is repeated after it does not bring anything back', async (t) => {
  const [ada, headers] = [await client.newUser(), { 'idempotency-key': 'restore-ada' }];
  const restore = () => admin.post<User>(`/users/${ada.user.id}/restore`, undefined, { headers });
  t.match(await restore(), { status: 200, body: { email: ada.email } });
  t.equal((await ada.delete('/auth/me')).status, 204);
  const { status, text } = await restore();
  t.equal(status, 409);
  t.notMatch(text, ada.email);
});

t.test('what they wrote stays, and shows a deleted account as its author', async (t) => {
  const { person, marks, posts } = await live(service, admin, marksOf('author', '203.0.113.11'));
  await person.delete('/auth/me');
  const { id } = person.user;
  const { status, body } = await client.get<Post>(`/posts/${posts.published.id}`);
  t.equal(status, 200);
  t.match(body.author, { id, ...anonymous, username: /^deleted-[0-9a-f]{16}$/ });
  t.equal((await client.get(`/posts/${posts.draft.id}`)).status, 404, 'a draft is still one');
  t.match((await admin.get<Post>(`/posts/${posts.draft.id}`)).body.author, anonymous);
  await noName(t, client, marks, id, body.author.username);
});

/** Wherever an author is shown, or looked for, the person is not to be found. */
async function noName(t: Test, who: Client, marks: Marks, id: string, shown: string): Promise<void> {
  const list = async (path: string) => (await who.get<{ data: PostSummary[] }>(path)).body.data;
  for (const path of [`/posts?author=${id}`, `/posts?author=${shown}`]) {
    const found = await list(path);
    t.equal(found.length, 1, path);
    t.match(found[0]?.author, { id, username: shown, ...anonymous }, path);
  }
  t.same(await list(`/posts?author=${marks.username}`), [], 'not by the name from before');
  for (const path of [`/users/${id}`, `/users/${id}/posts`]) {
    const { status, text } = await who.get(path);
    t.notMatch(text, new RegExp(Object.values(marks).join('|')), path);
    t.equal(status, 404, path);
  }
}

t.test('an account that an admin deletes comes back as it was, with all that it wrote', async (t) => {
  const { person, marks, posts } = await live(service, admin, marksOf('absent', '203.0.113.12'));
  const path = `/users/${person.user.id}`;
  const profile = (await client.get<PublicUser>(path)).body;
  const account = (await person.get<User>('/auth/me')).body;
  t.equal((await admin.delete(path)).status, 204);

  t.equal((await person.get('/auth/me')).status, 401, 'the access token');
  const { refresh_token } = person.tokens;
  t.equal((await client.post('/auth/refresh', { refresh_token })).status, 401, 'the refresh token');
  t.equal((await client.post('/auth/login', { email: marks.email, password: PASSWORD })).status, 401);
  t.equal((await client.get(path)).status, 404);
  const { published, draft } = posts;
  t.equal((await client.get(`/posts/${published.id}`)).status, 200, 'its posts stay');
  const comments = await client.get<{ data: PostComment[] }>(`/posts/${published.id}/comments`);
  t.equal(comments.status, 200);

  const restored = await admin.post<User>(`${path}/restore`);
  t.same({ ...restored.body, updated_at: account.updated_at }, account);
  t.same((await client.get<PublicUser>(path)).body, profile);
  t.equal((await person.get('/auth/me')).status, 401, 'a session that has ended does not begin again');
  const back = await client.login({ user: account, email: marks.email, password: PASSWORD });
  t.equal((await back.get(`/posts/${draft.id}`)).status, 200);
});
