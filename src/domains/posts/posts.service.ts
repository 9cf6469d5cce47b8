import { randomBytes } from 'node:crypto';
import slugify from '@sindresorhus/slugify';
import { checkVersion } from '../../http/concerns/conditional.ts';
import { momentOf } from '../../http/contract/schema.ts';
import type { AccountActor } from '../../platform/actor.ts';
import { atomically, type Db, type Tx } from '../../platform/database/index.ts';
import { isId, newId } from '../../platform/ids.ts';
import { memoised } from '../../platform/memoised.ts';
import * as creation from './posts.create.queries.ts';
import { toPost } from './posts.mapper.ts';
import { PostNotFound, PublishingTimeInvalid, RevisionNotFound } from './posts.problems.ts';
import * as queries from './posts.queries.ts';
import type { CreatePost, Post, UpdatePost } from './posts.schemas.ts';

const SLUG_LENGTH = 180;
const NUMBERED_TRIES = 3;
const TRIES = 8;

/** Loaded for the first post that is written: neither a start nor a read needs it. */
const renderer = memoised(() => import('../../platform/markdown.ts'));

async function render(body: string): Promise<string> {
  const { renderMarkdown } = await renderer();
  return renderMarkdown(body);
}

/** The slug a title would have if it were free. It never looks like an id, so that a reference is one or the other. */
export function slugOf(title: string): string {
  const slug = slugify(title, { decamelize: false }).slice(0, SLUG_LENGTH).replace(/-+$/, '');
  return slug === '' || isId(slug) ? `post-${slug || randomBytes(4).toString('hex')}` : slug;
}

/** A publishing time as it is kept. @throws {PublishingTimeInvalid} for a moment that no clock shows */
function publishingTime(publishAt: string): string {
  const moment = momentOf(publishAt);
  if (!moment) throw new PublishingTimeInvalid('`publish_at` must be a moment in the years 1 to 9999.');
  return moment;
}

const isToCome = (moment: string): boolean => Date.parse(moment) > Date.now();

/** How a new post begins, from the status and the time that are asked for; without a time, the database's own is meant. */
function initialStatus(input: Pick<CreatePost, 'status' | 'publish_at'>): {
  status: 'draft' | 'published';
  published_at: string | null;
} {
  const { status = 'draft', publish_at } = input;
  if (status === 'draft') {
    if (publish_at !== undefined)
      throw new PublishingTimeInvalid(
        'A draft takes no `publish_at`; ask for the status `scheduled` or `published`.',
      );
    return { status, published_at: null };
  }
  const published_at = publish_at === undefined ? null : publishingTime(publish_at);
  if (status === 'scheduled' && !(published_at && isToCome(published_at)))
    throw new PublishingTimeInvalid('A scheduled post needs a `publish_at` in the future.');
  return { status: 'published', published_at };
}

/** What an import knows of a post beyond what a request may say. */
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
  for (let attempt = 0; attempt < TRIES; attempt++) {
    const slug = attempt === 0 ? preferred : `${preferred}-${await suffix(db, preferred, attempt)}`;
    const [created] = await creation.insertPost(db, { ...row, slug }, input.tags ?? []);
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

async function suffix(db: Db, preferred: string, attempt: number): Promise<string> {
  const number = attempt <= NUMBERED_TRIES ? await creation.freeNumberOf(db, preferred) : undefined;
  return number === undefined ? randomBytes(4).toString('hex') : String(number);
}

type Locked = NonNullable<Awaited<ReturnType<typeof queries.lockPost>>>;

/** Changes a post that the account may change, and gives it as it is then. */
async function change(
  db: Db,
  actor: AccountActor,
  ref: string,
  work: (tx: Tx, post: Locked) => Promise<void>,
): Promise<Post> {
  return atomically(db, async (tx) => {
    const post = await queries.lockPost(tx, ref, actor);
    if (!post) throw new PostNotFound();
    await work(tx, post);
    const changed = await queries.findPost(tx, post.id, actor);
    if (!changed) throw new PostNotFound();
    return toPost(changed);
  });
}

async function rewrite(tx: Tx, id: string, input: UpdatePost, more: queries.PostChange = {}): Promise<void> {
  const { tags, ...fields } = input;
  await queries.keepRevision(tx, id);
  const rendered = fields.body === undefined ? {} : { body_html: await render(fields.body) };
  await queries.updatePost(tx, id, { ...fields, ...rendered, ...more });
  if (tags) await creation.replaceTags(tx, id, tags);
}

/** Writes a post anew from its source: the text, the tags, the author and whether it is published. */
export async function replacePost(db: Db, actor: AccountActor, id: string, input: CreatePost): Promise<void> {
  const { title, body, summary = null, tags = [] } = input;
  const { status, published_at } = initialStatus(input);
  await atomically(db, async (tx) => {
    await rewrite(
      tx,
      id,
      { title, body, summary, tags },
      {
        author_id: actor.account.id,
        status,
        published_at: status === 'draft' ? null : (published_at ?? queries.sinceOrNow),
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
  return change(db, actor, ref, async (tx, post) => {
    checkVersion(expected, post.version);
    await rewrite(tx, post.id, input);
  });
}

export async function deletePost(
  db: Db,
  actor: AccountActor,
  ref: string,
  expected: number[] | 'any',
): Promise<void> {
  await atomically(db, async (tx) => {
    const post = await queries.lockPost(tx, ref, actor);
    if (!post) throw new PostNotFound();
    checkVersion(expected, post.version);
    await queries.deletePost(tx, post.id);
  });
}

/**
 * Publishes now or at a time. A post that is published already stays as it is, unless it gets another time; one that is
 * scheduled does not wait any longer.
 */
export function publishPost(
  db: Db,
  actor: AccountActor,
  id: string,
  publishAt: string | undefined,
): Promise<Post> {
  const requested = publishAt === undefined ? undefined : publishingTime(publishAt);
  return change(db, actor, id, async (tx, post) => {
    const since = post.published_at !== null && !isToCome(post.published_at) ? post.published_at : null;
    const published_at = requested ?? since ?? queries.now;
    if (post.status === 'published' && published_at === post.published_at) return;
    await queries.keepRevision(tx, id);
    await queries.updatePost(tx, id, { status: 'published', published_at });
  });
}

/** Takes a post back: a draft forgets when it was published, an archived post does not. */
export function unpublishPost(
  db: Db,
  actor: AccountActor,
  id: string,
  status: 'draft' | 'archived',
): Promise<Post> {
  return change(db, actor, id, async (tx, post) => {
    if (post.status === status) return;
    await queries.keepRevision(tx, id);
    await queries.updatePost(tx, id, status === 'draft' ? { status, published_at: null } : { status });
  });
}

/** Makes an earlier version the newest one; what was the newest is kept as well. */
export function restoreRevision(db: Db, actor: AccountActor, id: string, version: number): Promise<Post> {
  return change(db, actor, id, async (tx) => {
    const revision = await queries.findRevision(tx, id, version);
    if (!revision) throw new RevisionNotFound();
    const { title, summary, body, tags } = revision;
    await rewrite(tx, id, { title, summary, body, tags });
  });
}
