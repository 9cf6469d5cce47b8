import type { Static, TSchema } from '@sinclair/typebox';
import type { Principal } from './actor.ts';
import type { Account, Db, Slice, Tx } from './database/index.ts';

/**
 * What a domain stores about a person: how it is exported to them (GDPR, articles 15 and 20), and what becomes of it when
 * they delete their account (article 17).
 */

/** How one list is read: in batches by key, since it may be of any length. */
interface Reading<R, S extends TSchema> {
  /** The property of the exported document. */
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

/** Erases what is stored about an account, in the transaction that erases the account itself, whose row is locked. */
type Erase = (tx: Tx, account: Pick<Account, 'id'>) => Promise<void>;

/** What becomes of a list when the account is erased. Where rows stay that name the account, `kept` says why. */
type Erasure = { erase: Erase; kept?: string } | { erase?: never; kept: string };

export interface PersonalSection {
  name: string;
  description: string;
  item: TSchema;
  batches(db: Db, person: Principal): AsyncGenerator<readonly unknown[], void>;
  erase: Erase;
  /** Why rows stay that name an erased account; null where none do. */
  kept: string | null;
}

/** Declares a list of what is stored about a person. What `map` returns fits the schema, by its type. */
export function personalSection<R, S extends TSchema>(section: Reading<R, S> & Erasure): PersonalSection {
  const { name, description, item, batch: limit, rows, key, map } = section;
  const { erase = async () => undefined, kept = null } = section;
  async function* batches(db: Db, person: Principal) {
    let after: Slice['after'] = null;
    do {
      const found: R[] = await rows(db, person, { limit, offset: 0, after });
      yield found.map((row) => map(row, person));
      const last = found.at(-1);
      after = last !== undefined && found.length === limit ? key(last) : null;
    } while (after);
  }
  return { name, description, item, batches, erase, kept };
}
