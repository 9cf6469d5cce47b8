import { realpath, stat } from 'node:fs/promises';
import type { Actor } from '../platform/actor.ts';
import { Audit, changesBetween } from '../platform/audit/index.ts';
import { databaseFault } from '../platform/database/errors.ts';
import type { Db } from '../platform/database/index.ts';
import { maintainEmbedded } from '../platform/database/server.queries.ts';
import { createInThreadRenderer } from '../platform/markdown/index.ts';
import { commandActor, print, withDatabase } from './context.ts';
import { Failure, UsageError } from './failures.ts';
import { type Outcome, PostImporter } from './import/post-importer.ts';
import { readPostFile } from './import/read-post.ts';
import { walk } from './import/walk.ts';
import { Progress } from './progress.ts';

const MAX_LISTED = 50;
/** The embedded database is looked after when so many files have been read. */
const MAINTAINED_EACH = 200;

/** The number of files by outcome, and the messages about single files. */
class Summary {
  readonly counts: Record<Outcome | 'skipped' | 'failed', number> = {
    created: 0,
    updated: 0,
    unchanged: 0,
    skipped: 0,
    failed: 0,
  };
  readonly #notes: string[] = [];

  note(kind: 'skipped' | 'failed', path: string, reason: string): void {
    this.counts[kind] += 1;
    if (this.#notes.length < MAX_LISTED) this.#notes.push(`${kind.padEnd(7)}  ${path}: ${reason}`);
  }

  print(authors: number): void {
    for (const note of this.#notes) print(note);
    const unlisted = this.counts.skipped + this.counts.failed - this.#notes.length;
    if (unlisted > 0) print(`… and ${unlisted} more`);
    const { created, updated, unchanged, skipped, failed } = this.counts;
    print(
      `${created} created, ${updated} updated, ${unchanged} unchanged, ${skipped} skipped, ${failed} failed; ${authors} new authors`,
    );
  }
}

async function folderOf(path: string): Promise<string> {
  const found = await stat(path).catch(() => undefined);
  if (!found) throw new UsageError(`there is no folder ${path}`);
  if (!found.isDirectory()) throw new UsageError(`${path} is not a folder`);
  return realpath(path);
}

async function countFiles(root: string): Promise<number> {
  let count = 0;
  for await (const found of walk(root)) if (found.ok) count += 1;
  return count;
}

/** Writes into the audit log what an import has done; one that changed nothing leaves no entry. */
async function recordImport(db: Db, actor: Actor, { created, updated }: Summary['counts']): Promise<void> {
  if (created + updated === 0) return;
  const audit = new Audit(actor, { action: 'importPosts', type: 'post' });
  await audit.around(db, async () => {
    audit.changes = changesBetween(null, { created, updated }, { values: ['created', 'updated'] });
  });
}

/**
 * `imprint import DIR`: imports the Markdown files below a folder as posts. A file that cannot be imported is reported with
 * the reason; the others are imported.
 */
export async function importPosts(folder: string, options: { as?: string } = {}): Promise<void> {
  const root = await folderOf(folder);
  const total = await countFiles(root);
  if (total === 0) throw new UsageError(`there are no Markdown files below ${folder}`);
  const summary = new Summary();

  await withDatabase(
    async (database) => {
      const { db } = database;
      const actor = commandActor('import');
      const importer = new PostImporter(db, actor, createInThreadRenderer(), options.as ?? root);
      const progress = new Progress('Importing', total);
      let taken = 0;
      try {
        for await (const found of walk(root)) {
          const read = found.ok ? await readPostFile(root, found.path) : found;
          if (!read.ok) summary.note(read.skipped ? 'skipped' : 'failed', read.path, read.reason);
          else {
            try {
              summary.counts[await importer.take(read.post)] += 1;
            } catch (error) {
              if (databaseFault(error) === 'unavailable') throw error;
              summary.note('failed', read.post.path, error instanceof Error ? error.message : String(error));
            }
          }
          if (found.ok) progress.step();
          if (++taken % MAINTAINED_EACH === 0) await maintainEmbedded(database);
        }
      } finally {
        progress.end();
        await recordImport(db, actor, summary.counts);
      }
      await maintainEmbedded(database);
      summary.print(importer.newAuthors);
    },
    { prepared: true },
  );
  if (summary.counts.failed > 0)
    throw new Failure(`${summary.counts.failed} of ${total} files could not be imported`);
}
