// Made from openapi/openapi.json by `npm run sdk`: change what makes it, scripts/sdk/typescript, not this.

import type { CallOptions, Caller, ChangeOptions, KeyedOptions, KnownOptions } from '../call.ts';
import type { ApiPromise, PagePromise } from '../answers.ts';
import type {
  ApiKey,
  AuditEntry,
  BrowserLogin,
  BrowserSession,
  ChangePassword,
  CreateApiKey,
  CreatePost,
  CreatePostComment,
  CreateUser,
  Health,
  JsonWebKeySet,
  ListApiKeysQuery,
  ListAuditLogQuery,
  ListCommentsForModerationQuery,
  ListCommentsQuery,
  ListMyPostsQuery,
  ListPostRevisionsQuery,
  ListPostsQuery,
  ListSessionsQuery,
  ListTagsQuery,
  ListUserPostsQuery,
  ListUsersQuery,
  Login,
  NewApiKey,
  PersonalData,
  Post,
  PostComment,
  PostRevision,
  PostSummary,
  PostV2,
  PublicUser,
  PublishPost,
  Readiness,
  RefreshTokens,
  RegisterUser,
  RenameTag,
  ReplaceUser,
  RequestPasswordReset,
  ResetPassword,
  Session,
  SetApiKeyLimits,
  Tag,
  TokenPair,
  UnpublishPost,
  UpdateCurrentUser,
  UpdatePost,
  UpdatePostComment,
  UpdateUser,
  User,
  VerifyEmail,
} from './operations.ts';

/** Looking after the service as a whole. */
export class AdministrationResource {
  readonly #caller: Caller;
  constructor(caller: Caller) {
    this.#caller = caller;
  }

  /**
   * Set the rate limits of an API key.
   *
   * Gives a key rate limits of its own, in place of those that all keys of an account share. They hold from the next window of the previous ones at the latest. With null the key shares the limit of its account again.
   *
   * Open to admins. Not open to API keys. Limited to 60 requests per 60 seconds (`writes`).
   *
   * @throws {ConflictingCredentialsError}
   * @throws {MalformedRequestError}
   * @throws {InvalidTokenError}
   * @throws {UnauthenticatedError}
   * @throws {CrossSiteRequestError}
   * @throws {ForbiddenError}
   * @throws {InsufficientScopeError}
   * @throws {ApiKeyNotFoundError}
   * @throws {BodyTooLargeError}
   * @throws {UnsupportedMediaTypeError}
   * @throws {ValidationFailedError}
   * @throws {TooManyRequestsError}
   * @throws {InternalError}
   * @throws {ServiceUnavailableError}
   */
  setApiKeyLimits(apiKeyId: string, body: SetApiKeyLimits, options?: CallOptions): ApiPromise<ApiKey> {
    return this.#caller.call('setApiKeyLimits', { path: { api_key_id: apiKeyId }, body }, options);
  }

  /**
   * Read the audit log.
   *
   * Who signed in, changed an account, moderated, managed tags or changed posts or comments of others, and whose request was refused; the newest first. Nothing in it can be changed or deleted; only the changes of an account that is erased go with it.
   *
   * Open to admins. Not open to API keys. Limited to 600 requests per 60 seconds (`reads`).
   *
   * @throws {ConflictingCredentialsError}
   * @throws {ConflictingParametersError}
   * @throws {InvalidCursorError}
   * @throws {InvalidTokenError}
   * @throws {UnauthenticatedError}
   * @throws {ForbiddenError}
   * @throws {InsufficientScopeError}
   * @throws {AuditTimeInvalidError}
   * @throws {ValidationFailedError}
   * @throws {TooManyRequestsError}
   * @throws {InternalError}
   * @throws {ServiceUnavailableError}
   */
  listAuditLog(query: ListAuditLogQuery = {}, options?: CallOptions): PagePromise<AuditEntry> {
    return this.#caller.list('listAuditLog', { query }, options);
  }

}

/** Registration, signing in and out, the sessions and the password of an account, and what is done by mail. */
export class AuthResource {
  readonly #caller: Caller;
  constructor(caller: Caller) {
    this.#caller = caller;
  }

  /**
   * Get the keys of access tokens.
   *
   * The public keys that access tokens are signed with: the present one, and those before it as long as their tokens may be valid. A valid signature is not all: whether the session still lives, only the service knows.
   *
   * Open to anyone. Limited to 600 requests per 60 seconds (`reads`).
   *
   * @throws {ValidationFailedError}
   * @throws {TooManyRequestsError}
   * @throws {InternalError}
   * @throws {ServiceUnavailableError}
   */
  getSigningKeys(options?: CallOptions): ApiPromise<JsonWebKeySet>;
  /** The same, or null where what has the ETag in `ifNoneMatch` is still current. */
  getSigningKeys(options: KnownOptions): ApiPromise<JsonWebKeySet | null>;
  getSigningKeys(options?: CallOptions | KnownOptions): ApiPromise<JsonWebKeySet | null> {
    return this.#caller.call('getSigningKeys', {}, options);
  }

  /**
   * Sign in a browser.
   *
   * Begins a session that a cookie stands for, which scripts cannot read. From then on it does what an access token does, at every operation that takes one. A session that the browser had before ends. After 10 wrong passwords for an account from one address within 15 minutes the answer is 429, without a look at the password; `Retry-After` says when to try again. Other addresses are not held back.
   *
   * Open to anyone. Limited to 10 requests per 60 seconds (`auth`).
   *
   * @throws {MalformedRequestError}
   * @throws {InvalidCredentialsError}
   * @throws {AccountDisabledError}
   * @throws {CrossSiteRequestError}
   * @throws {BodyTooLargeError}
   * @throws {UnsupportedMediaTypeError}
   * @throws {ValidationFailedError}
   * @throws {TooManyRequestsError}
   * @throws {InternalError}
   * @throws {ServiceUnavailableError}
   */
  createBrowserSession(body: BrowserLogin, options?: CallOptions): ApiPromise<BrowserSession> {
    return this.#caller.call('createBrowserSession', { body }, options);
  }

  /**
   * Sign out a browser.
   *
   * Ends the session that asks, and takes the cookie away.
   *
   * Open to any signed-in account. Not open to API keys. Limited to 60 requests per 60 seconds (`writes`).
   *
   * @throws {ConflictingCredentialsError}
   * @throws {MalformedRequestError}
   * @throws {InvalidTokenError}
   * @throws {UnauthenticatedError}
   * @throws {CrossSiteRequestError}
   * @throws {InsufficientScopeError}
   * @throws {BodyTooLargeError}
   * @throws {UnsupportedMediaTypeError}
   * @throws {ValidationFailedError}
   * @throws {TooManyRequestsError}
   * @throws {InternalError}
   * @throws {ServiceUnavailableError}
   */
  endBrowserSession(options?: CallOptions): ApiPromise<void> {
    return this.#caller.call('endBrowserSession', {}, options);
  }

  /**
   * Ask for a mail to verify one’s address.
   *
   * Sends a mail with a link to one’s own address, unless it is verified. It leads to `/verify-email#token=TOKEN` on the site that runs this service, a page of its front end, which passes the token on to `verifyEmail`. It works once and for 24 hours, and a newer one takes its place. At most 3 mails with links go to an address in an hour. Whoever registers gets such a mail without asking.
   *
   * Open to any signed-in account. Not open to API keys. Limited to 10 requests per 60 seconds (`auth`).
   *
   * @throws {ConflictingCredentialsError}
   * @throws {MalformedRequestError}
   * @throws {InvalidTokenError}
   * @throws {UnauthenticatedError}
   * @throws {CrossSiteRequestError}
   * @throws {InsufficientScopeError}
   * @throws {BodyTooLargeError}
   * @throws {UnsupportedMediaTypeError}
   * @throws {ValidationFailedError}
   * @throws {TooManyRequestsError}
   * @throws {InternalError}
   * @throws {ServiceUnavailableError}
   */
  requestEmailVerification(options?: CallOptions): ApiPromise<void> {
    return this.#caller.call('requestEmailVerification', {}, options);
  }

