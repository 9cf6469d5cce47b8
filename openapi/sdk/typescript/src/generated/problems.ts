// Made from openapi/openapi.json by `npm run sdk`: change what makes it, scripts/sdk/typescript, not this.

import { type ProblemClass, ProblemError } from '../errors.ts';
import type { ProblemCode, ValidationProblem, VersionProblem } from './operations.schemas.ts';

/** Account disabled (403): The account exists and the password is right, but an admin has disabled it. */
export class AccountDisabledError extends ProblemError<'account_disabled'> {
  override name = 'AccountDisabledError';
}

/** API key not found (404): There is no such API key, or it is not yours and you are not an admin who sets its limits; it may have been revoked already. */
export class ApiKeyNotFoundError extends ProblemError<'api_key_not_found'> {
  override name = 'ApiKeyNotFoundError';
}

/** Time does not fit (422): `since` and `until` must be moments that a clock shows, without leap seconds, in the years 1 to 9999 (UTC). */
export class AuditTimeInvalidError extends ProblemError<'audit_time_invalid'> {
  override name = 'AuditTimeInvalidError';
}

/** Body too large (413): The body is larger than the service accepts. */
export class BodyTooLargeError extends ProblemError<'body_too_large'> {
  override name = 'BodyTooLargeError';
}

/** Comment not found (404): There is no such comment, or it is not yours to change. */
export class CommentNotFoundError extends ProblemError<'comment_not_found'> {
  override name = 'CommentNotFoundError';
}

/** Two credentials (400): The request carries an Authorization header and the cookie of a session as well. Send one of them. */
export class ConflictingCredentialsError extends ProblemError<'conflicting_credentials'> {
  override name = 'ConflictingCredentialsError';
}

/** Conflicting parameters (400): Two parameters were sent that exclude each other, such as `page` and `cursor`. */
export class ConflictingParametersError extends ProblemError<'conflicting_parameters'> {
  override name = 'ConflictingParametersError';
}

/** Request of another site (403): Signing in by a cookie, and a change with it, must come from a page of the service, with `Sec-Fetch-Site: same-origin` as browsers send it, or from an `Origin` that the operator has allowed. */
export class CrossSiteRequestError extends ProblemError<'cross_site_request'> {
  override name = 'CrossSiteRequestError';
}

/** Address taken (409): Another account has this e-mail address. */
export class EmailTakenError extends ProblemError<'email_taken'> {
  override name = 'EmailTakenError';
}

/** Not allowed (403): The account is known, but its role does not allow the operation. */
export class ForbiddenError extends ProblemError<'forbidden'> {
  override name = 'ForbiddenError';
}

/** The problem `headers_too_large`. */
export class HeadersTooLargeError extends ProblemError<'headers_too_large'> {
  override name = 'HeadersTooLargeError';
}

/** Request still running (409): A request with the same Idempotency-Key is still running. Send it again in a moment to get its answer. */
export class IdempotencyKeyInUseError extends ProblemError<'idempotency_key_in_use'> {
  override name = 'IdempotencyKeyInUseError';
}

/** Idempotency key used twice (422): The Idempotency-Key was already used for a request with another body. Use a new key for a new request. */
export class IdempotencyKeyReusedError extends ProblemError<'idempotency_key_reused'> {
  override name = 'IdempotencyKeyReusedError';
}

/** Not open to this API key (403): The API key is valid, but it lacks the scope that the operation asks for, or the operation is open to no key. */
export class InsufficientScopeError extends ProblemError<'insufficient_scope'> {
  override name = 'InsufficientScopeError';
}

/** Internal error (500): Something went wrong that is not the caller’s fault. It is in the log under the request id. */
export class InternalError extends ProblemError<'internal_error'> {
  override name = 'InternalError';
}

/** Wrong address or password (401): There is no account with this address and this password. */
export class InvalidCredentialsError extends ProblemError<'invalid_credentials'> {
  override name = 'InvalidCredentialsError';
}

/** Invalid cursor (400): The cursor was not given out by this service for this list with these filters, or what it stands for is gone. Start again without one. */
export class InvalidCursorError extends ProblemError<'invalid_cursor'> {
  override name = 'InvalidCursorError';
}

/** Invalid link (400): The token of the mail is unknown, expired, was used before, or a newer mail has taken its place. Ask for another mail. */
export class InvalidMailTokenError extends ProblemError<'invalid_mail_token'> {
  override name = 'InvalidMailTokenError';
}

/** Invalid refresh token (401): The refresh token is unknown, expired, or was used before. Sign in again. */
export class InvalidRefreshTokenError extends ProblemError<'invalid_refresh_token'> {
  override name = 'InvalidRefreshTokenError';
}

