// Reads a document of the contract. One that cannot be read ends the script with a line that names the file, since what
// would be compared otherwise is nothing, or part of it.
import { readFileSync } from 'node:fs';
import { relative } from 'node:path';
import { propertiesOf } from '../../platform/unknown.ts';
import { parseJson } from '../json.ts';
import { Document } from './terms.ts';

function faultOf(cause: unknown): string {
  if (cause instanceof SyntaxError)
    return `is no whole JSON document: ${cause.message.replaceAll(/\s+/g, ' ')}`; // it may quote lines
  if (cause instanceof TypeError) return `is no OpenAPI document: ${cause.message}`;
  return propertiesOf(cause).code === 'ENOENT' ? 'is missing' : `cannot be read: ${cause}`;
}

export function documentAt(file: string): Document {
  const end = (why: string): never => {
    console.error(`${relative(process.cwd(), file)} ${why}`);
    process.exit(1);
  };
  try {
    return parseJson(Document, readFileSync(file, 'utf8'));
  } catch (cause) {
    return end(faultOf(cause));
  }
}