  /**
   * Verify an address by mail.
   *
   * Marks the address of an account as verified with the token of a mail that was sent there. Nobody needs to be signed in.
   *
   * Open to anyone. Limited to 10 requests per 60 seconds (`auth`).
   *
   * @throws {InvalidMailTokenError}
   * @throws {MalformedRequestError}
   * @throws {BodyTooLargeError}
   * @throws {UnsupportedMediaTypeError}
   * @throws {ValidationFailedError}
   * @throws {TooManyRequestsError}
   * @throws {InternalError}
   * @throws {ServiceUnavailableError}
   */
  verifyEmail(body: VerifyEmail, options?: CallOptions): ApiPromise<void> {
    return this.#caller.call('verifyEmail', { body }, options);
  }

  /**
   * Sign in.
   *
   * Begins a session. An address without an account is answered like a wrong password, and as slowly. After 10 wrong passwords for an account from one address within 15 minutes the answer is 429, without a look at the password; `Retry-After` says when to try again. Other addresses are not held back.
   *
   * Open to anyone. Limited to 10 requests per 60 seconds (`auth`).
   *
   * @throws {MalformedRequestError}
   * @throws {InvalidCredentialsError}
   * @throws {AccountDisabledError}
   * @throws {BodyTooLargeError}
   * @throws {UnsupportedMediaTypeError}
   * @throws {ValidationFailedError}
   * @throws {TooManyRequestsError}
   * @throws {InternalError}
   * @throws {ServiceUnavailableError}
   */
  login(body: Login, options?: CallOptions): ApiPromise<TokenPair> {
    return this.#caller.call('login', { body }, options);
  }

  /**
   * Sign out.
   *
   * Ends the session that asks; its access token is refused from then on, and its cookie is taken away.
   *
   * Open to any signed-in account. Not open to API keys. Limited to 60 requests per 60 seconds (`writes`).
   *
   * @throws {ConflictingCredentialsError}
   * @throws {MalformedRequestError}
   * @throws {InvalidTokenError}
   * @throws {UnauthenticatedError}
   * @throws {CrossSiteRequestError}
   * @throws {InsufficientScopeError}
   * @throws {BodyTooLargeError}
   * @throws {UnsupportedMediaTypeError}
   * @throws {ValidationFailedError}
   * @throws {TooManyRequestsError}
   * @throws {InternalError}
   * @throws {ServiceUnavailableError}
   */
  logout(options?: CallOptions): ApiPromise<void> {
    return this.#caller.call('logout', {}, options);
  }

  /**
   * Who am I?
   *
   * The account that is signed in.
   *
   * Open to any signed-in account. Not open to API keys. Limited to 600 requests per 60 seconds (`reads`).
   *
   * @throws {ConflictingCredentialsError}
   * @throws {InvalidTokenError}
   * @throws {UnauthenticatedError}
   * @throws {InsufficientScopeError}
   * @throws {ValidationFailedError}
   * @throws {TooManyRequestsError}
   * @throws {InternalError}
   * @throws {ServiceUnavailableError}
   */
  getCurrentUser(options?: CallOptions): ApiPromise<User>;
  /** The same, or null where what has the ETag in `ifNoneMatch` is still current. */
  getCurrentUser(options: KnownOptions): ApiPromise<User | null>;
  getCurrentUser(options?: CallOptions | KnownOptions): ApiPromise<User | null> {
    return this.#caller.call('getCurrentUser', {}, options);
  }

  /**
   * Change one’s own account.
   *
   * Changes what is given.
   *
   * Open to any signed-in account. Not open to API keys. Limited to 60 requests per 60 seconds (`writes`).
   *
   * @throws {ConflictingCredentialsError}
   * @throws {MalformedRequestError}
   * @throws {InvalidTokenError}
   * @throws {UnauthenticatedError}
   * @throws {CrossSiteRequestError}
   * @throws {InsufficientScopeError}
   * @throws {UsernameTakenError}
   * @throws {BodyTooLargeError}
   * @throws {UnsupportedMediaTypeError}
   * @throws {ValidationFailedError}
   * @throws {TooManyRequestsError}
   * @throws {InternalError}
   * @throws {ServiceUnavailableError}
   */
  updateCurrentUser(body: UpdateCurrentUser, options?: CallOptions): ApiPromise<User> {
    return this.#caller.call('updateCurrentUser', { body }, options);
  }

  /**
   * Delete one’s own account.
   *
   * Ends every session and every API key, and erases the personal data for good; `exportPersonalData` hands it out before. Posts and comments stay, under no name. The audit log keeps from which address and program the account was used, so that nobody can hide what they did by deleting it; what it told of changes of the account is erased.
   *
   * Open to any signed-in account, within 60 minutes of signing in. Not open to API keys. Limited to 60 requests per 60 seconds (`writes`).
   *
   * @throws {ConflictingCredentialsError}
   * @throws {MalformedRequestError}
   * @throws {InvalidTokenError}
   * @throws {UnauthenticatedError}
   * @throws {CrossSiteRequestError}
   * @throws {InsufficientScopeError}
   * @throws {RecentSignInRequiredError}
   * @throws {LastAdminError}
   * @throws {BodyTooLargeError}
   * @throws {UnsupportedMediaTypeError}
   * @throws {ValidationFailedError}
   * @throws {TooManyRequestsError}
   * @throws {InternalError}
   * @throws {ServiceUnavailableError}
   */
  deleteCurrentUser(options?: CallOptions): ApiPromise<void> {
    return this.#caller.call('deleteCurrentUser', {}, options);
  }

  /**
   * Get all that is stored about oneself.
   *
   * One document, to keep or to take elsewhere (GDPR, articles 15 and 20). It has neither secrets nor their hashes, and nothing about other people. It is written while it is read: if the connection ends early, the document is not whole.
   *
   * Open to any signed-in account, within 60 minutes of signing in. Not open to API keys. Limited to 10 requests per 3600 seconds (`exports`).
   *
   * @throws {ConflictingCredentialsError}
   * @throws {InvalidTokenError}
   * @throws {UnauthenticatedError}
   * @throws {CrossSiteRequestError}
   * @throws {InsufficientScopeError}
   * @throws {RecentSignInRequiredError}
   * @throws {ValidationFailedError}
   * @throws {TooManyRequestsError}
   * @throws {InternalError}
   * @throws {ServiceUnavailableError}
   */
  exportPersonalData(options?: CallOptions): ApiPromise<PersonalData> {
    return this.#caller.call('exportPersonalData', {}, options);
  }

  /**
   * Change one’s password.
   *
   * Needs the current password. Every other session and every API key ends, and a mail tells the owner. After 10 wrong passwords for an account from one address within 15 minutes the answer is 429, without a look at the password; `Retry-After` says when to try again. Other addresses are not held back.
   *
   * Open to any signed-in account. Not open to API keys. Limited to 10 requests per 60 seconds (`auth`).
   *
   * @throws {ConflictingCredentialsError}
   * @throws {MalformedRequestError}
   * @throws {InvalidTokenError}
   * @throws {UnauthenticatedError}
   * @throws {CrossSiteRequestError}
   * @throws {InsufficientScopeError}
   * @throws {WrongPasswordError}
   * @throws {BodyTooLargeError}
   * @throws {UnsupportedMediaTypeError}
   * @throws {ValidationFailedError}
   * @throws {WeakPasswordError}
   * @throws {TooManyRequestsError}
   * @throws {InternalError}
   * @throws {ServiceUnavailableError}
   */
  changePassword(body: ChangePassword, options?: CallOptions): ApiPromise<void> {
    return this.#caller.call('changePassword', { body }, options);
  }

