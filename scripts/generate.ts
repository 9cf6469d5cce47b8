/** Writes all generated files; with `--check` it only checks that they are current. */
const MAKERS = [
  './generate-tables.ts',
  './contract/document.ts',
  './contract/generate-collection.ts',
  './generate-readme.ts',
  './contract/generate-changelog.ts',
];
for (const maker of MAKERS) await import(maker);
