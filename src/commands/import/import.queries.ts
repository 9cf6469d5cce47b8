import type { Db } from '../../platform/database/index.ts';

/** The post that was imported from a file, and the hash of the file at that time. */
export const findImport = (db: Db, path: string) =>
  db
    .selectFrom('imported_files')
    .select(['post_id', 'content_hash'])
    .where('path', '=', path)
    .executeTakeFirst();

/** Records the hash of the file of a post. */
export async function rememberImport(
  db: Db,
  file: { path: string; post_id: string; content_hash: string },
): Promise<void> {
  await db
    .insertInto('imported_files')
    .values(file)
    .onConflict((conflict) => conflict.column('path').doUpdateSet({ content_hash: file.content_hash }))
    .execute();
}