  /**
   * Ask for a new password.
   *
   * Sends a mail with a link to the address, if an active account has it. It leads to `/reset-password#token=TOKEN` on the site that runs this service, a page of its front end, which passes the token on to `resetPassword`. It works once and for 10 minutes, and a newer one takes its place. At most 3 mails with links go to an address in an hour. The answer is the same in every case, so that it tells nobody who has an account.
   *
   * Open to anyone. Limited to 10 requests per 60 seconds (`auth`).
   *
   * @throws {MalformedRequestError}
   * @throws {BodyTooLargeError}
   * @throws {UnsupportedMediaTypeError}
   * @throws {ValidationFailedError}
   * @throws {TooManyRequestsError}
   * @throws {InternalError}
   * @throws {ServiceUnavailableError}
   */
  requestPasswordReset(body: RequestPasswordReset, options?: CallOptions): ApiPromise<void> {
    return this.#caller.call('requestPasswordReset', { body }, options);
  }

  /**
   * Set a new password by mail.
   *
   * Sets a password with the token of a mail, ends every session and every API key of the account, and sends a mail that says so. A password that is refused leaves the token as it was. An account that was imported and has no password yet is claimed this way.
   *
   * Open to anyone. Limited to 10 requests per 60 seconds (`auth`).
   *
   * @throws {InvalidMailTokenError}
   * @throws {MalformedRequestError}
   * @throws {BodyTooLargeError}
   * @throws {UnsupportedMediaTypeError}
   * @throws {ValidationFailedError}
   * @throws {WeakPasswordError}
   * @throws {TooManyRequestsError}
   * @throws {InternalError}
   * @throws {ServiceUnavailableError}
   */
  resetPassword(body: ResetPassword, options?: CallOptions): ApiPromise<void> {
    return this.#caller.call('resetPassword', { body }, options);
  }

  /**
   * Get the next tokens.
   *
   * Exchanges a refresh token for the next pair. Each works once; the one just used gives the same pair again for ten seconds, in case the answer was lost. An older one ends the session, since somebody else must have a copy, and a mail tells the owner.
   *
   * Open to anyone. Limited to 60 requests per 60 seconds (`refresh`).
   *
   * @throws {MalformedRequestError}
   * @throws {InvalidRefreshTokenError}
   * @throws {BodyTooLargeError}
   * @throws {UnsupportedMediaTypeError}
   * @throws {ValidationFailedError}
   * @throws {TooManyRequestsError}
   * @throws {InternalError}
   * @throws {ServiceUnavailableError}
   */
  refreshTokens(body: RefreshTokens, options?: CallOptions): ApiPromise<TokenPair> {
    return this.#caller.call('refreshTokens', { body }, options);
  }

  /**
   * Make an account for oneself.
   *
   * Makes an account with the role user, and sends a mail that verifies its address. Sign in with `login` afterwards.
   *
   * Open to anyone. Limited to 10 requests per 60 seconds (`auth`).
   *
   * @throws {MalformedRequestError}
   * @throws {EmailTakenError}
   * @throws {IdempotencyKeyInUseError}
   * @throws {UsernameTakenError}
   * @throws {BodyTooLargeError}
   * @throws {UnsupportedMediaTypeError}
   * @throws {IdempotencyKeyReusedError}
   * @throws {ValidationFailedError}
   * @throws {WeakPasswordError}
   * @throws {TooManyRequestsError}
   * @throws {InternalError}
   * @throws {ServiceUnavailableError}
   */
  registerUser(body: RegisterUser, options?: KeyedOptions): ApiPromise<User> {
    return this.#caller.call('registerUser', { body }, options);
  }

  /**
   * List one’s sessions.
   *
   * Every device and program that is signed in, the one last seen first.
   *
   * Open to any signed-in account. Not open to API keys. Limited to 600 requests per 60 seconds (`reads`).
   *
   * @throws {ConflictingCredentialsError}
   * @throws {ConflictingParametersError}
   * @throws {InvalidCursorError}
   * @throws {InvalidTokenError}
   * @throws {UnauthenticatedError}
   * @throws {InsufficientScopeError}
   * @throws {ValidationFailedError}
   * @throws {TooManyRequestsError}
   * @throws {InternalError}
   * @throws {ServiceUnavailableError}
   */
  listSessions(query: ListSessionsQuery = {}, options?: CallOptions): PagePromise<Session> {
    return this.#caller.list('listSessions', { query }, options);
  }

  /**
   * End all other sessions.
   *
   * Ends every session but the one that asks. API keys stay; a new password ends them, too.
   *
   * Open to any signed-in account. Not open to API keys. Limited to 60 requests per 60 seconds (`writes`).
   *
   * @throws {ConflictingCredentialsError}
   * @throws {MalformedRequestError}
   * @throws {InvalidTokenError}
   * @throws {UnauthenticatedError}
   * @throws {CrossSiteRequestError}
   * @throws {InsufficientScopeError}
   * @throws {BodyTooLargeError}
   * @throws {UnsupportedMediaTypeError}
   * @throws {ValidationFailedError}
   * @throws {TooManyRequestsError}
   * @throws {InternalError}
   * @throws {ServiceUnavailableError}
   */
  revokeOtherSessions(options?: CallOptions): ApiPromise<void> {
    return this.#caller.call('revokeOtherSessions', {}, options);
  }

  /**
   * End a session.
   *
   * Ends one session, which may be the one that asks.
   *
   * Open to any signed-in account. Not open to API keys. Limited to 60 requests per 60 seconds (`writes`).
   *
   * @throws {ConflictingCredentialsError}
   * @throws {MalformedRequestError}
   * @throws {InvalidTokenError}
   * @throws {UnauthenticatedError}
   * @throws {CrossSiteRequestError}
   * @throws {InsufficientScopeError}
   * @throws {SessionNotFoundError}
   * @throws {BodyTooLargeError}
   * @throws {UnsupportedMediaTypeError}
   * @throws {ValidationFailedError}
   * @throws {TooManyRequestsError}
   * @throws {InternalError}
   * @throws {ServiceUnavailableError}
   */
  revokeSession(sessionId: string, options?: CallOptions): ApiPromise<void> {
    return this.#caller.call('revokeSession', { path: { session_id: sessionId } }, options);
  }

}

/** Comments on posts, in threads, and their moderation. */
export class CommentsResource {
  readonly #caller: Caller;
  constructor(caller: Caller) {
    this.#caller = caller;
  }

  /**
   * List comments for moderation.
   *
   * Every comment on every post, the newest first; those that wait have the status `pending`.
   *
   * Open to moderators and admins. Not open to API keys. Limited to 600 requests per 60 seconds (`reads`).
   *
   * @throws {ConflictingCredentialsError}
   * @throws {ConflictingParametersError}
   * @throws {InvalidCursorError}
   * @throws {InvalidTokenError}
   * @throws {UnauthenticatedError}
   * @throws {ForbiddenError}
   * @throws {InsufficientScopeError}
   * @throws {ValidationFailedError}
   * @throws {TooManyRequestsError}
   * @throws {InternalError}
   * @throws {ServiceUnavailableError}
   */
  listForModeration(query: ListCommentsForModerationQuery = {}, options?: CallOptions): PagePromise<PostComment> {
    return this.#caller.list('listCommentsForModeration', { query }, options);
  }

