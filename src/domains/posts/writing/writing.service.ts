import { checkVersion } from '../../../http/concerns/conditional.ts';
import type { AccountActor } from '../../../platform/actor.ts';
import { atomically, type Db } from '../../../platform/database/index.ts';
import { newId } from '../../../platform/ids.ts';
import { PostNotFound } from '../posts.problems.ts';
import { lockOwnPost } from '../posts.queries.ts';
import type { Post } from '../posts.schemas.ts';
import { initialStatus } from '../publishing/publishing.service.ts';
import { changePost, rewritePost } from './writing.changes.service.ts';
import { render } from './writing.markdown.ts';
import * as queries from './writing.queries.ts';
import type { CreatePost, UpdatePost } from './writing.schemas.ts';
import { candidateSlugs, slugOf } from './writing.slugs.ts';

/** What an import may set beyond what a request may. */
export interface ImportedFacts {
  slug?: string;
  created_at?: string | null;
  updated_at?: string | null;
}

/**
 * Creates a post. Its slug is made from the title, or is the one that an import prefers, and numbered where it is taken; the
 * statement itself decides, so two posts that are created at once never get the same.
 */
export async function createPost(
  db: Db,
  actor: AccountActor,
  input: CreatePost,
  imported: ImportedFacts = {},
): Promise<Post> {
  const body_html = await render(input.body);
  const { title, body, summary = null } = input;
  const preferred = imported.slug ?? slugOf(title);
  const row = {
    id: newId(),
    author_id: actor.account.id,
    title,
    summary,
    body,
    body_html,
    ...initialStatus(input),
    created_at: imported.created_at ?? null,
    updated_at: imported.updated_at ?? null,
  };
  for await (const slug of candidateSlugs(db, preferred)) {
    const [created] = await queries.insertPost(db, { ...row, slug }, input.tags ?? []);
    if (!created) continue;
    const { id, username, full_name, bio, created_at } = actor.account;
    return {
      ...created,
      title,
      summary,
      body,
      body_html,
      views: 0,
      comment_count: 0,
      version: 1,
      author: { id, username, full_name, bio, created_at },
    };
  }
  throw new Error(`no free slug was found for "${preferred}"`);
}

/** Writes a post anew from its source: the text, the tags, the author and whether it is published. */
export async function replacePost(db: Db, actor: AccountActor, id: string, input: CreatePost): Promise<void> {
  const { title, body, summary = null, tags = [] } = input;
  const { status, published_at } = initialStatus(input);
  await atomically(db, async (tx) => {
    await rewritePost(
      tx,
      id,
      { title, body, summary, tags },
      {
        author_id: actor.account.id,
        status,
        published_at: status === 'draft' ? null : (published_at ?? queries.publishedAtOrNow),
      },
    );
  });
}

/** @throws {PreconditionFailed} where the post is not at a version that is expected */
export function updatePost(
  db: Db,
  actor: AccountActor,
  ref: string,
  expected: number[] | 'any',
  input: UpdatePost,
): Promise<Post> {
  return changePost(db, actor, ref, async (tx, post) => {
    checkVersion(expected, post.version);
    await rewritePost(tx, post.id, input);
  });
}

export async function deletePost(
  db: Db,
  actor: AccountActor,
  ref: string,
  expected: number[] | 'any',
): Promise<void> {
  await atomically(db, async (tx) => {
    const post = await lockOwnPost(tx, ref, actor);
    if (!post) throw new PostNotFound();
    checkVersion(expected, post.version);
    await queries.deletePost(tx, post.id);
  });
}
