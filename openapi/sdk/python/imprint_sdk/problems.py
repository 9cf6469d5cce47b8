# Generated from openapi.json by scripts/sdk/others.ts. Do not edit.

from __future__ import annotations

from typing import Dict, FrozenSet, Type

from ._problem import Problem


class AccountDisabled(Problem):
    """Account disabled (403)."""


class ApiKeyNotFound(Problem):
    """API key not found (404)."""


class AuditTimeInvalid(Problem):
    """Time does not fit (422)."""


class BodyTooLarge(Problem):
    """Body too large (413)."""


class CommentNotFound(Problem):
    """Comment not found (404)."""


class ConflictingCredentials(Problem):
    """Two credentials (400)."""


class ConflictingParameters(Problem):
    """Conflicting parameters (400)."""


class CrossSiteRequest(Problem):
    """Request of another site (403)."""


class EmailTaken(Problem):
    """Address taken (409)."""


class Forbidden(Problem):
    """Not allowed (403)."""


class HeadersTooLarge(Problem):
    """Headers too large."""


class IdempotencyKeyInUse(Problem):
    """Request still running (409)."""


class IdempotencyKeyReused(Problem):
    """Idempotency key used twice (422)."""


class InsufficientScope(Problem):
    """Not open to this API key (403)."""


class InternalError(Problem):
    """Internal error (500)."""


class InvalidCredentials(Problem):
    """Wrong address or password (401)."""


class InvalidCursor(Problem):
    """Invalid cursor (400)."""


class InvalidMailToken(Problem):
    """Invalid link (400)."""


class InvalidRefreshToken(Problem):
    """Invalid refresh token (401)."""


class InvalidToken(Problem):
    """Invalid token (401)."""


class LastAdmin(Problem):
    """The last admin (409)."""


class MalformedRequest(Problem):
    """Malformed request (400)."""


class MarkdownTooComplex(Problem):
    """Text too complex (422)."""


class MethodNotAllowed(Problem):
    """Method not allowed."""


class ParentNotFound(Problem):
    """Nothing to answer (422)."""


class PostNotFound(Problem):
    """Post not found (404)."""


class PreconditionFailed(Problem):
    """Changed in the meantime (412)."""


class PreconditionRequired(Problem):
    """If-Match is needed (428)."""


class PublishingTimeInvalid(Problem):
    """Publishing time does not fit (422)."""


class RecentSignInRequired(Problem):
    """Sign in again (403)."""


class RequestTimeout(Problem):
    """Request timed out."""


class RevisionNotFound(Problem):
    """Revision not found (404)."""


class RouteNotFound(Problem):
    """No such address."""


class SearchTooBroad(Problem):
    """Search too broad (422)."""


class ServiceUnavailable(Problem):
    """Unavailable for the moment (503)."""


class SessionNotFound(Problem):
    """Session not found (404)."""


class TagNameTaken(Problem):
    """Tag name taken (409)."""


class TagNotFound(Problem):
    """Tag not found (404)."""


class TooManyApiKeys(Problem):
    """Too many API keys (409)."""


class TooManyRequests(Problem):
    """Too many requests (429)."""


class Unauthenticated(Problem):
    """Not signed in (401)."""


class UnsupportedMediaType(Problem):
    """Unsupported content type (415)."""


class UriTooLong(Problem):
    """Address too long."""


class UserErased(Problem):
    """Account erased (409)."""


class UserNotFound(Problem):
    """User not found (404)."""


class UsernameTaken(Problem):
    """Username taken (409)."""


class ValidationFailed(Problem):
    """The request does not fit (422)."""


class WeakPassword(Problem):
    """Password too weak (422)."""


class WrongPassword(Problem):
    """Wrong password (403)."""


