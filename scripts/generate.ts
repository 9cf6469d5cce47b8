/** Writes everything that is made from something else; with `--check` it only says whether all of it is current. */
for (const name of ['tables', 'contract', 'collection', 'readme', 'changelog'])
  await import(`./generate-${name}.ts`);
