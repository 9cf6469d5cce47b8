import { type CompiledQuery, type RawBuilder, sql } from 'kysely';
import type { Db } from './handles.ts';

/** A place in a prepared statement that is filled at each run. */
class Placeholder {
  readonly name: string;
  constructor(name: string) {
    this.name = name;
  }
}

/** Gives the place of a named value while the statement is being built. */
export type Params<V> = <K extends keyof V & string>(name: K) => RawBuilder<V[K]>;

/** The values themselves in place of parameters: for a condition that prepared statements and others share. */
export const valuesAsParams =
  <V>(values: V): Params<V> =>
  (name) =>
    sql`${values[name]}`;

interface Compilable<R> {
  compile(): CompiledQuery<R>;
}

/**
 * A statement that is built and compiled at its first run and only executed afterwards: for what is run at almost every
 * request. The text is the same each time, so PostgreSQL prepares it once per connection as well.
 *
 * @example
 * const titleOf = prepared<{ id: string }, { title: string }>((db, param) =>
 *   db.selectFrom('posts').select('title').where('id', '=', param('id')));
 * const [row] = await titleOf(db, { id });
 */
export function prepared<V extends object, R>(
  build: (db: Db, param: Params<V>) => Compilable<R>,
): (db: Db, values: V) => Promise<R[]> {
  let compiled: CompiledQuery<R> | undefined;
  let places: unknown[] = [];
  return async (db, values) => {
    if (!compiled) {
      compiled = build(db, (name) => sql`${new Placeholder(name)}`).compile();
      places = [...compiled.parameters];
    }
    const parameters = places.map((place) =>
      place instanceof Placeholder ? values[place.name as keyof V] : place,
    );
    const result = await db.executeQuery<R>({ ...compiled, parameters });
    return result.rows;
  };
}
