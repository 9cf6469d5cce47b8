import root, { type Test } from 'tap';

/**
 * What `import t from 'tap'` gives in test files and their support: tap's own root where a file runs in a process of its
 * own, the sub-test of the file that runs at the moment where a process runs many (process.ts).
 */
let current: Test = root;

/** From now on, `t` is the sub-test of this file. */
export function enter(file: Test): void {
  current = file;
}

/** The process, for what all its files use. */
export { current as default, root };

/** What is made once for each test file, by the first that asks for it. */
export function oncePerFile<T>(make: () => T): () => T {
  let made: { file: Test; value: T } | undefined;
  return () => {
    if (made?.file !== current) made = { file: current, value: make() };
    return made.value;
  };
}
