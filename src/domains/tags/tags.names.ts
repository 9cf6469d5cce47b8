import { hash } from 'node:crypto';
import slugify from '@sindresorhus/slugify';

const SLUG_LENGTH = 80;

/** The stored form of a name: trimmed, with single spaces, composed (NFC). */
export function normaliseTagName(name: string): string {
  const spaced = name.replace(/\s+/g, ' ').trim();
  const composed = spaced.normalize('NFC');
  return composed.length <= spaced.length ? composed : spaced; // a few characters only come apart
}

/**
 * The slug of a name: 1 to 80 characters of `a-z`, `0-9` and single hyphens. `C`, `C++` and `C#` differ. Other names may
 * have the same slug, such as `Q&A` and `Q and A`; a name without ASCII letters or digits gets a hash.
 */
export function tagSlug(name: string): string {
  const spelt = name.replaceAll('+', ' plus ').replace(/(?<=\p{L})#/gu, ' sharp ');
  const slug = slugify(spelt, { decamelize: false }).slice(0, SLUG_LENGTH).replace(/-+$/, '');
  return slug === '' ? `tag-${hash('sha256', name.toLowerCase(), 'hex').slice(0, 8)}` : slug;
}

/**
 * The preferred slug of a tag, made from its name, and the one it gets if another tag has that. The other slug ends in
 * random digits of the tag's id, so that it cannot be taken in advance.
 */
export function tagSlugs(name: string, id: string): readonly [preferred: string, other: string] {
  const preferred = tagSlug(name);
  return [preferred, `${preferred}-${id.slice(-8)}`];
}