/** Invalid token (401): The access token, the API key or the session of the cookie is malformed, expired or revoked, or its account is no longer active. Refresh an access token, sign in again, or make another key. */
export class InvalidTokenError extends ProblemError<'invalid_token'> {
  override name = 'InvalidTokenError';
}

/** The last admin (409): This is the last active admin. Make another account an admin first. */
export class LastAdminError extends ProblemError<'last_admin'> {
  override name = 'LastAdminError';
}

/** Malformed request (400): The request cannot be read: its body is not JSON in UTF-8, or its address is not well formed. */
export class MalformedRequestError extends ProblemError<'malformed_request'> {
  override name = 'MalformedRequestError';
}

/** Text too complex (422): The Markdown of the text takes too long to be rendered, as a text of nothing but nested emphasis does. Simplify it, or divide it into several posts. */
export class MarkdownTooComplexError extends ProblemError<'markdown_too_complex', ValidationProblem> {
  override name = 'MarkdownTooComplexError';
}

/** The problem `method_not_allowed`. */
export class MethodNotAllowedError extends ProblemError<'method_not_allowed'> {
  override name = 'MethodNotAllowedError';
}

/** Nothing to answer (422): The comment that `parent_id` names is not one that you can see on this post. */
export class ParentNotFoundError extends ProblemError<'parent_not_found'> {
  override name = 'ParentNotFoundError';
}

/** Post not found (404): There is no such post, or it is not yours to see or change. */
export class PostNotFoundError extends ProblemError<'post_not_found'> {
  override name = 'PostNotFoundError';
}

/** Changed in the meantime (412): The resource has changed since the version in If-Match was read. Read it again, and apply the change to that. */
export class PreconditionFailedError extends ProblemError<'precondition_failed', VersionProblem> {
  override name = 'PreconditionFailedError';
}

/** If-Match is needed (428): Send If-Match with the ETag of the version the change is based on, so that nobody else’s change is overwritten. */
export class PreconditionRequiredError extends ProblemError<'precondition_required'> {
  override name = 'PreconditionRequiredError';
}

/** Publishing time does not fit (422): A scheduled post needs a `publish_at` in the future, a draft takes none, and the year has to be 1 to 9999. Change the status or the time. */
export class PublishingTimeInvalidError extends ProblemError<'publishing_time_invalid'> {
  override name = 'PublishingTimeInvalidError';
}

/** Sign in again (403): What the operation does cannot be undone, or outlives the session, so it needs a session that began lately; the operation says how long ago that may be. Sign in again, and send the request in the new session. */
export class RecentSignInRequiredError extends ProblemError<'recent_sign_in_required'> {
  override name = 'RecentSignInRequiredError';
}

/** The problem `request_timeout`. */
export class RequestTimeoutError extends ProblemError<'request_timeout'> {
  override name = 'RequestTimeoutError';
}

/** Revision not found (404): The post has no such earlier version. */
export class RevisionNotFoundError extends ProblemError<'revision_not_found'> {
  override name = 'RevisionNotFoundError';
}

/** The problem `route_not_found`. */
export class RouteNotFoundError extends ProblemError<'route_not_found'> {
  override name = 'RouteNotFoundError';
}

/** Search too broad (422): The search has more words than are looked for at once, or it would find posts by words that they do not have, as `-draft` alone does. Use fewer words, or add one that all posts have to have. */
export class SearchTooBroadError extends ProblemError<'search_too_broad', ValidationProblem> {
  override name = 'SearchTooBroadError';
}

/** Unavailable for the moment (503): The service, or a store behind it such as the database, is overloaded or not there. Retry-After says, in seconds, when to try again. */
export class ServiceUnavailableError extends ProblemError<'service_unavailable'> {
  override name = 'ServiceUnavailableError';
}

/** Session not found (404): There is no such session of yours; it may have ended already. */
export class SessionNotFoundError extends ProblemError<'session_not_found'> {
  override name = 'SessionNotFoundError';
}

/** Tag name taken (409): Another tag has this name. Names are the same whatever their case. */
export class TagNameTakenError extends ProblemError<'tag_name_taken'> {
  override name = 'TagNameTakenError';
}

/** Tag not found (404): There is no such tag. */
export class TagNotFoundError extends ProblemError<'tag_not_found'> {
  override name = 'TagNotFoundError';
}

/** Too many API keys (409): The account has as many API keys in force as it may: one in use and one to take its place. Revoke one first. */
export class TooManyApiKeysError extends ProblemError<'too_many_api_keys'> {
  override name = 'TooManyApiKeysError';
}

