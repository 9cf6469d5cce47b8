import type { Static, TSchema } from '@sinclair/typebox';
import type { Principal } from './actor.ts';
import type { Db, Slice } from './database/index.ts';

/** What a domain stores about a person, as it is handed out to them (GDPR, articles 15 and 20). */

/** How one list of it is read: in batches by key, since nobody knows how long it is. */
interface Reading<R, S extends TSchema> {
  /** The property of the document. */
  name: string;
  description: string;
  /** The named schema of an item. */
  item: S;
  /** How many rows are read, and are in memory, at once. */
  batch: number;
  rows(db: Db, person: Principal, slice: Slice): Promise<R[]>;
  /** The sort key of a row: unique, and of values that do not change while the list is read. */
  key(row: R): readonly (string | number)[];
  map(row: R, person: Principal): Static<S>;
}

/** A list of what is stored about a person; its rows are its own affair. */
export interface PersonalSection {
  name: string;
  description: string;
  item: TSchema;
  batches(db: Db, person: Principal): AsyncGenerator<readonly unknown[], void>;
}

/** Declares a list of what is stored about a person. What `map` gives fits the schema, by its type. */
export function personalSection<R, S extends TSchema>(reading: Reading<R, S>): PersonalSection {
  const { name, description, item, batch: limit, rows, key, map } = reading;
  async function* batches(db: Db, person: Principal) {
    let after: Slice['after'] = null;
    do {
      const found: R[] = await rows(db, person, { limit, offset: 0, after });
      yield found.map((row) => map(row, person));
      const last = found.at(-1);
      after = last !== undefined && found.length === limit ? key(last) : null;
    } while (after);
  }
  return { name, description, item, batches };
}
