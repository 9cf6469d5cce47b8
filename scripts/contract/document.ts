import { readFile, writeFile } from 'node:fs/promises';
import { contract } from '../../src/contract.ts';

/** Writes the OpenAPI document. With `--check` it only checks that the file is current. */

const TARGET = new URL('../../openapi/openapi.json', import.meta.url);
const document = `${JSON.stringify(await contract(), null, 2)}\n`;

if (process.argv.includes('--check')) {
  if ((await readFile(TARGET, 'utf8').catch(() => '')) !== document) {
    console.error('openapi/openapi.json is not current: run `npm run generate`');
    process.exit(1);
  }
} else await writeFile(TARGET, document);
