import { hash } from 'node:crypto';
import slugify from '@sindresorhus/slugify';

const SLUG_LENGTH = 80;

/** The form in which a name is kept: no blanks around it, single ones within, characters composed (NFC). */
export function normaliseTagName(name: string): string {
  const spaced = name.replace(/\s+/g, ' ').trim();
  const composed = spaced.normalize('NFC');
  return composed.length <= spaced.length ? composed : spaced; // a few characters only come apart
}

/**
 * The slug of a name, never empty: 1 to 80 of `a-z`, `0-9` and single dashes. `C`, `C++` and `C#` have their own. Others
 * may share one, such as `Q&A` and `Q and A`, or have none that can be spelt in ASCII and get a hash.
 */
export function tagSlug(name: string): string {
  const spelt = name.replaceAll('+', ' plus ').replace(/(?<=\p{L})#/gu, ' sharp ');
  const slug = slugify(spelt, { decamelize: false }).slice(0, SLUG_LENGTH).replace(/-+$/, '');
  return slug === '' ? `tag-${hash('sha256', name.toLowerCase(), 'hex').slice(0, 8)}` : slug;
}

/**
 * The slugs that a tag may have: that of its name, and one for when another tag has that. The second ends in random
 * digits of the tag's id, so nobody can take it beforehand.
 */
export function tagSlugs(name: string, id: string): readonly [preferred: string, other: string] {
  const preferred = tagSlug(name);
  return [preferred, `${preferred}-${id.slice(-8)}`];
}
