/** Generates the clients in all languages from the contract; with `--check` it only checks that they are current. */
for (const maker of ['./typescript.ts', './others.ts']) await import(maker);
