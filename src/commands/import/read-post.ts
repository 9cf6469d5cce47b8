import { isUtf8 } from 'node:buffer';
import { open } from 'node:fs/promises';
import { join } from 'node:path';
import { CreatePost } from '../../domains/posts/index.ts';
import { cutAtWord } from '../../platform/markdown/render.ts';
import { type ImportedAuthor, readAuthors } from './authors.ts';
import { findHeading, isSameTitle, stripEsm } from './body.ts';
import { parseDate } from './dates.ts';
import { findFlag, findText, isDraft, readTags } from './fields.ts';
import { type MetaTable, parseObjectLiteral, splitFrontMatter } from './front-matter.ts';
import { readPath, readSlug } from './slug.ts';

/** A post as a Markdown file describes it; every text fits the limits of the API. */
export type ImportedPost = {
  /** Relative to the imported folder, with `/`: identifies the post at the next import. */
  path: string;
  /** The preferred slug; not unique among files, see `slugCandidates`. */
  slug: string;
  title: string;
  summary: string | null;
  /** Markdown without front matter and without a heading that only repeats the title. */
  body: string;
  /** RFC 3339, UTC, milliseconds; `null` when the file does not say. */
  published_at: string | null;
  updated_at: string | null;
  status: 'draft' | 'published';
  /** The first is the author. Empty when the file names none. */
  authors: ImportedAuthor[];
  tags: string[];
};

/** A file with `skipped` is not a post, such as the page of a section; without it, it is a post that cannot be imported. */
export type ReadResult =
  | { ok: true; post: ImportedPost }
  | { ok: false; path: string; reason: string; skipped: boolean };

/** The limits of the API, in characters (code points) and in items. */
const { title, body, summary, tags } = CreatePost.properties;
const TITLE = { min: title.minLength ?? 0, max: title.maxLength ?? Number.POSITIVE_INFINITY };
const BODY = { min: body.minLength ?? 0, max: body.maxLength ?? Number.POSITIVE_INFINITY };
const MAX_SUMMARY: number = summary.maxLength;
const MAX_TAGS: number = tags.maxItems;
const MAX_TAG: number = tags.items.maxLength;
/** Far more than a body within its limit has; such a file is not read into memory at all. */
const MAX_FILE_BYTES = 5 * 1024 * 1024;

const PUBLISHED_KEYS = [
  'publish_date',
  'pub_date',
  'published_at',
  'published_on',
  'date_published',
  'published',
  'date',
];
const UPDATED_KEYS = [
  'updated_at',
  'updated',
  'updated_date',
  'lastmod',
  'last_modified_at',
  'last_modified',
  'modified',
];

class PostFault extends Error {}

/** Reads the file at `path` below `root` as a post. Never throws: what goes wrong is the reason of the result. */
export async function readPostFile(root: string, path: string): Promise<ReadResult> {
  const failed = (reason: string): ReadResult => ({ ok: false, path, reason, skipped: false });
  try {
    await using file = await open(join(root, path));
    const { size } = await file.stat();
    if (size > MAX_FILE_BYTES)
      return failed(`the file has ${size} bytes, at most ${MAX_FILE_BYTES} are read`);
    const bytes = await file.readFile();
    if (isUtf8(bytes)) return readPost(path, bytes.toString('utf8'));
    return failed(`line ${lineOfFault(bytes)}: the text is not UTF-8`);
  } catch (error) {
    return failed(`the file cannot be read: ${error instanceof Error ? error.message : String(error)}`);
  }
}

/** The first line that is not UTF-8 by itself; a line feed is never part of a longer UTF-8 sequence. */
function lineOfFault(bytes: Buffer): number {
  for (let line = 1, start = 0; ; line += 1) {
    const end = bytes.indexOf(0x0a, start);
    if (end === -1 || !isUtf8(bytes.subarray(start, end))) return line;
    start = end + 1;
  }
}

/**
 * Reads one Markdown file as Jekyll, Hugo, Zola, Astro and Next sites write them. `path` is relative to the imported
 * folder, with `/`. What can be adapted without a loss is (a long summary is cut); where something of
 * value would be lost or guessed, the file is reported with the reason instead.
 */
