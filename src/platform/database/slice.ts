/** What a query is asked for: so many rows from an offset, or from a key on. */
export interface Slice {
  limit: number;
  offset: number;
  /** The sort key of the last row of the page before. */
  after: readonly (string | number)[] | null;
}
