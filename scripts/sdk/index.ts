/** Makes the clients in every language from the contract; with `--check` it only says whether they are current. */
for (const maker of ['./typescript.ts', './others.ts']) await import(maker);
