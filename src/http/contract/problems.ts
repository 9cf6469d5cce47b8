import { defineProblem, ValidationProblem, VersionProblem } from './problem.ts';

export * from './problem.ts';

// Problems that any operation may answer with. The concern that throws one of these also documents it.

export const MalformedRequest = defineProblem({
  code: 'malformed_request',
  status: 400,
  title: 'Malformed request',
  description:
    'The request cannot be read: its body is not JSON in UTF-8, or its address is not well formed.',
});
export const InvalidCursor = defineProblem({
  code: 'invalid_cursor',
  status: 400,
  title: 'Invalid cursor',
  description:
    'The cursor was not given out by this service for this list with these filters, or what it stands for is gone. Start again without one.',
});
export const ConflictingParameters = defineProblem({
  code: 'conflicting_parameters',
  status: 400,
  title: 'Conflicting parameters',
  description: 'Two parameters were sent that exclude each other, such as `page` and `cursor`.',
});
export const Unauthenticated = defineProblem({
  code: 'unauthenticated',
  status: 401,
  title: 'Not signed in',
  description:
    'The operation needs an access token or an API key, sent as `Authorization: Bearer TOKEN`, or the cookie of a browser’s session.',
});
export const InvalidToken = defineProblem({
  code: 'invalid_token',
  status: 401,
  title: 'Invalid token',
  description:
    'The access token, the API key or the session of the cookie is malformed, expired or revoked, or its account is no longer active. Refresh an access token, sign in again, or make another key.',
});
export const ConflictingCredentials = defineProblem({
  code: 'conflicting_credentials',
  status: 400,
  title: 'Two credentials',
  description:
    'The request carries an Authorization header and the cookie of a session as well. Send one of them.',
});
export const CrossSiteRequest = defineProblem({
  code: 'cross_site_request',
  status: 403,
  title: 'Request of another site',
  description:
    'Signing in by a cookie, and a change with it, must come from a page of the service, with `Sec-Fetch-Site: same-origin` as browsers send it, or from an `Origin` that the operator has allowed.',
});
export const RecentSignInRequired = defineProblem({
  code: 'recent_sign_in_required',
  status: 403,
  title: 'Sign in again',
  description:
    'What the operation does cannot be undone, or outlives the session, so it needs a session that began lately; the operation says how long ago that may be. Sign in again, and send the request in the new session.',
});
export const InsufficientScope = defineProblem({
  code: 'insufficient_scope',
  status: 403,
  title: 'Not open to this API key',
  description:
    'The API key is valid, but it lacks the scope that the operation asks for, or the operation is open to no key.',
});
export const Forbidden = defineProblem({
  code: 'forbidden',
  status: 403,
  title: 'Not allowed',
  description: 'The account is known, but its role does not allow the operation.',
});
export const RouteNotFound = defineProblem({
  code: 'route_not_found',
  status: 404,
  title: 'No such address',
  description: 'Nothing is served at this address. The contract at /openapi.json lists what is.',
});
export const MethodNotAllowed = defineProblem({
  code: 'method_not_allowed',
  status: 405,
  title: 'Method not allowed',
  description: 'The address exists, but not with this method. The Allow header names those it has.',
});
export const RequestTimeout = defineProblem({
  code: 'request_timeout',
  status: 408,
  title: 'Request timed out',
  description: 'The request took too long to arrive.',
});
export const IdempotencyKeyInUse = defineProblem({
  code: 'idempotency_key_in_use',
  status: 409,
  title: 'Request still running',
  description:
    'A request with the same Idempotency-Key is still running. Send it again in a moment to get its answer.',
});
export const PreconditionFailed = defineProblem(
  {
    code: 'precondition_failed',
    status: 412,
    title: 'Changed in the meantime',
    description:
      'The resource has changed since the version in If-Match was read. Read it again, and apply the change to that.',
  },
  VersionProblem,
);
export const BodyTooLarge = defineProblem({
  code: 'body_too_large',
  status: 413,
  title: 'Body too large',
  description: 'The body is larger than the service accepts.',
});
export const UriTooLong = defineProblem({
  code: 'uri_too_long',
  status: 414,
  title: 'Address too long',
  description: 'A part of the path is longer than any that exists.',
});
export const UnsupportedMediaType = defineProblem({
  code: 'unsupported_media_type',
  status: 415,
  title: 'Unsupported content type',
  description:
    'The body has a content type that the operation does not read. Send `Content-Type: application/json`.',
});
export const ValidationFailed = defineProblem(
  {
    code: 'validation_failed',
    status: 422,
    title: 'The request does not fit',
    description:
      'The request can be read but does not fit its schema; `errors` lists everything that does not.',
  },
  ValidationProblem,
);
export const IdempotencyKeyReused = defineProblem({
  code: 'idempotency_key_reused',
  status: 422,
  title: 'Idempotency key used twice',
  description:
    'The Idempotency-Key was already used for a request with another body. Use a new key for a new request.',
});
export const PreconditionRequired = defineProblem({
  code: 'precondition_required',
  status: 428,
  title: 'If-Match is needed',
  description:
    'Send If-Match with the ETag of the version the change is based on, so that nobody else’s change is overwritten.',
});
export const TooManyRequests = defineProblem({
  code: 'too_many_requests',
  status: 429,
  title: 'Too many requests',
  description:
    'The limit for this kind of operation is used up, or too many attempts have failed. Retry-After says, in seconds, when there is room again.',
});
/** A 429 that says when there is room again. @param left milliseconds until then */
export function tooManyRequests(what: string, left: number) {
  const seconds = Math.max(1, Math.ceil(left / 1000));
  const problem = new TooManyRequests(`${what}; try again in ${seconds} seconds.`);
  problem.retryAfter = seconds;
  return problem;
}
export const HeadersTooLarge = defineProblem({
  code: 'headers_too_large',
  status: 431,
  title: 'Headers too large',
  description: 'The headers of the request are larger than the service accepts.',
});
export const InternalError = defineProblem({
  code: 'internal_error',
  status: 500,
  title: 'Internal error',
  description: 'Something went wrong that is not the caller’s fault. It is in the log under the request id.',
});
export const ServiceUnavailable = defineProblem({
  code: 'service_unavailable',
  status: 503,
  title: 'Unavailable for the moment',
  description:
    'The service, or a store behind it such as the database, is overloaded or not there. Retry-After says, in seconds, when to try again.',
});
