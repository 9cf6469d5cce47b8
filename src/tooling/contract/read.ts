// Reads a document of the contract. One that cannot be read ends the script with a line that names the file, since what
// would be compared otherwise is nothing, or part of it.
import { readFileSync } from 'node:fs';
import { relative } from 'node:path';
import type { Document } from './terms.ts';

function faultOf(cause: unknown): string {
  if (cause instanceof SyntaxError)
    return `is no whole JSON document: ${cause.message.replaceAll(/\s+/g, ' ')}`; // it may quote lines
  return Object(cause).code === 'ENOENT' ? 'is missing' : `cannot be read: ${cause}`;
}

export function documentAt(file: string): Document {
  const end = (why: string): never => {
    console.error(`${relative(process.cwd(), file)} ${why}`);
    process.exit(1);
  };
  let document: Document;
  try {
    document = JSON.parse(readFileSync(file, 'utf8'));
  } catch (cause) {
    return end(faultOf(cause));
  }
  const { info, paths } = Object(document);
  return typeof info?.version === 'string' && paths ? document : end('is no OpenAPI document');
}
