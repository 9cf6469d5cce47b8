import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { collection } from '../../src/tooling/contract/collection.ts';
import { committedContract } from '../../src/tooling/contract/document.ts';

/** Writes the requests to send by hand. With `--check` it only checks that the file is current. */

const TARGET = new URL('../../openapi/collection/imprint.http', import.meta.url);
const text = collection(committedContract());

if (process.argv.includes('--check')) {
  if ((await readFile(TARGET, 'utf8').catch(() => '')) !== text) {
    console.error('openapi/collection/imprint.http is not current: run `npm run generate`');
    process.exit(1);
  }
} else {
  await mkdir(new URL('.', TARGET), { recursive: true });
  await writeFile(TARGET, text);
}
