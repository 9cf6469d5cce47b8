import { randomBytes } from 'node:crypto';
import slugify from '@sindresorhus/slugify';
import type { Db } from '../../../platform/database/index.ts';
import { isId } from '../../../platform/ids.ts';
import { freeNumberOf } from './writing.queries.ts';

const SLUG_LENGTH = 180;
const NUMBERED_TRIES = 3;
const TRIES = 8;

/** The preferred slug of a title. It never has the form of an id, so that a reference is either an id or a slug. */
export function slugOf(title: string): string {
  const slug = slugify(title, { decamelize: false }).slice(0, SLUG_LENGTH).replace(/-+$/, '');
  return slug === '' || isId(slug) ? `post-${slug || randomBytes(4).toString('hex')}` : slug;
}

/** The slugs to try for a new post: the preferred one, then with a number, then with random digits. */
export async function* candidateSlugs(db: Db, preferred: string): AsyncGenerator<string> {
  yield preferred;
  for (let attempt = 1; attempt < TRIES; attempt++) {
    const number = attempt <= NUMBERED_TRIES ? await freeNumberOf(db, preferred) : undefined;
    yield `${preferred}-${number ?? randomBytes(4).toString('hex')}`;
  }
}
