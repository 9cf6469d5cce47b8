import { readdir } from 'node:fs/promises';
import { join } from 'node:path';

/** A file that may be a post, by its path relative to the root with `/`, or a folder that could not be read. */
export type FoundFile =
  | { ok: true; path: string }
  | { ok: false; path: string; reason: string; skipped: false };

const IS_POST_FILE = /\.(?:md|mdx|markdown)$/i;

/**
 * Every `.md`, `.mdx` and `.markdown` file below `root`, at any depth, always in the same order (each folder's
 * names sorted by code unit). Hidden files and folders and `node_modules` are left out. Symbolic links are not
 * followed: they may lead out of the tree or form cycles, and targets inside the tree are found anyway. Holds the
 * names of one folder per level in memory. Throws when `root` itself is not a folder that can be read.
 */
export async function* walk(root: string, folder = ''): AsyncGenerator<FoundFile, void, undefined> {
  const entries = await readdir(join(root, folder), { withFileTypes: true }).catch((error: Error) => {
    if (folder === '') throw error;
    return error;
  });
  if (entries instanceof Error) {
    yield {
      ok: false,
      path: folder,
      reason: `the folder cannot be read: ${entries.message}`,
      skipped: false,
    };
    return;
  }
  entries.sort((a, b) => (a.name < b.name ? -1 : 1));
  for (const entry of entries) {
    if (entry.name.startsWith('.') || entry.name === 'node_modules') continue;
    const path = folder === '' ? entry.name : `${folder}/${entry.name}`;
    if (entry.isDirectory()) yield* walk(root, path);
    else if (entry.isFile() && IS_POST_FILE.test(entry.name)) yield { ok: true, path };
  }
}
