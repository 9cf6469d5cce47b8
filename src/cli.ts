#!/usr/bin/env node
import { enableCompileCache } from 'node:module';
import { fileURLToPath } from 'node:url';

// Compiled code is kept between starts, which makes them about three times faster. It lies where the code of others lies,
// so that `npm ci` throws it away; where that cannot be written, nothing is kept and nothing is said.
enableCompileCache(fileURLToPath(new URL('../node_modules/.cache/imprint', import.meta.url)));

const { run } = await import('./commands/run.ts');
await run(process.argv.slice(2));
