import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { type Static, type TSchema, Type } from '@sinclair/typebox';
import { HarEntry } from '../../../src/tooling/contract/har.ts';
import { parseJson } from '../../../src/tooling/json.ts';
import { RUN } from './record.ts';

/** Reads the record of a run. It is apart from what writes it, which each test process loads. */

/** An exchange, and what of the contract it shows (facets.ts). */
const Sighting = Type.Object({
  facets: Type.Array(Type.String()),
  /** Left out for an exchange that is too large to be kept. */
  entry: Type.Optional(HarEntry),
});

function read<S extends TSchema>(kind: string, schema: S): Static<S>[] {
  if (!existsSync(RUN)) return [];
  const files = readdirSync(RUN).filter((file) => file.endsWith(`.${kind}`));
  return files.flatMap((file) =>
    readFileSync(RUN + file, 'utf8')
      .split('\n')
      .filter(Boolean)
      .map((line) => parseJson(schema, line)),
  );
}

/** The test files that ran. */
export const recordedFiles = () => read('files', Type.String());

/** The exchanges, each with what it was the first to show in its test file. */
export const recordedExchanges = () => read('exchanges', Sighting);
