import { globSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The source as text, for the tests that hold the rules of the house against it. Paths are from the top level. */

const ROOT = fileURLToPath(new URL('../../../', import.meta.url));

export const sourceOf = (path: string): string => readFileSync(ROOT + path, 'utf8');

/** The files that match a pattern, in the order of their names. */
export const files = (pattern: string): string[] => globSync(pattern, { cwd: ROOT }).sort();

/** Source without its comments. */
export const codeOf = (path: string): string =>
  sourceOf(path)
    .replace(/\/\*[\s\S]*?\*\//g, '')
    .replace(/(^|[^:'"`\\])\/\/.*$/gm, '$1');

export interface Import {
  from: string;
  /** A path from the root, or the name of a package. */
  to: string;
}

const IMPORT =
  /(?:^|\n)\s*(?:import|export)\b[^'"`;]*?from\s+'([^']+)'|import\s*\(\s*'([^']+)'|(?:^|\n)import\s+'([^']+)'/g;

export function importsOf(from: string): Import[] {
  return [...codeOf(from).matchAll(IMPORT)].map(([, one, two, three]) => {
    const name = one ?? two ?? three ?? '';
    return { from, to: name.startsWith('.') ? join(dirname(from), name) : name };
  });
}

export const told = ({ from, to }: Import) => `${from} imports ${to}`;

/** The first circle of imports that is found, as a path of files; undefined where there is none. */
export function findCycle(imports: readonly Import[]): string[] | undefined {
  const targets = Map.groupBy(imports, ({ from }) => from);
  const finished = new Set<string>();
  const visit = (file: string, path: readonly string[]): string[] | undefined => {
    if (path.includes(file)) return [...path.slice(path.indexOf(file)), file];
    if (finished.has(file)) return undefined;
    for (const { to } of targets.get(file) ?? []) {
      const cycle = visit(to, [...path, file]);
      if (cycle) return cycle;
    }
    finished.add(file);
    return undefined;
  };
  for (const file of targets.keys()) {
    const cycle = visit(file, []);
    if (cycle) return cycle;
  }
  return undefined;
}
