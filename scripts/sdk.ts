/** Makes the clients in every language from the contract; with `--check` it only says whether they are current. */
for (const name of ['sdk', 'sdk-others']) await import(`./generate-${name}.ts`);