# The class of a problem by its code.
PROBLEMS: Dict[str, Type[Problem]] = {
    "account_disabled": AccountDisabled,
    "api_key_not_found": ApiKeyNotFound,
    "audit_time_invalid": AuditTimeInvalid,
    "body_too_large": BodyTooLarge,
    "comment_not_found": CommentNotFound,
    "conflicting_credentials": ConflictingCredentials,
    "conflicting_parameters": ConflictingParameters,
    "cross_site_request": CrossSiteRequest,
    "email_taken": EmailTaken,
    "forbidden": Forbidden,
    "headers_too_large": HeadersTooLarge,
    "idempotency_key_in_use": IdempotencyKeyInUse,
    "idempotency_key_reused": IdempotencyKeyReused,
    "insufficient_scope": InsufficientScope,
    "internal_error": InternalError,
    "invalid_credentials": InvalidCredentials,
    "invalid_cursor": InvalidCursor,
    "invalid_mail_token": InvalidMailToken,
    "invalid_refresh_token": InvalidRefreshToken,
    "invalid_token": InvalidToken,
    "last_admin": LastAdmin,
    "malformed_request": MalformedRequest,
    "markdown_too_complex": MarkdownTooComplex,
    "method_not_allowed": MethodNotAllowed,
    "parent_not_found": ParentNotFound,
    "post_not_found": PostNotFound,
    "precondition_failed": PreconditionFailed,
    "precondition_required": PreconditionRequired,
    "publishing_time_invalid": PublishingTimeInvalid,
    "recent_sign_in_required": RecentSignInRequired,
    "request_timeout": RequestTimeout,
    "revision_not_found": RevisionNotFound,
    "route_not_found": RouteNotFound,
    "search_too_broad": SearchTooBroad,
    "service_unavailable": ServiceUnavailable,
    "session_not_found": SessionNotFound,
    "tag_name_taken": TagNameTaken,
    "tag_not_found": TagNotFound,
    "too_many_api_keys": TooManyApiKeys,
    "too_many_requests": TooManyRequests,
    "unauthenticated": Unauthenticated,
    "unsupported_media_type": UnsupportedMediaType,
    "uri_too_long": UriTooLong,
    "user_erased": UserErased,
    "user_not_found": UserNotFound,
    "username_taken": UsernameTaken,
    "validation_failed": ValidationFailed,
    "weak_password": WeakPassword,
    "wrong_password": WrongPassword,
}

# The operations that have their effect once, however often they are sent with the same Idempotency-Key.
IDEMPOTENT: FrozenSet[str] = frozenset({
    "createApiKey",
    "registerUser",
    "approveComment",
    "rejectComment",
    "createPost",
    "publishPost",
    "restorePostRevision",
    "unpublishPost",
    "createComment",
    "createUser",
    "restoreUser",
})

__all__ = [
    "IDEMPOTENT",
    "PROBLEMS",
    "Problem",
    "AccountDisabled",
    "ApiKeyNotFound",
    "AuditTimeInvalid",
    "BodyTooLarge",
    "CommentNotFound",
    "ConflictingCredentials",
    "ConflictingParameters",
    "CrossSiteRequest",
    "EmailTaken",
    "Forbidden",
    "HeadersTooLarge",
    "IdempotencyKeyInUse",
    "IdempotencyKeyReused",
    "InsufficientScope",
    "InternalError",
    "InvalidCredentials",
    "InvalidCursor",
    "InvalidMailToken",
    "InvalidRefreshToken",
    "InvalidToken",
    "LastAdmin",
    "MalformedRequest",
    "MarkdownTooComplex",
    "MethodNotAllowed",
    "ParentNotFound",
    "PostNotFound",
    "PreconditionFailed",
    "PreconditionRequired",
    "PublishingTimeInvalid",
    "RecentSignInRequired",
    "RequestTimeout",
    "RevisionNotFound",
    "RouteNotFound",
    "SearchTooBroad",
    "ServiceUnavailable",
    "SessionNotFound",
    "TagNameTaken",
    "TagNotFound",
    "TooManyApiKeys",
    "TooManyRequests",
    "Unauthenticated",
    "UnsupportedMediaType",
    "UriTooLong",
    "UserErased",
    "UserNotFound",
    "UsernameTaken",
    "ValidationFailed",
    "WeakPassword",
    "WrongPassword",
]
