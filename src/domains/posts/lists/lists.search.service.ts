import type { Tx } from '../../../platform/database/index.ts';
import { SearchTooBroad } from '../posts.problems.ts';
import { hasIndexedWords } from './lists.queries.ts';
import { MAX_WORDS } from './lists.schemas.ts';

/** The bounds of a search: the words decide how much of the index is read. */

const WORD = /[\p{L}\p{M}\p{N}]+/gu;

const tooBroad = (code: 'too_many' | 'invalid', detail: string) =>
  new SearchTooBroad(undefined, { errors: [{ pointer: '/q', code, detail }] });

/** @throws {SearchTooBroad} if there are more than {@link MAX_WORDS} */
export function checkNumberOfWords(q: string): void {
  const { length } = q.match(WORD) ?? [];
  if (length > MAX_WORDS) throw tooBroad('too_many', `has ${length} words, and ${MAX_WORDS} are the most`);
}

/** @throws {SearchTooBroad} if posts could match that have none of the words, so that the index is of no use */
export async function checkIndexIsUsed(tx: Tx, q: string): Promise<void> {
  if (!(await hasIndexedWords(tx, q)))
    throw tooBroad('invalid', 'finds posts by words that they do not have; add a word that all have to have');
}
