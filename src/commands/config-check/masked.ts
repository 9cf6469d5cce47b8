const HIDDEN = '(hidden)';
const SECRET_PARAMETER = /pass|secret|token|key/i;

/**
 * A secret as it may be printed: of the address of a server everything but the password, of anything else nothing. An
 * address that could be read in two ways, since a character in its password is not encoded, is hidden as a whole.
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
