import type { PostComment } from '../../src/domains/comments/comments.schemas.ts';
import type { Post } from '../../src/domains/posts/posts.schemas.ts';
import type { PageMeta } from '../../src/http/concerns/pagination.ts';
import type { Answer, Client, SignedIn } from '../support/client/client.ts';

export type CommentList = { data: PostComment[]; meta: PageMeta };

export const NOBODY = '01932b6e-8f2a-7c3d-9b4e-5a6f7c8d9e0f';

function made<T>(answer: Answer<T>): T {
  if (answer.status !== 201) throw new Error(`nothing was made: ${answer.text}`);
  return answer.body;
}

/** A post; published unless said otherwise. */
export const newPost = async (author: SignedIn, input: object = {}): Promise<Post> =>
  made(
    await author.post<Post>('/posts', {
      title: 'A post to talk about',
      body: 'It says something that people comment on.',
      status: 'published',
      ...input,
    }),
  );

/** A comment on a post, or an answer to another. */
export const newComment = async (
  author: SignedIn,
  post: Post,
  body: string,
  parent: PostComment | null = null,
): Promise<PostComment> =>
  made(await author.post<PostComment>(`/posts/${post.id}/comments`, { body, parent_id: parent?.id ?? null }));

/** The comments on a post as somebody sees them. */
export const commentsOn = async (who: Client, post: Post): Promise<PostComment[]> =>
  (await who.get<CommentList>(`/posts/${post.id}/comments?per_page=100`)).body.data;

/** What they say. */
export const textsOn = async (who: Client, post: Post): Promise<string[]> =>
  (await commentsOn(who, post)).map((comment) => comment.body);

/** The number of comments as the post gives it. */
export const countOn = async (who: Client, post: Post): Promise<number> =>
  (await who.get<Post>(`/posts/${post.id}`)).body.comment_count;
