import { sql } from 'kysely';
import type { Post, PostSummary } from '../../src/domains/posts/posts.schemas.ts';
import type { PageMeta } from '../../src/http/concerns/pagination.ts';
import type { App } from '../../src/http/contract/operations.ts';
import type { Db } from '../../src/platform/database/index.ts';
import { type Answer, type Client, newName, type SignedIn } from '../support/client/client.ts';

export type PostList = { data: PostSummary[]; meta: PageMeta };

export const NOBODY = '01932b6e-8f2a-7c3d-9b4e-5a6f7c8d9e0f';
export const BODY = 'It says something that is long enough.';
export const FUTURE = '2999-12-31T23:59:59.000Z';
export const PAST = '2001-02-03T04:05:06.000Z';

/** The body of an answer with the expected status. */
export function expected<T>(status: number, answer: Answer<T>): T {
  if (answer.status !== status) throw new Error(`not ${status} but ${answer.status}: ${answer.text}`);
  return answer.body;
}

/** A post; published unless said otherwise. */
export const newPost = async (author: Client, input: object = {}): Promise<Post> =>
  expected(
    201,
    await author.post<Post>('/posts', {
      title: 'A post like many',
      body: BODY,
      status: 'published',
      ...input,
    }),
  );

export const newDraft = (author: Client, input: object = {}): Promise<Post> =>
  newPost(author, { status: 'draft', ...input });

export const newScheduled = (author: Client, input: object = {}): Promise<Post> =>
  newPost(author, { status: 'scheduled', publish_at: FUTURE, ...input });

export async function newArchived(author: Client, input: object = {}): Promise<Post> {
  const { id } = await newPost(author, input);
  return expected(200, await author.post<Post>(`/posts/${id}/unpublish`, { status: 'archived' }));
}

/** A tag that no other post in the test file has, to tell the posts of one test from those of others. */
export const newTag = (): string => newName();

/** A post as somebody sees it now. */
export const reread = async (who: Client, { id }: Pick<Post, 'id'>): Promise<Post> =>
  expected(200, await who.get<Post>(`/posts/${id}`));

/** Changes a post, whatever its version. */
export const change = async (author: SignedIn, { id }: Pick<Post, 'id'>, input: object): Promise<Post> =>
  expected(200, await author.patch<Post>(`/posts/${id}`, input, { headers: { 'if-match': '*' } }));

/** A page of a list below `/api/v1`. */
export const list = async (who: Client, path: string): Promise<PostList> =>
  expected(200, await who.get<PostList>(path));

export const titles = async (who: Client, path: string): Promise<string[]> =>
  (await list(who, path)).data.map((post) => post.title);

/** The path of the next page by cursor; null at the end. */
export function following(path: string, { next_cursor }: PageMeta): string | null {
  if (next_cursor === null) return null;
  const url = new URL(path, 'http://nowhere');
  url.searchParams.set('cursor', next_cursor);
  return url.pathname + url.search;
}

/** Everything in a list, read by cursor. `between` runs after each page. */
export async function walk(
  who: Client,
  path: string,
  between: () => Promise<unknown> = async () => undefined,
): Promise<PostSummary[]> {
  const found: PostSummary[] = [];
  for (let at: string | null = path; at !== null; ) {
    const page: PostList = await list(who, at);
    found.push(...page.data);
    at = following(path, page.meta);
    await between();
  }
  return found;
}

/** Moves the time of a post, as if so much time had passed since it was published or scheduled. */
export const publishedAt = (db: Db, { id }: Pick<Post, 'id'>, interval: string) =>
  db
    .updateTable('posts')
    .set({ published_at: sql`date_trunc('milliseconds', now()) + ${interval}::interval` })
    .where('id', '=', id)
    .execute();

/** Ranks the posts by their views as it is done when the last ranking is old enough. */
export async function rankAgain({ db, recurring }: App): Promise<void> {
  await db.updateTable('view_rankings').set({ made_at: '2001-01-01T00:00:00.000Z' }).execute();
  await recurring.run('ranking posts by views');
}
