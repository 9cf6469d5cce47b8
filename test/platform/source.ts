import { globSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

/** The source of the service, as tests of its rules read it. Paths are from the root of the repository. */

const ROOT = fileURLToPath(new URL('../../', import.meta.url));

export const sourceOf = (path: string): string => readFileSync(ROOT + path, 'utf8');

/** The files that match a pattern, in the order of their names. */
export const files = (pattern: string): string[] => globSync(pattern, { cwd: ROOT }).sort();

/** Source without its comments. */
export const codeOf = (path: string): string =>
  sourceOf(path)
    .replace(/\/\*[\s\S]*?\*\//g, '')
    .replace(/(^|[^:'"`\\])\/\/.*$/gm, '$1');
