import { atomically, type Db, type Tx } from '../../../platform/database/index.ts';
import type { RecurringTask } from '../../../platform/recurring.ts';
import { SearchTooBroad } from '../posts.problems.ts';
import { addSearchVectors, hasIndexedWords } from './lists.queries.ts';
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

/** Posts that get their search vector at once: the longest take tens of milliseconds each, and a search has a second. */
const PART = 4;
/** Parts at one run of the recurring work, so that it takes next to nothing from what requests do. */
const PARTS = 25;
/** Parts of the posts of others that an admin who searches them waits for; the recurring work does the rest. */
const PARTS_OF_OTHERS = 50;

/**
 * What makes the unpublished posts searchable that are about to be searched: those of an account, or some of all for an
 * admin. A post costs this once after it was written, and only if it is searched.
 *
 * @returns does a part of them, and tells whether there is more
 */
export function searchablePart(owner: string | undefined): (tx: Tx) => Promise<boolean> {
  let parts = 0;
  return async (tx) => {
    const isLast = owner === undefined && ++parts >= PARTS_OF_OTHERS;
    return (await addSearchVectors(tx, owner, PART)) === PART && !isLast;
  };
}

/** Makes all unpublished posts searchable, some at a time, so that admins find those that their authors never search. */
export const makingSearchable = (db: Db): RecurringTask => ({
  name: 'making drafts searchable',
  interval: 10_000,
  run: async (stopping) => {
    for (let part = 0; part < PARTS && !stopping.aborted; part++)
      if ((await atomically(db, (tx) => addSearchVectors(tx, undefined, PART))) < PART) return;
  },
});
