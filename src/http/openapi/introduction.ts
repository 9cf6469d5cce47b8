/** What each tag is about; a tag of an operation that is missing here is an error. */
export const TAGS: Readonly<Record<string, string>> = {
  Authentication:
    'Registration, signing in and out, the sessions and the password of an account, and what is done by mail.',
  Comments: 'Comments on posts, in threads, and their moderation.',
  Health: 'Whether the service is there, for load balancers and orchestrators.',
  Posts: 'Posts: writing, publishing, scheduling, revisions, and reading with full-text search.',
  Tags: 'The tags that posts carry.',
  Users: 'Accounts: public profiles, and their administration.',
};

/** The text that the reference begins with (CommonMark). */
export const INTRODUCTION = `A headless publishing service: accounts, posts, comments and tags.

## In short

- JSON in UTF-8 with names in snake_case. Times are RFC 3339 in UTC with milliseconds, ids are UUIDs. What is empty is \`null\` and never left out.
- Send the access token of \`login\` as \`Authorization: Bearer TOKEN\`, and renew it with \`refreshTokens\`.
- Properties and parameters that an operation does not know are refused, and so are values of the wrong type.
- Every answer carries \`X-Request-ID\`. Send your own to follow a request through your systems and ours.

## Lists

Read a list by \`page\` and \`per_page\`, with totals; or, to walk through all of it while it grows, by the \`next_cursor\` of the page before. \`Link: rel="next"\` leads on in both cases.

## Changes

- A POST that makes or does something takes an \`Idempotency-Key\`: repeat it safely, with the same key, when an answer got lost.
- Answers with an \`ETag\` can be asked for again with \`If-None-Match\`. Where an operation takes \`If-Match\`, send the ETag of the version your change is based on, so that nobody else's change is overwritten.

## Limits

Requests are counted for each account or, without one, for each address. \`RateLimit\` says what is left; a 429 says in \`Retry-After\` when to go on.

## Problems

Errors are problem details (RFC 9457) as \`application/problem+json\`. Programs look at \`code\`; \`type\` is the address of a page about it. Every operation lists its own problems. Beyond those, what does not reach an operation is answered with \`malformed_request\`, \`route_not_found\`, \`method_not_allowed\`, \`request_timeout\`, \`uri_too_long\` or \`headers_too_large\`.`;