export function readPost(path: string, text: string): ReadResult {
  try {
    if (/(?:^|\/)_index\.[^/]*$/.test(path)) return skip(path);
    const nul = text.indexOf('\0');
    if (nul !== -1) throw new PostFault(`line ${text.slice(0, nul).split('\n').length}: a NUL character`);
    const front = splitFrontMatter(text);
    if (!front.ok) throw new PostFault(front.reason);
    const mdx = /\.mdx$/i.test(path) ? stripEsm(front.body) : { body: front.body, metadata: undefined };
    const literal = front.meta.size === 0 ? mdx.metadata : undefined;
    const exported = literal === undefined ? front : parseObjectLiteral(literal);
    if (!exported.ok) throw new PostFault(exported.reason);
    const { meta } = exported;
    const body = trimLines(mdx.body);
    const published = readDate(meta, PUBLISHED_KEYS) ?? parseDate(readPath(path).date ?? '') ?? null;
    if (body === '' && published === null && readPath(path).isIndex) return skip(path);
    return { ok: true, post: checked(toPost(path, meta, body, published)) };
  } catch (error) {
    if (error instanceof PostFault) return { ok: false, path, reason: error.message, skipped: false };
    throw error;
  }
}

function skip(path: string): ReadResult {
  return { ok: false, path, reason: 'the page of a section, not a post', skipped: true };
}

function toPost(path: string, meta: MetaTable, body: string, published: string | null): ImportedPost {
  const heading = findHeading(body);
  const title = findText(meta, 'title') ?? (heading?.text || readableName(readPath(path).name));
  const isRepeated = heading?.bodyWithout !== undefined && isSameTitle(heading.text, title);
  const summary = findText(meta, 'summary', 'excerpt', 'description');
  return {
    path,
    slug: readSlug(meta, path),
    title,
    summary: summary === undefined ? null : cutAtWord(summary, MAX_SUMMARY),
    body: isRepeated ? trimLines(heading.bodyWithout ?? '') : body,
    published_at: published,
    updated_at: readDate(meta, UPDATED_KEYS) ?? null,
    status: isDraft(meta, path) ? 'draft' : 'published',
    authors: readAuthors(meta),
    tags: readTags(meta),
  };
}

/** The first of `keys` that is set, as a date; Hugo's zero date and Jekyll's `published: true` are none. */
function readDate(meta: MetaTable, keys: string[]): string | undefined {
  for (const key of keys) {
    const text = findText(meta, key);
    if (text === undefined || text.startsWith('0001-01-01') || findFlag(meta, key) !== undefined) continue;
    const date = parseDate(text);
    if (date === undefined)
      throw new PostFault(`${key}: "${text.slice(0, 60)}" is not a date that can be read`);
    return date;
  }
  return undefined;
}

function readableName(name: string): string {
  const words = name.replace(/[\s_-]+/g, ' ').trim();
  return words.charAt(0).toUpperCase() + words.slice(1);
}

/** Without blank lines around it; an indented first line keeps its indent, which may make it code. */
function trimLines(body: string): string {
  return body.replace(/^(?:[^\S\n]*\n)+/, '').trimEnd();
}

function checked(post: ImportedPost): ImportedPost {
  checkLength('title', post.title, TITLE);
  checkLength('body', post.body, BODY);
  if (post.tags.length > MAX_TAGS)
    throw new PostFault(`${post.tags.length} tags, at most ${MAX_TAGS} are allowed`);
  for (const tag of post.tags) checkLength(`tag "${cutAtWord(tag, 30)}"`, tag, { min: 1, max: MAX_TAG });
  const names = post.authors.flatMap(({ name, email, username }) => [name, email ?? '', username ?? '']);
  for (const text of [post.title, post.summary ?? '', ...post.tags, ...names]) {
    // An escape such as "\0" or "\ud800" in quotes can produce characters that PostgreSQL and UTF-8 cannot store.
    if (text.includes('\0') || !text.isWellFormed())
      throw new PostFault('the front matter escapes no real character');
  }
  return post;
}

function checkLength(what: string, text: string, { min, max }: { min: number; max: number }): void {
  const length = [...text].length;
  if (length < min) throw new PostFault(`the ${what} has ${length} characters, at least ${min} are needed`);
  if (length > max) throw new PostFault(`the ${what} has ${length} characters, at most ${max} are allowed`);
}