  /**
   * Change a comment.
   *
   * Changes the text of a comment of one’s own; an admin that of any. Where comments need approval, it waits for it again.
   *
   * Open to the owner and admins. Not open to API keys. Limited to 60 requests per 60 seconds (`writes`).
   *
   * @throws {ConflictingCredentialsError}
   * @throws {MalformedRequestError}
   * @throws {InvalidTokenError}
   * @throws {UnauthenticatedError}
   * @throws {CrossSiteRequestError}
   * @throws {InsufficientScopeError}
   * @throws {CommentNotFoundError}
   * @throws {BodyTooLargeError}
   * @throws {UnsupportedMediaTypeError}
   * @throws {ValidationFailedError}
   * @throws {TooManyRequestsError}
   * @throws {InternalError}
   * @throws {ServiceUnavailableError}
   */
  update(commentId: string, body: UpdatePostComment, options?: CallOptions): ApiPromise<PostComment> {
    return this.#caller.call('updateComment', { path: { comment_id: commentId }, body }, options);
  }

  /**
   * Delete a comment.
   *
   * Deletes a comment of one’s own for good; an admin any. Answers to it stay and move up to what it was an answer to.
   *
   * Open to the owner and admins. Not open to API keys. Limited to 60 requests per 60 seconds (`writes`).
   *
   * @throws {ConflictingCredentialsError}
   * @throws {MalformedRequestError}
   * @throws {InvalidTokenError}
   * @throws {UnauthenticatedError}
   * @throws {CrossSiteRequestError}
   * @throws {InsufficientScopeError}
   * @throws {CommentNotFoundError}
   * @throws {BodyTooLargeError}
   * @throws {UnsupportedMediaTypeError}
   * @throws {ValidationFailedError}
   * @throws {TooManyRequestsError}
   * @throws {InternalError}
   * @throws {ServiceUnavailableError}
   */
  delete(commentId: string, options?: CallOptions): ApiPromise<void> {
    return this.#caller.call('deleteComment', { path: { comment_id: commentId } }, options);
  }

  /**
   * Approve a comment.
   *
   * Lets everyone see a comment, also one that was rejected. Approving twice changes nothing.
   *
   * Open to moderators and admins. Not open to API keys. Limited to 60 requests per 60 seconds (`writes`).
   *
   * @throws {ConflictingCredentialsError}
   * @throws {MalformedRequestError}
   * @throws {InvalidTokenError}
   * @throws {UnauthenticatedError}
   * @throws {CrossSiteRequestError}
   * @throws {ForbiddenError}
   * @throws {InsufficientScopeError}
   * @throws {CommentNotFoundError}
   * @throws {IdempotencyKeyInUseError}
   * @throws {BodyTooLargeError}
   * @throws {UnsupportedMediaTypeError}
   * @throws {IdempotencyKeyReusedError}
   * @throws {ValidationFailedError}
   * @throws {TooManyRequestsError}
   * @throws {InternalError}
   * @throws {ServiceUnavailableError}
   */
  approve(commentId: string, options?: KeyedOptions): ApiPromise<PostComment> {
    return this.#caller.call('approveComment', { path: { comment_id: commentId } }, options);
  }

  /**
   * Reject a comment.
   *
   * Hides a comment from all but its author, also one that was approved. Rejecting twice changes nothing.
   *
   * Open to moderators and admins. Not open to API keys. Limited to 60 requests per 60 seconds (`writes`).
   *
   * @throws {ConflictingCredentialsError}
   * @throws {MalformedRequestError}
   * @throws {InvalidTokenError}
   * @throws {UnauthenticatedError}
   * @throws {CrossSiteRequestError}
   * @throws {ForbiddenError}
   * @throws {InsufficientScopeError}
   * @throws {CommentNotFoundError}
   * @throws {IdempotencyKeyInUseError}
   * @throws {BodyTooLargeError}
   * @throws {UnsupportedMediaTypeError}
   * @throws {IdempotencyKeyReusedError}
   * @throws {ValidationFailedError}
   * @throws {TooManyRequestsError}
   * @throws {InternalError}
   * @throws {ServiceUnavailableError}
   */
  reject(commentId: string, options?: KeyedOptions): ApiPromise<PostComment> {
    return this.#caller.call('rejectComment', { path: { comment_id: commentId } }, options);
  }

  /**
   * List the comments on a post.
   *
   * The comments in the order in which they were written; `parent_id` makes threads of them. Those that are approved and, whatever their status, one’s own.
   *
   * Open to anyone; who is signed in sees what is theirs as well. API keys see what anyone does. Limited to 600 requests per 60 seconds (`reads`), by API keys to 1200 requests per 60 seconds (`key-reads`).
   *
   * @throws {ConflictingCredentialsError}
   * @throws {ConflictingParametersError}
   * @throws {InvalidCursorError}
   * @throws {InvalidTokenError}
   * @throws {PostNotFoundError}
   * @throws {ValidationFailedError}
   * @throws {TooManyRequestsError}
   * @throws {InternalError}
   * @throws {ServiceUnavailableError}
   */
  list(postRef: string, query: ListCommentsQuery = {}, options?: CallOptions): PagePromise<PostComment> {
    return this.#caller.list('listComments', { path: { post_ref: postRef }, query }, options);
  }

  /**
   * Comment on a post.
   *
   * Adds a comment, or an answer to another. Depending on the settings others see it at once or when a moderator has approved it.
   *
   * Open to any signed-in account. Not open to API keys. Limited to 60 requests per 60 seconds (`writes`).
   *
   * @throws {ConflictingCredentialsError}
   * @throws {MalformedRequestError}
   * @throws {InvalidTokenError}
   * @throws {UnauthenticatedError}
   * @throws {CrossSiteRequestError}
   * @throws {InsufficientScopeError}
   * @throws {PostNotFoundError}
   * @throws {IdempotencyKeyInUseError}
   * @throws {BodyTooLargeError}
   * @throws {UnsupportedMediaTypeError}
   * @throws {IdempotencyKeyReusedError}
   * @throws {ParentNotFoundError}
   * @throws {ValidationFailedError}
   * @throws {TooManyRequestsError}
   * @throws {InternalError}
   * @throws {ServiceUnavailableError}
   */
  create(postRef: string, body: CreatePostComment, options?: KeyedOptions): ApiPromise<PostComment> {
    return this.#caller.call('createComment', { path: { post_ref: postRef }, body }, options);
  }

}

/** Whether the service is there, for load balancers and orchestrators. */
export class HealthResource {
  readonly #caller: Caller;
  constructor(caller: Caller) {
    this.#caller = caller;
  }

  /**
   * Is the process alive?
   *
   * Answers as long as the process can answer at all; it looks at nothing else.
   *
   * Open to anyone. Not limited.
   *
   * @throws {ValidationFailedError}
   * @throws {InternalError}
   */
  check(options?: CallOptions): ApiPromise<Health> {
    return this.#caller.call('checkHealth', {}, options);
  }

  /**
   * Can it take requests?
   *
   * Looks at everything the service needs, once a second at most however often this is asked. Send traffic only while it answers 200. `degraded` is a 200 as well: while `cache` is lost, reads and writes go on without limits, and signing in and its like answer 503.
   *
   * Open to anyone. Not limited.
   *
   * @throws {ValidationFailedError}
   * @throws {InternalError}
   */
  checkReadiness(options?: CallOptions): ApiPromise<Readiness> {
    return this.#caller.call('checkReadiness', {}, options);
  }

}

