const HIDDEN = '(hidden)';
const SECRET_PARAMETER = /pass|secret|token|key/i;

/**
 * A secret as it may be printed: a URL without its password, anything else not at all. A URL that is ambiguous because a
 * character of its password is not encoded is hidden completely.
 */
export function masked(secret: string): string {
  const url = /^[a-z]+:\/\//.test(secret) ? URL.parse(secret) : null;
  if (url === null) return HIDDEN;
  const afterHost = url.pathname + url.search + url.hash;
  if (afterHost.includes('@') || afterHost.includes('#')) return HIDDEN;
  if (url.password !== '') url.password = '***';
  for (const name of new Set(url.searchParams.keys()))
    if (SECRET_PARAMETER.test(name)) url.searchParams.set(name, '***');
  return url.href;
}
