/** Writes everything that is made from something else; with `--check` it only says whether all of it is current. */
const MAKERS = [
  './generate-tables.ts',
  './contract/document.ts',
  './contract/generate-collection.ts',
  './generate-readme.ts',
  './contract/generate-changelog.ts',
];
for (const maker of MAKERS) await import(maker);