/** API keys, by which programs of partners act for an account, within scopes. */
export class ApiKeysResource {
  readonly #caller: Caller;
  constructor(caller: Caller) {
    this.#caller = caller;
  }

  /**
   * List one’s API keys.
   *
   * The API keys of the account, the newest first, without their secrets. Those that have expired stay in the list until there are 10 later ones.
   *
   * Open to any signed-in account. Not open to API keys. Limited to 600 requests per 60 seconds (`reads`).
   *
   * @throws {ConflictingCredentialsError}
   * @throws {ConflictingParametersError}
   * @throws {InvalidCursorError}
   * @throws {InvalidTokenError}
   * @throws {UnauthenticatedError}
   * @throws {InsufficientScopeError}
   * @throws {ValidationFailedError}
   * @throws {TooManyRequestsError}
   * @throws {InternalError}
   * @throws {ServiceUnavailableError}
   */
  list(query: ListApiKeysQuery = {}, options?: CallOptions): PagePromise<ApiKey> {
    return this.#caller.list('listApiKeys', { query }, options);
  }

  /**
   * Make an API key.
   *
   * Makes a key by which a program acts for this account, as far as its scopes go and never further than the account itself may, and sends its owner a mail about it. At most 2 are in force at a time, so that one can take the place of the other. Keys end with the password: once that is changed or reset, when the account is disabled or deleted, and when its role rises.
   *
   * Open to any signed-in account, within 60 minutes of signing in. Not open to API keys. Limited to 60 requests per 60 seconds (`writes`).
   *
   * @throws {ConflictingCredentialsError}
   * @throws {MalformedRequestError}
   * @throws {InvalidTokenError}
   * @throws {UnauthenticatedError}
   * @throws {CrossSiteRequestError}
   * @throws {InsufficientScopeError}
   * @throws {RecentSignInRequiredError}
   * @throws {IdempotencyKeyInUseError}
   * @throws {TooManyApiKeysError}
   * @throws {BodyTooLargeError}
   * @throws {UnsupportedMediaTypeError}
   * @throws {IdempotencyKeyReusedError}
   * @throws {ValidationFailedError}
   * @throws {TooManyRequestsError}
   * @throws {InternalError}
   * @throws {ServiceUnavailableError}
   */
  create(body: CreateApiKey, options?: KeyedOptions): ApiPromise<NewApiKey> {
    return this.#caller.call('createApiKey', { body }, options);
  }

  /**
   * Revoke an API key.
   *
   * Ends a key at once and for good.
   *
   * Open to any signed-in account. Not open to API keys. Limited to 60 requests per 60 seconds (`writes`).
   *
   * @throws {ConflictingCredentialsError}
   * @throws {MalformedRequestError}
   * @throws {InvalidTokenError}
   * @throws {UnauthenticatedError}
   * @throws {CrossSiteRequestError}
   * @throws {InsufficientScopeError}
   * @throws {ApiKeyNotFoundError}
   * @throws {BodyTooLargeError}
   * @throws {UnsupportedMediaTypeError}
   * @throws {ValidationFailedError}
   * @throws {TooManyRequestsError}
   * @throws {InternalError}
   * @throws {ServiceUnavailableError}
   */
  revoke(apiKeyId: string, options?: CallOptions): ApiPromise<void> {
    return this.#caller.call('revokeApiKey', { path: { api_key_id: apiKeyId } }, options);
  }

}

/** Posts: writing, publishing, scheduling, revisions, and reading with full-text search. */
export class PostsResource {
  readonly #caller: Caller;
  constructor(caller: Caller) {
    this.#caller = caller;
  }

  /**
   * List one’s own posts.
   *
   * Everything one has written, drafts included, the newest first.
   *
   * Open to any signed-in account. API keys with the scope `posts:read` act as their owner. Limited to 600 requests per 60 seconds (`reads`), by API keys to 1200 requests per 60 seconds (`key-reads`). Pages of partners may call it (CORS).
   *
   * @throws {ConflictingCredentialsError}
   * @throws {ConflictingParametersError}
   * @throws {InvalidCursorError}
   * @throws {InvalidTokenError}
   * @throws {UnauthenticatedError}
   * @throws {InsufficientScopeError}
   * @throws {ValidationFailedError}
   * @throws {TooManyRequestsError}
   * @throws {InternalError}
   * @throws {ServiceUnavailableError}
   */
  listMyPosts(query: ListMyPostsQuery = {}, options?: CallOptions): PagePromise<PostSummary> {
    return this.#caller.list('listMyPosts', { query }, options);
  }

  /**
   * List posts.
   *
   * Published posts, the newest first, without their text. With a `status` other than `published`: one’s own posts of that status, and for an admin everyone’s.
   *
   * Open to anyone; who is signed in sees what is theirs as well. API keys with the scope `posts:read` act as their owner. Limited to 600 requests per 60 seconds (`reads`), by API keys to 1200 requests per 60 seconds (`key-reads`). Pages of partners may call it (CORS).
   *
   * @throws {ConflictingCredentialsError}
   * @throws {ConflictingParametersError}
   * @throws {InvalidCursorError}
   * @throws {InvalidTokenError}
   * @throws {UnauthenticatedError}
   * @throws {InsufficientScopeError}
   * @throws {SearchTooBroadError}
   * @throws {ValidationFailedError}
   * @throws {TooManyRequestsError}
   * @throws {InternalError}
   * @throws {ServiceUnavailableError}
   */
  list(query: ListPostsQuery = {}, options?: CallOptions): PagePromise<PostSummary> {
    return this.#caller.list('listPosts', { query }, options);
  }

  /**
   * Write a post.
   *
   * Creates a draft, or publishes at once or at a time. The slug is made from the title and is unique.
   *
   * Open to any signed-in account. API keys with the scope `posts:write` act as their owner. Limited to 60 requests per 60 seconds (`writes`), by API keys to 120 requests per 60 seconds (`key-writes`). Pages of partners may call it (CORS).
   *
   * @throws {ConflictingCredentialsError}
   * @throws {MalformedRequestError}
   * @throws {InvalidTokenError}
   * @throws {UnauthenticatedError}
   * @throws {CrossSiteRequestError}
   * @throws {InsufficientScopeError}
   * @throws {IdempotencyKeyInUseError}
   * @throws {BodyTooLargeError}
   * @throws {UnsupportedMediaTypeError}
   * @throws {IdempotencyKeyReusedError}
   * @throws {MarkdownTooComplexError}
   * @throws {PublishingTimeInvalidError}
   * @throws {ValidationFailedError}
   * @throws {TooManyRequestsError}
   * @throws {InternalError}
   * @throws {ServiceUnavailableError}
   */
  create(body: CreatePost, options?: KeyedOptions): ApiPromise<Post> {
    return this.#caller.call('createPost', { body }, options);
  }

  /**
   * Publish a post.
   *
   * Publishes at once, or at `publish_at`. Publishing what is published already changes only its time.
   *
   * Open to the owner and admins. API keys with the scope `posts:write` act as their owner; where the answer shows what is not public they need `posts:read` too. Limited to 60 requests per 60 seconds (`writes`), by API keys to 120 requests per 60 seconds (`key-writes`). Pages of partners may call it (CORS).
   *
   * @throws {ConflictingCredentialsError}
   * @throws {MalformedRequestError}
   * @throws {InvalidTokenError}
   * @throws {UnauthenticatedError}
   * @throws {CrossSiteRequestError}
   * @throws {InsufficientScopeError}
   * @throws {PostNotFoundError}
   * @throws {IdempotencyKeyInUseError}
   * @throws {BodyTooLargeError}
   * @throws {UnsupportedMediaTypeError}
   * @throws {IdempotencyKeyReusedError}
   * @throws {PublishingTimeInvalidError}
   * @throws {ValidationFailedError}
   * @throws {TooManyRequestsError}
   * @throws {InternalError}
   * @throws {ServiceUnavailableError}
   */
  publish(postId: string, body?: PublishPost, options?: KeyedOptions): ApiPromise<Post> {
    return this.#caller.call('publishPost', { path: { post_id: postId }, ...(body && { body }) }, options);
  }

