import type { Post } from '../../src/domains/posts/posts.schemas.ts';
import type { User } from '../../src/domains/users/users.schemas.ts';
import { newId } from '../../src/platform/ids.ts';
import { propertiesOf } from '../../src/platform/unknown.ts';
import type { TestApp } from '../support/app/app.ts';
import { type Answer, type Client, PASSWORD, type SignedIn } from '../support/client/client.ts';

/** The document as tests read it: its lists by name. */
export interface PersonalData {
  exported_at: string;
  account: User;
  [list: string]: unknown;
}

/** The items of a list of the document. */
export type Item = Record<string, unknown>;
export const itemsOf = (data: PersonalData, list: string): Item[] => {
  const items = data[list];
  if (!Array.isArray(items)) throw new Error(`there is no list called ${list}`);
  return items.map(propertiesOf);
};

/** What is somebody's and nobody else's, wherever it is found. */
export interface Marks {
  email: string;
  /** The address before. */
  formerEmail: string;
  username: string;
  full_name: string;
  bio: string;
  ip: string;
  user_agent: string;
}

export const marksOf = (name: string, ip: string): Marks => ({
  email: `${name}-mail@marks.example`,
  formerEmail: `${name}-former@marks.example`,
  username: `${name}-username`,
  full_name: `${name} Full Name`,
  bio: `${name} writes about engines.`,
  ip,
  user_agent: `${name}-browser/1.0`,
});

function must<T>(answer: Answer<T>, status = 200): T {
  if (answer.status !== status) throw new Error(`not ${status} but ${answer.status}: ${answer.text}`);
  return answer.body;
}

export interface Life {
  person: SignedIn;
  marks: Marks;
  posts: { draft: Post; published: Post; archived: Post };
}

const posted = {
  title: 'A post in a life',
  summary: 'What a life is about.',
  body: 'It says something that is long enough.',
  tags: ['Lives'],
};

/** Somebody who has done whatever leaves a trace: something of theirs is in every table that has anything of anybody. */
export async function live({ client, db, mails }: TestApp, admin: SignedIn, marks: Marks): Promise<Life> {
  const { email, formerEmail, username, ip, full_name, bio } = marks;
  const headers = { 'user-agent': marks.user_agent };
  const keyed = () => ({ headers: { ...headers, 'idempotency-key': newId() }, from: ip });
  const account = { email: formerEmail, username, password: PASSWORD };
  const user = must(await client.post<User>('/auth/register', account, keyed()), 201);
  const login = { email: formerEmail, password: PASSWORD };
  type Tokens = SignedIn['tokens'];
  const first = must(await client.post<Tokens>('/auth/login', login, { headers, from: ip }));
  const { refresh_token } = first;
  const tokens = must(await client.post<Tokens>('/auth/refresh', { refresh_token }, { headers, from: ip }));
  const self: Client = client.as(tokens.access_token);
  must(await self.patch<User>('/auth/me', { full_name, bio, locale: 'de' }, { headers, from: ip }));
  await mails.last(formerEmail);
  const key = { name: `Key of ${full_name}`, scopes: ['posts:read'] };
  must(await self.post('/api-keys', key, keyed()), 201);
  must(await self.get('/users', { headers, from: ip }), 403);

  // What admins do leaves answers of theirs, in which the person stands.
  const path = `/users/${user.id}`;
  must(await admin.patch<User>(path, { email }));
  must(await admin.post<User>(`${path}/restore`, undefined, { headers: { 'idempotency-key': newId() } }));
  const write = async (input: object) =>
    must(await self.post<Post>('/posts', { ...posted, ...input }, keyed()), 201);
  const published = await write({ status: 'published' });
  const change = { headers: { ...headers, 'if-match': '*' }, from: ip };
  must(await self.patch<Post>(`/posts/${published.id}`, { title: 'Changed once' }, change));
  const archive = { status: 'archived' };
  const archived = await write({ status: 'published' });
  must(
    await admin.post<Post>(`/posts/${archived.id}/unpublish`, archive, {
      headers: { 'idempotency-key': newId() },
    }),
  );
  const comments = `/posts/${published.id}/comments`;
  const comment = must(await self.post<{ id: string }>(comments, { body: 'Said by oneself.' }, keyed()), 201);
  must(await admin.post(`/comments/${comment.id}/reject`));
  await db
    .insertInto('deprecated_calls')
    .values({ operation: 'callOldWay', day: '2026-11-20', account_id: user.id, calls: 3 })
    .execute();
  const draft = await write({});
  const person = { user, email, password: PASSWORD, tokens };
  return { person: Object.assign(self, person), marks, posts: { draft, published, archived } };
}

export const actions = (entries: Item[]): string[] => entries.map(({ action }) => String(action));
