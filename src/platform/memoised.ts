/** A function that does its work once; {@link memoised} makes it. */
export interface Memoised<T> {
  (): Promise<T>;
  /** What is kept or under way; undefined before the first call and after a failure. */
  readonly kept: Promise<T> | undefined;
}

/**
 * Runs `make` at the first call and gives its result to that and every later call; calls that come while it runs share
 * it. A failure goes to those who wait for it and is forgotten, so that the next call tries again: what failed once, for
 * lack of a file handle or of a connection, is not to fail for as long as the process lives.
 *
 * @example
 * const argon2 = memoised(() => import('@node-rs/argon2'));
 * const { hash } = await argon2();
 */
export function memoised<T>(make: () => Promise<T>): Memoised<T> {
  let kept: Promise<T> | undefined;
  const get = (): Promise<T> => {
    if (kept) return kept;
    // Through a function that is `async`, so that what `make` throws is a rejection like any other.
    const made = (async () => make())();
    kept = made;
    made.catch(() => {
      kept = undefined;
    });
    return made;
  };
  return Object.defineProperty(get, 'kept', { get: () => kept }) as Memoised<T>;
}