  /**
   * List earlier versions.
   *
   * What a post was before each change, the newest first.
   *
   * Open to the owner and admins. API keys with the scope `posts:read` act as their owner. Limited to 600 requests per 60 seconds (`reads`), by API keys to 1200 requests per 60 seconds (`key-reads`). Pages of partners may call it (CORS).
   *
   * @throws {ConflictingCredentialsError}
   * @throws {ConflictingParametersError}
   * @throws {InvalidCursorError}
   * @throws {InvalidTokenError}
   * @throws {UnauthenticatedError}
   * @throws {InsufficientScopeError}
   * @throws {PostNotFoundError}
   * @throws {ValidationFailedError}
   * @throws {TooManyRequestsError}
   * @throws {InternalError}
   * @throws {ServiceUnavailableError}
   */
  listRevisions(postId: string, query: ListPostRevisionsQuery = {}, options?: CallOptions): PagePromise<PostRevision> {
    return this.#caller.list('listPostRevisions', { path: { post_id: postId }, query }, options);
  }

  /**
   * Go back to an earlier version.
   *
   * Makes an earlier version the newest one. What the post was until then is kept as a revision too.
   *
   * Open to the owner and admins. API keys with the scope `posts:write` act as their owner; where the answer shows what is not public they need `posts:read` too. Limited to 60 requests per 60 seconds (`writes`), by API keys to 120 requests per 60 seconds (`key-writes`). Pages of partners may call it (CORS).
   *
   * @throws {ConflictingCredentialsError}
   * @throws {MalformedRequestError}
   * @throws {InvalidTokenError}
   * @throws {UnauthenticatedError}
   * @throws {CrossSiteRequestError}
   * @throws {InsufficientScopeError}
   * @throws {PostNotFoundError}
   * @throws {RevisionNotFoundError}
   * @throws {IdempotencyKeyInUseError}
   * @throws {BodyTooLargeError}
   * @throws {UnsupportedMediaTypeError}
   * @throws {IdempotencyKeyReusedError}
   * @throws {MarkdownTooComplexError}
   * @throws {ValidationFailedError}
   * @throws {TooManyRequestsError}
   * @throws {InternalError}
   * @throws {ServiceUnavailableError}
   */
  restoreRevision(postId: string, version: number, options?: KeyedOptions): ApiPromise<Post> {
    return this.#caller.call('restorePostRevision', { path: { post_id: postId, version: version } }, options);
  }

  /**
   * Take a post back.
   *
   * Makes a post a draft again, or archives it. Nobody but its author and admins sees it from then on.
   *
   * Open to the owner and admins. API keys with the scope `posts:write` act as their owner; where the answer shows what is not public they need `posts:read` too. Limited to 60 requests per 60 seconds (`writes`), by API keys to 120 requests per 60 seconds (`key-writes`). Pages of partners may call it (CORS).
   *
   * @throws {ConflictingCredentialsError}
   * @throws {MalformedRequestError}
   * @throws {InvalidTokenError}
   * @throws {UnauthenticatedError}
   * @throws {CrossSiteRequestError}
   * @throws {InsufficientScopeError}
   * @throws {PostNotFoundError}
   * @throws {IdempotencyKeyInUseError}
   * @throws {BodyTooLargeError}
   * @throws {UnsupportedMediaTypeError}
   * @throws {IdempotencyKeyReusedError}
   * @throws {ValidationFailedError}
   * @throws {TooManyRequestsError}
   * @throws {InternalError}
   * @throws {ServiceUnavailableError}
   */
  unpublish(postId: string, body?: UnpublishPost, options?: KeyedOptions): ApiPromise<Post> {
    return this.#caller.call('unpublishPost', { path: { post_id: postId }, ...(body && { body }) }, options);
  }

  /**
   * Read a post.
   *
   * A post by its id or slug. What is not published is found by its author and by admins only.
   *
   * Open to anyone; who is signed in sees what is theirs as well. API keys with the scope `posts:read` act as their owner. Limited to 600 requests per 60 seconds (`reads`), by API keys to 1200 requests per 60 seconds (`key-reads`). Pages of partners may call it (CORS).
   *
   * @throws {ConflictingCredentialsError}
   * @throws {InvalidTokenError}
   * @throws {InsufficientScopeError}
   * @throws {PostNotFoundError}
   * @throws {ValidationFailedError}
   * @throws {TooManyRequestsError}
   * @throws {InternalError}
   * @throws {ServiceUnavailableError}
   */
  get(postRef: string, options?: CallOptions): ApiPromise<Post>;
  /** The same, or null where what has the ETag in `ifNoneMatch` is still current. */
  get(postRef: string, options: KnownOptions): ApiPromise<Post | null>;
  get(postRef: string, options?: CallOptions | KnownOptions): ApiPromise<Post | null> {
    return this.#caller.call('getPost', { path: { post_ref: postRef } }, options);
  }

  /**
   * Change a post.
   *
   * Changes what is given, based on the version named in `If-Match`. What it was before is kept as a revision. A change that changes nothing makes no version.
   *
   * Open to the owner and admins. API keys with the scope `posts:write` act as their owner; where the answer shows what is not public they need `posts:read` too. Limited to 60 requests per 60 seconds (`writes`), by API keys to 120 requests per 60 seconds (`key-writes`). Pages of partners may call it (CORS).
   *
   * @throws {ConflictingCredentialsError}
   * @throws {MalformedRequestError}
   * @throws {InvalidTokenError}
   * @throws {UnauthenticatedError}
   * @throws {CrossSiteRequestError}
   * @throws {InsufficientScopeError}
   * @throws {PostNotFoundError}
   * @throws {PreconditionFailedError}
   * @throws {BodyTooLargeError}
   * @throws {UnsupportedMediaTypeError}
   * @throws {MarkdownTooComplexError}
   * @throws {ValidationFailedError}
   * @throws {PreconditionRequiredError}
   * @throws {TooManyRequestsError}
   * @throws {InternalError}
   * @throws {ServiceUnavailableError}
   */
  update(postRef: string, body: UpdatePost, options: ChangeOptions): ApiPromise<Post> {
    return this.#caller.call('updatePost', { path: { post_ref: postRef }, body }, options);
  }

  /**
   * Delete a post.
   *
   * Deletes a post with its comments and revisions, based on the version named in `If-Match`.
   *
   * Open to the owner and admins. API keys with the scope `posts:write` act as their owner. Limited to 60 requests per 60 seconds (`writes`), by API keys to 120 requests per 60 seconds (`key-writes`). Pages of partners may call it (CORS).
   *
   * @throws {ConflictingCredentialsError}
   * @throws {MalformedRequestError}
   * @throws {InvalidTokenError}
   * @throws {UnauthenticatedError}
   * @throws {CrossSiteRequestError}
   * @throws {InsufficientScopeError}
   * @throws {PostNotFoundError}
   * @throws {PreconditionFailedError}
   * @throws {BodyTooLargeError}
   * @throws {UnsupportedMediaTypeError}
   * @throws {ValidationFailedError}
   * @throws {PreconditionRequiredError}
   * @throws {TooManyRequestsError}
   * @throws {InternalError}
   * @throws {ServiceUnavailableError}
   */
  delete(postRef: string, options: ChangeOptions): ApiPromise<void> {
    return this.#caller.call('deletePost', { path: { post_ref: postRef } }, options);
  }

