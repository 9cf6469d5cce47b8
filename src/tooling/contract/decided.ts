/**
 * Changes that the rules call breaking and that were made all the same, word for word as they are reported, each with its
 * reason. They are listed among the compatible ones. The gate refuses an entry for what has not changed, so that a release
 * empties the list.
 */
export const DECIDED: Readonly<Record<string, string>> = {
  "`ReadinessStatus`: Enum of `status` gained values: 'degraded'.":
    'Load balancers decide by the HTTP status; it stands in a 200 where there was a 503 before.',
};
