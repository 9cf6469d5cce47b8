import { checkVersion } from '../../../http/concerns/conditional.ts';
import type { AccountActor } from '../../../platform/actor.ts';
import type { Audit } from '../../../platform/audit/index.ts';
import { atomically, type Db } from '../../../platform/database/index.ts';
import type { AnswerKeeper } from '../../../platform/idempotency/index.ts';
import { newId } from '../../../platform/ids.ts';
import type { MarkdownRenderer } from '../../../platform/markdown/index.ts';
import { PostNotFound } from '../posts.problems.ts';
import { findOwnPost, lockOwnPost } from '../posts.queries.ts';
import type { Post } from '../posts.schemas.ts';
import { initialStatus } from '../publishing/publishing.service.ts';
import { changePost, postChanges, type Rewrite, rewritePost } from './writing.changes.service.ts';
import { type Rendered, rendered } from './writing.markdown.ts';
import * as queries from './writing.queries.ts';
import type { CreatePost, UpdatePost } from './writing.schemas.ts';
import { candidateSlugs, slugOf } from './writing.slugs.ts';

/** What writing needs of the service. */
export interface WritingContext {
  db: Db;
  markdown: MarkdownRenderer;
}

/** What an import may set beyond what a request may, and what stores the answer to a request with a key. */
export interface CreationOptions {
  keeper?: AnswerKeeper | undefined;
  slug?: string;
  created_at?: string | null;
  updated_at?: string | null;
}

/**
 * Creates a post. Its slug is made from the title, or is the preferred one of an import, with a number if it is taken. The
 * statement itself decides that, so two posts that are created at once never get the same slug.
 */
export async function createPost(
  db: Db,
  actor: AccountActor,
  input: Rendered<CreatePost>,
  { keeper, ...imported }: CreationOptions = {},
): Promise<Post> {
  const { title, body, body_html, summary = null } = input;
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
  const { id, username, full_name, bio, created_at } = actor.account;
  const author = { id, username, full_name, bio, created_at };
  const known = { title, summary, body, body_html, views: 0, comment_count: 0, version: 1, author };
  for await (const slug of candidateSlugs(db, preferred)) {
    const created = await queries.insertPost(db, { ...row, slug }, input.tags ?? [], { keeper, known });
    if (created) return { ...created, ...known };
  }
  throw new Error(`no free slug was found for "${preferred}"`);
}

/**
 * Writes a post anew from its source: the text, the tags, the author and whether it is published.
 *
 * @throws {PostNotFound} where it has been deleted
 */
export async function replacePost(
  db: Db,
  actor: AccountActor,
  id: string,
  input: Rendered<CreatePost>,
): Promise<void> {
  const { title, body, body_html, summary = null, tags = [] } = input;
  const { status, published_at } = initialStatus(input);
  await atomically(db, async (tx) => {
    if (!(await queries.lockPost(tx, id))) throw new PostNotFound();
    await rewritePost(
      tx,
      id,
      { title, body, body_html, summary, tags },
      {
        author_id: actor.account.id,
        status,
        published_at: status === 'draft' ? null : (published_at ?? queries.publishedAtOrNow),
      },
    );
  });
}

/**
 * Changes what is given. A new text is rendered before the post is locked, and only for who may change the post and knows
 * its version.
 *
 * @throws {PostNotFound}
 * @throws {PreconditionFailed} if the post does not have an expected version
 * @throws {MarkdownTooComplex}
 */
export async function updatePost(
  { db, markdown }: WritingContext,
  actor: AccountActor,
  ref: string,
  expected: number[] | 'any',
  { body, ...others }: UpdatePost,
  audit: Audit,
): Promise<Post> {
  let rewrite: Rewrite = others;
  if (body !== undefined) {
    const post = await findOwnPost(db, ref, actor);
    if (!post) throw new PostNotFound();
    checkVersion(expected, post.version);
    rewrite = { ...others, ...(await rendered(markdown, { body })) };
  }
  return changePost(db, actor, ref, audit, async (tx, post) => {
    checkVersion(expected, post.version);
    await rewritePost(tx, post.id, rewrite);
  });
}

export async function deletePost(
  db: Db,
  actor: AccountActor,
  ref: string,
  expected: number[] | 'any',
  audit: Audit,
): Promise<void> {
  await audit.around(db, async (tx) => {
    const post = await lockOwnPost(tx, ref, actor);
    if (!post) throw new PostNotFound();
    audit.of(post);
    audit.changes = postChanges(post, {});
    checkVersion(expected, post.version);
    await queries.deletePost(tx, post.id);
  });
}
