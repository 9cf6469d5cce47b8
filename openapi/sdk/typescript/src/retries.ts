import type { RetryContext } from './generated/runtime/types.ts';

/** The longest that is waited when an answer says when to try again, in milliseconds. */
const LONGEST_WAIT = 60_000;

const IDEMPOTENT = new Set(['GET', 'HEAD', 'PUT', 'DELETE', 'OPTIONS']);

/** Whether to try again: where it does no harm, and where it may help. */
export async function shouldRetry({ request, response }: RetryContext): Promise<boolean> {
  const isSafe = IDEMPOTENT.has(request.method) || 'idempotency-key' in request.headers;
  if (!isSafe) return false;
  if (!response) return true;
  const { status, headers } = response;
  if (waitOf(headers.get('retry-after')) > LONGEST_WAIT) return false;
  if (status === 409) return isStillRunning(response);
  return status === 408 || status === 429 || status >= 500;
}

/** A `Retry-After` in milliseconds; it is a number of seconds or a date (RFC 9110). */
function waitOf(retryAfter: string | null): number {
  if (retryAfter === null) return 0;
  const seconds = Number(retryAfter);
  return Number.isNaN(seconds) ? Date.parse(retryAfter) - Date.now() : seconds * 1000;
}

/** The first attempt has come through, and its answer is not there yet. */
async function isStillRunning(response: Response): Promise<boolean> {
  const problem: { code?: unknown } | undefined = await response
    .clone()
    .json()
    .catch(() => undefined);
  return problem?.code === 'idempotency_key_in_use';
}