  /**
   * List an author’s posts.
   *
   * What an account has published, the newest first.
   *
   * Open to anyone. Limited to 600 requests per 60 seconds (`reads`). Pages of partners may call it (CORS).
   *
   * @throws {ConflictingParametersError}
   * @throws {InvalidCursorError}
   * @throws {UserNotFoundError}
   * @throws {ValidationFailedError}
   * @throws {TooManyRequestsError}
   * @throws {InternalError}
   * @throws {ServiceUnavailableError}
   */
  listUserPosts(userId: string, query: ListUserPostsQuery = {}, options?: CallOptions): PagePromise<PostSummary> {
    return this.#caller.list('listUserPosts', { path: { user_id: userId }, query }, options);
  }

  /**
   * Read a post, with its tags to link to.
   *
   * A post by its id or slug, as `getPost` reads it; its tags are objects with a name and a slug.
   *
   * Open to anyone; who is signed in sees what is theirs as well. API keys with the scope `posts:read` act as their owner. Limited to 600 requests per 60 seconds (`reads`), by API keys to 1200 requests per 60 seconds (`key-reads`). Pages of partners may call it (CORS).
   *
   * @throws {ConflictingCredentialsError}
   * @throws {InvalidTokenError}
   * @throws {InsufficientScopeError}
   * @throws {PostNotFoundError}
   * @throws {ValidationFailedError}
   * @throws {TooManyRequestsError}
   * @throws {InternalError}
   * @throws {ServiceUnavailableError}
   */
  getV2(postRef: string, options?: CallOptions): ApiPromise<PostV2>;
  /** The same, or null where what has the ETag in `ifNoneMatch` is still current. */
  getV2(postRef: string, options: KnownOptions): ApiPromise<PostV2 | null>;
  getV2(postRef: string, options?: CallOptions | KnownOptions): ApiPromise<PostV2 | null> {
    return this.#caller.call('getPostV2', { path: { post_ref: postRef } }, options);
  }

}

/** The tags that posts carry. */
export class TagsResource {
  readonly #caller: Caller;
  constructor(caller: Caller) {
    this.#caller = caller;
  }

  /**
   * List tags.
   *
   * The tags of posts that everyone may see, with the number of these; by name unless asked otherwise. An admin sees the tags of drafts as well.
   *
   * Open to anyone; who is signed in sees what is theirs as well. API keys see what anyone does. Limited to 600 requests per 60 seconds (`reads`), by API keys to 1200 requests per 60 seconds (`key-reads`). Pages of partners may call it (CORS).
   *
   * @throws {ConflictingCredentialsError}
   * @throws {ConflictingParametersError}
   * @throws {InvalidCursorError}
   * @throws {InvalidTokenError}
   * @throws {ValidationFailedError}
   * @throws {TooManyRequestsError}
   * @throws {InternalError}
   * @throws {ServiceUnavailableError}
   */
  list(query: ListTagsQuery = {}, options?: CallOptions): PagePromise<Tag> {
    return this.#caller.list('listTags', { query }, options);
  }

  /**
   * Rename a tag.
   *
   * Gives a tag another name on every post that carries it; its slug follows the name.
   *
   * Open to admins. Not open to API keys. Limited to 60 requests per 60 seconds (`writes`).
   *
   * @throws {ConflictingCredentialsError}
   * @throws {MalformedRequestError}
   * @throws {InvalidTokenError}
   * @throws {UnauthenticatedError}
   * @throws {CrossSiteRequestError}
   * @throws {ForbiddenError}
   * @throws {InsufficientScopeError}
   * @throws {TagNotFoundError}
   * @throws {TagNameTakenError}
   * @throws {BodyTooLargeError}
   * @throws {UnsupportedMediaTypeError}
   * @throws {ValidationFailedError}
   * @throws {TooManyRequestsError}
   * @throws {InternalError}
   * @throws {ServiceUnavailableError}
   */
  rename(tagId: string, body: RenameTag, options?: CallOptions): ApiPromise<Tag> {
    return this.#caller.call('renameTag', { path: { tag_id: tagId }, body }, options);
  }

  /**
   * Delete a tag.
   *
   * Deletes a tag and takes it off its posts, which stay.
   *
   * Open to admins. Not open to API keys. Limited to 60 requests per 60 seconds (`writes`).
   *
   * @throws {ConflictingCredentialsError}
   * @throws {MalformedRequestError}
   * @throws {InvalidTokenError}
   * @throws {UnauthenticatedError}
   * @throws {CrossSiteRequestError}
   * @throws {ForbiddenError}
   * @throws {InsufficientScopeError}
   * @throws {TagNotFoundError}
   * @throws {BodyTooLargeError}
   * @throws {UnsupportedMediaTypeError}
   * @throws {ValidationFailedError}
   * @throws {TooManyRequestsError}
   * @throws {InternalError}
   * @throws {ServiceUnavailableError}
   */
  delete(tagId: string, options?: CallOptions): ApiPromise<void> {
    return this.#caller.call('deleteTag', { path: { tag_id: tagId } }, options);
  }

}

/** Accounts: public profiles, and their administration. */
export class UsersResource {
  readonly #caller: Caller;
  constructor(caller: Caller) {
    this.#caller = caller;
  }

  /**
   * List accounts.
   *
   * Every account that is not deleted, the newest first.
   *
   * Open to admins. API keys with the scope `users:read` act as their owner. Limited to 600 requests per 60 seconds (`reads`), by API keys to 1200 requests per 60 seconds (`key-reads`).
   *
   * @throws {ConflictingCredentialsError}
   * @throws {ConflictingParametersError}
   * @throws {InvalidCursorError}
   * @throws {InvalidTokenError}
   * @throws {UnauthenticatedError}
   * @throws {ForbiddenError}
   * @throws {InsufficientScopeError}
   * @throws {ValidationFailedError}
   * @throws {TooManyRequestsError}
   * @throws {InternalError}
   * @throws {ServiceUnavailableError}
   */
  list(query: ListUsersQuery = {}, options?: CallOptions): PagePromise<User> {
    return this.#caller.list('listUsers', { query }, options);
  }

  /**
   * Make an account.
   *
   * Makes an account for someone else. It may sign in at once with the password given. A role above user, and another address, can be given within 60 minutes of signing in. An API key reaches only accounts with the role `user`.
   *
   * Open to admins. API keys with the scope `users:write` act as their owner. Limited to 60 requests per 60 seconds (`writes`), by API keys to 120 requests per 60 seconds (`key-writes`).
   *
   * @throws {ConflictingCredentialsError}
   * @throws {MalformedRequestError}
   * @throws {InvalidTokenError}
   * @throws {UnauthenticatedError}
   * @throws {CrossSiteRequestError}
   * @throws {ForbiddenError}
   * @throws {InsufficientScopeError}
   * @throws {RecentSignInRequiredError}
   * @throws {EmailTakenError}
   * @throws {IdempotencyKeyInUseError}
   * @throws {UsernameTakenError}
   * @throws {BodyTooLargeError}
   * @throws {UnsupportedMediaTypeError}
   * @throws {IdempotencyKeyReusedError}
   * @throws {ValidationFailedError}
   * @throws {WeakPasswordError}
   * @throws {TooManyRequestsError}
   * @throws {InternalError}
   * @throws {ServiceUnavailableError}
   */
  create(body: CreateUser, options?: KeyedOptions): ApiPromise<User> {
    return this.#caller.call('createUser', { body }, options);
  }

