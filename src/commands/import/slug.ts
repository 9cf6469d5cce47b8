import { createHash } from 'node:crypto';
import slugify from '@sindresorhus/slugify';
import { findText } from './fields.ts';
import type { MetaTable } from './front-matter.ts';

const MAX_SLUG = 200;

/** What a path says about its post: its name without extension and date, its date, and the folders above it. */
export type PathParts = { name: string; date: string | undefined; folders: string[]; isIndex: boolean };

/** `blog/2014-03-01-title.md` -> `title`, `2014-03-01`, [`blog`]; `blog/title/index.md` has its folder's name. */
export function readPath(path: string): PathParts {
  const segments = path.replace(/\.[^./]+$/, '').split('/');
  // Next's app router has `title/page.mdx` where the others have `title/index.md`.
  const isIndex = /^(?:index|page)$/.test(segments.at(-1) ?? '');
  if (isIndex && segments.length > 1) segments.pop();
  const base = segments.at(-1) ?? '';
  const dated = /^(\d{4}-\d{1,2}-\d{1,2})(?:[-_](.+))?$/.exec(base);
  const folders = segments.slice(0, -1).filter((folder) => folder !== '_posts' && folder !== '_drafts');
  return { name: dated?.[2] ?? base, date: dated?.[1], folders, isIndex };
}

/**
 * The preferred slug of a post: the last part of `slug`, `permalink`, `url` or `path`, else of its file's path. A pattern
 * (`/:year/:title/`) or the name of one (`pretty`) says nothing about this post. Not unique: see `slugCandidates`.
 */
export function readSlug(meta: MetaTable, path: string): string {
  const links = ['permalink', 'url', 'path'].map((key) => findText(meta, key));
  const link = links.find((text) => text?.includes('/') && !text.includes(':'));
  for (const text of [findText(meta, 'slug'), link, readPath(path).name]) {
    const last = text?.split('/').findLast((part) => part !== '');
    const slug = toSlug(last?.replace(/\.html?$/, '') ?? '');
    if (slug !== '') return slug;
  }
  // A name of which nothing can be spelt in ASCII still has to give the same slug every time.
  return `post-${createHash('sha256').update(path).digest('hex').slice(0, 8)}`;
}

/**
 * The slugs to try for a post, an endless list: the preferred one, then with its folders before it one by
 * one (`intro`, `guide-intro`, `docs-guide-intro`), then numbered. The importer takes the first that no other
 * post has, and keeps it when the same path is imported again; so the order of files decides only once.
 */
export function* slugCandidates(path: string, slug: string): Generator<string, never, undefined> {
  yield slug;
  let name = slug;
  for (const folder of readPath(path).folders.map(toSlug).reverse()) {
    if (folder === '') continue;
    name = cut(`${folder}-${name}`);
    yield name;
  }
  for (let number = 2; ; number += 1) yield `${cut(slug, MAX_SLUG - 8)}-${number}`;
}

/** A text as a part of a URL path. */
export function toSlug(text: string): string {
  return cut(slugify(text.slice(0, 2 * MAX_SLUG), { decamelize: false }));
}

function cut(slug: string, max = MAX_SLUG): string {
  return slug.slice(0, max).replace(/-+$/, '');
}
