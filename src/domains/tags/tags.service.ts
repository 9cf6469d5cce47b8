import { type Audit, changesBetween } from '../../platform/audit/index.ts';
import { violatedConstraint } from '../../platform/database/errors.ts';
import type { Db } from '../../platform/database/index.ts';
import { normaliseTagName, tagSlugs } from './tags.names.ts';
import { TagNameTaken, TagNotFound } from './tags.problems.ts';
import * as queries from './tags.queries.ts';

const ATTEMPTS = 3;

/** Brings the kept numbers of posts up to date, before they are read. Not in a transaction with more: it locks tags. */
export const settleCounts = (db: Db): Promise<void> => queries.settleCounts(db);

/** The number of posts with a tag that everyone may see. */
export async function countPostsOf(db: Db, id: string): Promise<number> {
  await settleCounts(db);
  return (await queries.findTag(db, id))?.post_count ?? 0;
}

/**
 * Renames a tag on all its posts. The new name may differ in case only.
 *
 * @throws {TagNameTaken} if another tag has the name
 */
export async function renameTag(
  db: Db,
  id: string,
  requested: string,
  audit: Audit,
): Promise<queries.TagRow> {
  const name = normaliseTagName(requested);
  await settleCounts(db);
  for (let attempt = 1; ; attempt++) {
    try {
      return await audit.around(db, async (tx) => {
        const tag = await queries.renameTag(tx, id, name, tagSlugs(name, id));
        if (!tag) throw new TagNotFound();
        audit.changes = changesBetween({ name: tag.previous_name }, tag, { values: ['name'] });
        return tag;
      });
    } catch (error) {
      const constraint = violatedConstraint(error);
      if (constraint === 'tags_name_key') throw new TagNameTaken();
      // Another tag took the slug at the same moment; the next attempt sees it and takes the other one.
      if (constraint !== 'tags_slug_key' || attempt === ATTEMPTS) throw error;
    }
  }
}

export async function deleteTag(db: Db, id: string, audit: Audit): Promise<void> {
  await audit.around(db, async (tx) => {
    const tag = await queries.deleteTag(tx, id);
    if (!tag) throw new TagNotFound();
    audit.changes = changesBetween(tag, {}, { values: ['name'] });
  });
}
