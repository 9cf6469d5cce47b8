import { sql } from 'kysely';
import type { Db, Slice, Tx } from '../../../platform/database/index.ts';

/** Stores the present version of a post as a revision, before a change. */
export async function keepRevision(tx: Tx, id: string): Promise<void> {
  await sql`
    insert into post_revisions (post_id, version, title, summary, body, body_html, tags, created_at)
    select p.id, p.version, p.title, p.summary, p.body, p.body_html,
      array(select t.name from post_tags pt join tags t on t.id = pt.tag_id where pt.post_id = p.id order by t.name), p.updated_at
    from posts p where p.id = ${id}
    on conflict (post_id, version) do nothing`.execute(tx);
}

const REVISION_COLUMNS = ['version', 'title', 'summary', 'body', 'tags', 'created_at'] as const;

export function listRevisions(db: Db, postId: string, slice: Slice) {
  let revisions = db.selectFrom('post_revisions').select(REVISION_COLUMNS).where('post_id', '=', postId);
  if (slice.after) revisions = revisions.where('version', '<', Number(slice.after[0]));
  return revisions.orderBy('version', 'desc').limit(slice.limit).offset(slice.offset).execute();
}

export async function countRevisions(db: Db, postId: string): Promise<number> {
  const row = await db
    .selectFrom('post_revisions')
    .select((select) => select.fn.countAll<number>().as('total'))
    .where('post_id', '=', postId)
    .executeTakeFirstOrThrow();
  return row.total;
}

/** A revision with its HTML, which those from before it was kept do not have. */
export const findRevision = (db: Db, postId: string, version: number) =>
  db
    .selectFrom('post_revisions')
    .select([...REVISION_COLUMNS, 'body_html'])
    .where('post_id', '=', postId)
    .where('version', '=', version)
    .executeTakeFirst();