  /**
   * Read a profile.
   *
   * What anyone may see of an account.
   *
   * Open to anyone. Limited to 600 requests per 60 seconds (`reads`).
   *
   * @throws {UserNotFoundError}
   * @throws {ValidationFailedError}
   * @throws {TooManyRequestsError}
   * @throws {InternalError}
   * @throws {ServiceUnavailableError}
   */
  get(userId: string, options?: CallOptions): ApiPromise<PublicUser>;
  /** The same, or null where what has the ETag in `ifNoneMatch` is still current. */
  get(userId: string, options: KnownOptions): ApiPromise<PublicUser | null>;
  get(userId: string, options?: CallOptions | KnownOptions): ApiPromise<PublicUser | null> {
    return this.#caller.call('getUser', { path: { user_id: userId } }, options);
  }

  /**
   * Replace an account.
   *
   * Sets everything about an account that can be set. A higher role ends its API keys. A role above user, and another address, can be given within 60 minutes of signing in. An API key reaches only accounts with the role `user`.
   *
   * Open to admins. API keys with the scope `users:write` act as their owner; where the answer shows what is not public they need `users:read` too. Limited to 60 requests per 60 seconds (`writes`), by API keys to 120 requests per 60 seconds (`key-writes`).
   *
   * @throws {ConflictingCredentialsError}
   * @throws {MalformedRequestError}
   * @throws {InvalidTokenError}
   * @throws {UnauthenticatedError}
   * @throws {CrossSiteRequestError}
   * @throws {ForbiddenError}
   * @throws {InsufficientScopeError}
   * @throws {RecentSignInRequiredError}
   * @throws {UserNotFoundError}
   * @throws {EmailTakenError}
   * @throws {LastAdminError}
   * @throws {UsernameTakenError}
   * @throws {BodyTooLargeError}
   * @throws {UnsupportedMediaTypeError}
   * @throws {ValidationFailedError}
   * @throws {TooManyRequestsError}
   * @throws {InternalError}
   * @throws {ServiceUnavailableError}
   */
  replace(userId: string, body: ReplaceUser, options?: CallOptions): ApiPromise<User> {
    return this.#caller.call('replaceUser', { path: { user_id: userId }, body }, options);
  }

  /**
   * Change an account.
   *
   * Changes what is given. The owner may change their profile; an admin everything. A higher role ends the API keys of the account. A role above user, and another address, can be given within 60 minutes of signing in. An API key reaches only accounts with the role `user`.
   *
   * Open to the owner and admins. API keys with the scope `users:write` act as their owner; where the answer shows what is not public they need `users:read` too. Limited to 60 requests per 60 seconds (`writes`), by API keys to 120 requests per 60 seconds (`key-writes`).
   *
   * @throws {ConflictingCredentialsError}
   * @throws {MalformedRequestError}
   * @throws {InvalidTokenError}
   * @throws {UnauthenticatedError}
   * @throws {CrossSiteRequestError}
   * @throws {ForbiddenError}
   * @throws {InsufficientScopeError}
   * @throws {RecentSignInRequiredError}
   * @throws {UserNotFoundError}
   * @throws {EmailTakenError}
   * @throws {LastAdminError}
   * @throws {UsernameTakenError}
   * @throws {BodyTooLargeError}
   * @throws {UnsupportedMediaTypeError}
   * @throws {ValidationFailedError}
   * @throws {TooManyRequestsError}
   * @throws {InternalError}
   * @throws {ServiceUnavailableError}
   */
  update(userId: string, body: UpdateUser, options?: CallOptions): ApiPromise<User> {
    return this.#caller.call('updateUser', { path: { user_id: userId }, body }, options);
  }

  /**
   * Delete an account.
   *
   * Deletes an account so that it can be restored. Its sessions and API keys end at once; its posts stay. An API key reaches only accounts with the role `user`.
   *
   * Open to admins. API keys with the scope `users:write` act as their owner. Limited to 60 requests per 60 seconds (`writes`), by API keys to 120 requests per 60 seconds (`key-writes`).
   *
   * @throws {ConflictingCredentialsError}
   * @throws {MalformedRequestError}
   * @throws {InvalidTokenError}
   * @throws {UnauthenticatedError}
   * @throws {CrossSiteRequestError}
   * @throws {ForbiddenError}
   * @throws {InsufficientScopeError}
   * @throws {UserNotFoundError}
   * @throws {LastAdminError}
   * @throws {BodyTooLargeError}
   * @throws {UnsupportedMediaTypeError}
   * @throws {ValidationFailedError}
   * @throws {TooManyRequestsError}
   * @throws {InternalError}
   * @throws {ServiceUnavailableError}
   */
  delete(userId: string, options?: CallOptions): ApiPromise<void> {
    return this.#caller.call('deleteUser', { path: { user_id: userId } }, options);
  }

  /**
   * Restore an account.
   *
   * Brings a deleted account back as it was, but for its sessions and API keys. One that is not deleted stays as it is. An API key reaches only accounts with the role `user`.
   *
   * Open to admins. API keys with the scope `users:write` act as their owner; where the answer shows what is not public they need `users:read` too. Limited to 60 requests per 60 seconds (`writes`), by API keys to 120 requests per 60 seconds (`key-writes`).
   *
   * @throws {ConflictingCredentialsError}
   * @throws {MalformedRequestError}
   * @throws {InvalidTokenError}
   * @throws {UnauthenticatedError}
   * @throws {CrossSiteRequestError}
   * @throws {ForbiddenError}
   * @throws {InsufficientScopeError}
   * @throws {UserNotFoundError}
   * @throws {IdempotencyKeyInUseError}
   * @throws {UserErasedError}
   * @throws {BodyTooLargeError}
   * @throws {UnsupportedMediaTypeError}
   * @throws {IdempotencyKeyReusedError}
   * @throws {ValidationFailedError}
   * @throws {TooManyRequestsError}
   * @throws {InternalError}
   * @throws {ServiceUnavailableError}
   */
  restore(userId: string, options?: KeyedOptions): ApiPromise<User> {
    return this.#caller.call('restoreUser', { path: { user_id: userId } }, options);
  }

}

/** Every operation of the service, by resource. */
export class Resources {
  /** Looking after the service as a whole. */
  readonly administration: AdministrationResource;
  /** Registration, signing in and out, the sessions and the password of an account, and what is done by mail. */
  readonly auth: AuthResource;
  /** Comments on posts, in threads, and their moderation. */
  readonly comments: CommentsResource;
  /** Whether the service is there, for load balancers and orchestrators. */
  readonly health: HealthResource;
  /** API keys, by which programs of partners act for an account, within scopes. */
  readonly apiKeys: ApiKeysResource;
  /** Posts: writing, publishing, scheduling, revisions, and reading with full-text search. */
  readonly posts: PostsResource;
  /** The tags that posts carry. */
  readonly tags: TagsResource;
  /** Accounts: public profiles, and their administration. */
  readonly users: UsersResource;

  constructor(caller: Caller) {
    this.administration = new AdministrationResource(caller);
    this.auth = new AuthResource(caller);
    this.comments = new CommentsResource(caller);
    this.health = new HealthResource(caller);
    this.apiKeys = new ApiKeysResource(caller);
    this.posts = new PostsResource(caller);
    this.tags = new TagsResource(caller);
    this.users = new UsersResource(caller);
  }
}
