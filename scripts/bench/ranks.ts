/** Statistics that compare two series of times without assumptions about their distribution. */

/** The quantile of a share between 0 and 1. */
export function quantile(values: readonly number[], share: number): number {
  const sorted = values.toSorted((one, other) => one - other);
  return sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? Number.NaN;
}

export const median = (values: readonly number[]): number => quantile(values, 0.5);

/**
 * The rank test of Mann and Whitney, as a z value: by how many standard deviations the ranks of `ours` among all lie above
 * (slower) or below (faster) what chance would give. Times have many digits, so ties are not corrected for.
 */
export function compare(ours: readonly number[], theirs: readonly number[]): number {
  const ranked = [
    ...ours.map((value) => ({ value, isOurs: true })),
    ...theirs.map((value) => ({ value, isOurs: false })),
  ].sort((one, other) => one.value - other.value);
  const ranks = ranked.reduce((sum, { isOurs }, index) => (isOurs ? sum + index + 1 : sum), 0);
  const [n, m] = [ours.length, theirs.length];
  const greater = ranks - (n * (n + 1)) / 2;
  return (greater - (n * m) / 2) / Math.sqrt((n * m * (n + m + 1)) / 12);
}