/** Too many requests (429): The limit for this kind of operation is used up, or too many attempts have failed. Retry-After says, in seconds, when there is room again. */
export class TooManyRequestsError extends ProblemError<'too_many_requests'> {
  override name = 'TooManyRequestsError';
}

/** Not signed in (401): The operation needs an access token or an API key, sent as `Authorization: Bearer TOKEN`, or the cookie of a browser’s session. */
export class UnauthenticatedError extends ProblemError<'unauthenticated'> {
  override name = 'UnauthenticatedError';
}

/** Unsupported content type (415): The body has a content type that the operation does not read. Send `Content-Type: application/json`. */
export class UnsupportedMediaTypeError extends ProblemError<'unsupported_media_type'> {
  override name = 'UnsupportedMediaTypeError';
}

/** The problem `uri_too_long`. */
export class UriTooLongError extends ProblemError<'uri_too_long'> {
  override name = 'UriTooLongError';
}

/** Account erased (409): The owner deleted this account and its personal data is gone, so it cannot be restored. */
export class UserErasedError extends ProblemError<'user_erased'> {
  override name = 'UserErasedError';
}

/** User not found (404): There is no such account, or it has been deleted. */
export class UserNotFoundError extends ProblemError<'user_not_found'> {
  override name = 'UserNotFoundError';
}

/** Username taken (409): Another account has this username. Usernames are the same whatever their case. */
export class UsernameTakenError extends ProblemError<'username_taken'> {
  override name = 'UsernameTakenError';
}

/** The request does not fit (422): The request can be read but does not fit its schema; `errors` lists everything that does not. */
export class ValidationFailedError extends ProblemError<'validation_failed', ValidationProblem> {
  override name = 'ValidationFailedError';
}

/** Password too weak (422): The password would soon be guessed: it is one of the commonest, or little more than a common word, a name, a date, a sequence, a pattern on the keyboard, or what is known of the account. Choose three or more words that have nothing to do with each other, or let a password manager make one. */
export class WeakPasswordError extends ProblemError<'weak_password'> {
  override name = 'WeakPasswordError';
}

/** Wrong password (403): The current password is not right, so nothing was changed. */
export class WrongPasswordError extends ProblemError<'wrong_password'> {
  override name = 'WrongPasswordError';
}

/** The class of each code. */
export const PROBLEMS = {
  account_disabled: AccountDisabledError,
  api_key_not_found: ApiKeyNotFoundError,
  audit_time_invalid: AuditTimeInvalidError,
  body_too_large: BodyTooLargeError,
  comment_not_found: CommentNotFoundError,
  conflicting_credentials: ConflictingCredentialsError,
  conflicting_parameters: ConflictingParametersError,
  cross_site_request: CrossSiteRequestError,
  email_taken: EmailTakenError,
  forbidden: ForbiddenError,
  headers_too_large: HeadersTooLargeError,
  idempotency_key_in_use: IdempotencyKeyInUseError,
  idempotency_key_reused: IdempotencyKeyReusedError,
  insufficient_scope: InsufficientScopeError,
  internal_error: InternalError,
  invalid_credentials: InvalidCredentialsError,
  invalid_cursor: InvalidCursorError,
  invalid_mail_token: InvalidMailTokenError,
  invalid_refresh_token: InvalidRefreshTokenError,
  invalid_token: InvalidTokenError,
  last_admin: LastAdminError,
  malformed_request: MalformedRequestError,
  markdown_too_complex: MarkdownTooComplexError,
  method_not_allowed: MethodNotAllowedError,
  parent_not_found: ParentNotFoundError,
  post_not_found: PostNotFoundError,
  precondition_failed: PreconditionFailedError,
  precondition_required: PreconditionRequiredError,
  publishing_time_invalid: PublishingTimeInvalidError,
  recent_sign_in_required: RecentSignInRequiredError,
  request_timeout: RequestTimeoutError,
  revision_not_found: RevisionNotFoundError,
  route_not_found: RouteNotFoundError,
  search_too_broad: SearchTooBroadError,
  service_unavailable: ServiceUnavailableError,
  session_not_found: SessionNotFoundError,
  tag_name_taken: TagNameTakenError,
  tag_not_found: TagNotFoundError,
  too_many_api_keys: TooManyApiKeysError,
  too_many_requests: TooManyRequestsError,
  unauthenticated: UnauthenticatedError,
  unsupported_media_type: UnsupportedMediaTypeError,
  uri_too_long: UriTooLongError,
  user_erased: UserErasedError,
  user_not_found: UserNotFoundError,
  username_taken: UsernameTakenError,
  validation_failed: ValidationFailedError,
  weak_password: WeakPasswordError,
  wrong_password: WrongPasswordError,
} satisfies Record<ProblemCode, ProblemClass>;
