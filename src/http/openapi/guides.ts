import { ROLES } from '../../platform/actor.ts';
import { MAX_COUNTED } from '../../platform/database/searches.ts';
import { RETENTION_HOURS } from '../../platform/idempotency/index.ts';
import { ABOUT_WRONG_PASSWORDS } from '../../platform/password-throttle.ts';
import { ABOUT_SCOPES } from '../access/access.ts';
import { RECENT_SECONDS } from '../access/recent-sign-in.ts';
import { isFailClosed, type RateLimits, type Tier } from '../concerns/limits.ts';
import { pageQuery } from '../concerns/pagination.ts';
import { problemBody, problemCatalogue, ValidationFailed } from '../contract/problems.ts';

/**
 * What a partner has to know beyond the single operations, as sections of CommonMark. Their commands are run by
 * `test/http/guides.test.ts`, in order and in one shell. `base` is the address of the service.
 */

/** An operation, with a link that Redoc follows. */
const op = (id: string) => `[\`${id}\`](#operation/${id})`;

const table = (head: string[], rows: string[][]) =>
  [head, head.map(() => '---'), ...rows].map((row) => `| ${row.join(' | ')} |`).join('\n');

// Lines of commands are short, so that they can be read whole beside the menu of the reference.

/** From nothing to a published post. */
const gettingStarted = (base: string) => `## Getting started

Reading what is published needs no account:

\`\`\`sh
API=${base}/api/v1
curl "$API/posts?per_page=3"
\`\`\`

Writing does. Register, sign in, and keep the access token:

\`\`\`sh
JSON='Content-Type: application/json'
LOGIN='{"email":"ada@example.com",
  "password":"correct horse battery staple"}'

curl "$API/auth/register" \\
  -H "$JSON" -d "$LOGIN"

TOKEN=$(curl -s "$API/auth/login" \\
  -H "$JSON" -d "$LOGIN" |
  sed 's/.*"access_token":"\\([^"]*\\)".*/\\1/')
ME="Authorization: Bearer $TOKEN"
\`\`\`

Write a post in Markdown, and publish it. A new post is a draft until then; \`id\` names it for good, and so does its readable \`slug\`.

\`\`\`sh
POST=$(curl -s "$API/posts" \\
  -H "$ME" -H "$JSON" \\
  -d '{"title":"My first post",
    "body":"Written in **Markdown**."}' |
  sed 's/^{"id":"\\([^"]*\\)".*/\\1/')

curl -X POST "$API/posts/$POST/publish" \\
  -H "$ME"
curl "$API/posts/$POST"
\`\`\`

The contract itself is at [openapi.json](${base}/openapi.json) and [openapi.yaml](${base}/openapi.yaml), for generators of clients and other tools. With the source of the service come clients in TypeScript, Python, Go, Java and PHP that are made from it (\`openapi/sdk\`), a request for each operation to send by hand (\`openapi/collection\`), whole journeys as workflows (\`openapi/workflows\`, Arazzo), and what changed from version to version (\`openapi/CHANGELOG.md\`).`;

const conventions = () => `## Conventions

- JSON in UTF-8, with names in snake_case. Times are RFC 3339 in UTC with milliseconds, ids are UUIDs. What is empty is \`null\` and never left out of an answer.
- Properties and parameters that an operation does not know are refused, and so are values of the wrong type: a mistake shows at once.
- Where a name stands twice in an object of a body, the last of its values counts, for the check as for the effect. A body may be nested 100 deep.
- A request has one \`Host\`, and a body that comes in chunks comes with \`Transfer-Encoding: chunked\` alone; two of them, or any further coding such as \`gzip, chunked\`, are answered with \`malformed_request\`, and the connection is closed.
- A \`PATCH\` changes what is given and leaves the rest (a merge patch, RFC 7396); \`null\` empties a property that may be empty.
- Every answer carries \`X-Request-ID\`. Send your own to follow a request through your systems and ours, and quote it when you ask about one.`;

const signingIn = () => `## Signing in

${op('login')} gives two tokens. Send the access token with each request, as \`Authorization: Bearer TOKEN\`; it is good for \`expires_in\` seconds. The refresh token gives the next pair:

\`\`\`sh
REFRESH=$(curl -s "$API/auth/login" \\
  -H "$JSON" -d "$LOGIN" |
  sed 's/.*"refresh_token":"\\([^"]*\\)".*/\\1/')

curl "$API/auth/refresh" -H "$JSON" \\
  -d "{\\"refresh_token\\":\\"$REFRESH\\"}"
\`\`\`

- Refresh shortly before the access token expires, or when a request is answered with \`invalid_token\`; then send the request again, once.
- Each refresh token works once. Store the new one before you go on, and let only one process refresh at a time. If the answer got lost, ask again at once with the same token: ${op('refreshTokens')} says for how long.
- A refresh token that turns up later means that somebody else has a copy, so the session ends. Sign in again after \`invalid_refresh_token\`.
- ${op('logout')} ends the session at once; ${op('revokeSession')} and ${op('revokeOtherSessions')} end others.

What cannot be undone or outlives a session, such as ${op('deleteCurrentUser')} and ${op('createApiKey')}, needs a sign-in within the last ${RECENT_SECONDS / 60} minutes. To \`recent_sign_in_required\` let the person sign in again, and send the request in the new session.

An account has one of the roles ${ROLES.map((role) => `\`${role}\``).join(', ')}, each with all that the one before may do. Every operation says to whom it is open. What is not yours to see is answered like what does not exist, with 404.

Tokens are secrets: keep them on your server or in the memory of a page, and out of addresses and logs.

**In a browser** a cookie is safer, since no script can read it. ${op('createBrowserSession')} sets it, with \`remember\` for longer than the browser is open, and from then on every operation that takes a token takes the cookie:

\`\`\`js
const headers = {'Content-Type': 'application/json'}
await fetch('/api/v1/auth/browser-session', {
  method: 'POST', headers,
  body: JSON.stringify({
    email, password, remember: true,
  }),
})
const me = await fetch('/api/v1/auth/me')
\`\`\`

The page and the service have to be of the same site, reached over https or at \`localhost\` (which is another site than \`127.0.0.1\`); best it is the same host. A change with the cookie has to come from a page there, or from an origin that the operator has allowed (from there with \`credentials: 'include'\`); any other is refused with \`cross_site_request\`. ${op('endBrowserSession')} signs out. Send the cookie or a token, never both.

**A program of a partner** acts with an API key of the account it works for:

\`\`\`sh
KEY=$(curl -s "$API/api-keys" \\
  -H "$ME" -H "$JSON" \\
  -d '{"name":"Static site",
    "scopes":["posts:read"]}' |
  sed 's/.*"key":"\\([^"]*\\)".*/\\1/')

curl "$API/posts?status=draft" \\
  -H "Authorization: Bearer $KEY"
\`\`\`

- The key is shown once. It is sent like an access token, and works until it expires or ${op('revokeApiKey')} ends it; nothing has to be refreshed.
- It does what its scopes allow and its owner may; beyond that the answer is \`insufficient_scope\`. Every operation says which scope opens it, if any does:

${table(
  ['Scope', 'What a key may do'],
  Object.entries(ABOUT_SCOPES).map(([scope, about]) => [`\`${scope}\``, about]),
)}

- It learns nothing by a change that it may not read. Where the answer would show an account, or a post that was not public before and is not afterwards, the key needs the scope for reading too; without it nothing is changed, and the answer is \`insufficient_scope\`.
- Two may be in force at a time: to change a key make the second, bring it to your program, and revoke the first. ${op('listApiKeys')} says which was used when.
- Keys end with the password: when it is changed or reset, make new ones. One that has ended is answered \`invalid_token\` everywhere.

Pages of other sites may call the service from the origins that its operator has allowed (CORS); those of partners only the operations that say so. Servers may call everything from anywhere.`;

/** What a title that is too short is answered with. */
const exampleProblem = (publicUrl: string) => {
  const errors = [
    { pointer: '/title', code: 'too_short', detail: 'must have at least 5 characters' },
  ] as const;
  const requestId = '0f8c2e54-5d0b-4f0e-9a3c-0d7f6b1a2c3d';
  const problem = new ValidationFailed(undefined, { errors: [...errors] });
  return problemBody(problem, { publicUrl, instance: '/api/v1/posts', requestId });
};

const errors = (base: string) => `## Errors

Every error is a problem (RFC 9457), sent as \`application/problem+json\`:

\`\`\`json
${JSON.stringify(exampleProblem(base), null, 2)}
\`\`\`

Let programs look at \`code\`, people read \`detail\`, and whoever wants to know more follow \`type\`. A request that does not fit is told everything that is wrong with it at once: \`pointer\` leads into the body (a JSON Pointer), or to a parameter as \`/query/page\`.

What to do about it:

- **401**: with \`invalid_token\`, refresh the access token and send the request again (a key or a cookie has ended for good); with \`invalid_refresh_token\` or \`unauthenticated\`, sign in.
- **403** with \`insufficient_scope\`: use a key with the scope that \`detail\` names; with \`cross_site_request\`: send the request from a page of the service.
- **412, 428**: read again and base the change on that, as [Concurrency](#section/concurrency) tells.
- **429, 503**: wait for as many seconds as \`Retry-After\` says, then send the request again.
- **408, 500**, no answer at all, and \`idempotency_key_in_use\`: send it again after a pause that grows each time. A \`POST\` only with an \`Idempotency-Key\`.
- **Anything else**: the same request would be answered in the same way. Change it, or tell the user.

All the codes there are:

${table(['Status', 'Problem'], problemRows(base))}

Every operation lists those it can answer with. What does not reach an operation is answered with \`malformed_request\`, \`route_not_found\`, \`method_not_allowed\`, \`request_timeout\`, \`uri_too_long\`, \`headers_too_large\`, \`too_many_requests\` or \`service_unavailable\`.`;

/** The catalogue by status, each code with a link to its page. */
const problemRows = (base: string): string[][] =>
  [...problemCatalogue.values()]
    .toSorted((one, other) => one.status - other.status || (one.code < other.code ? -1 : 1))
    .map(({ code, status, title }) => [String(status), `[\`${code}\`](${base}/problems/${code}): ${title}`]);

const pagination = () => {
  const { minimum, maximum, default: usual } = pageQuery.per_page;
  return `## Pagination

A list is answered as \`{ "data": [...], "meta": {...} }\`, with ${minimum} to ${maximum} items a page as \`per_page\` says (${usual} without it). There are two ways through it:

- **By page**, to show numbered pages: \`page=2\`. \`meta\` has \`total\` and \`pages\`. What is searched for with \`q\` is counted up to ${MAX_COUNTED}: where there is more, \`total_is_exact\` is \`false\`.
- **By cursor**, to read all of it, also while it grows: take \`meta.next_cursor\` of the first page as \`cursor\`, with the same filters, and go on until it is \`null\`. There are no totals.

\`\`\`sh
LIST="$API/posts?per_page=1"
CURSOR=$(curl -s "$LIST" | sed -n \\
  's/.*"next_cursor":"\\([^"]*\\).*/\\1/p')
[ -z "$CURSOR" ] ||
  curl "$LIST&cursor=$CURSOR"
\`\`\`

In both ways \`Link: <...>; rel="next"\` leads to the next page and is absent from the last one. Cursors are to be handed back as they are; \`page\` and \`cursor\` together are refused.`;
};

const concurrency = () => `## Concurrency

**Two people change one thing.** An answer with a single resource carries an \`ETag\`. Where an operation takes \`If-Match\`, send the tag of the version that the change is based on:

\`\`\`sh
ETAG=$(curl -si "$API/posts/$POST" |
  tr -d '\\r' | sed -n 's/^[Ee][Tt]ag: //p')

curl -X PATCH "$API/posts/$POST" \\
  -H "$ME" -H "$JSON" -H "If-Match: $ETAG" \\
  -d '{"title":"My very first post"}'
\`\`\`

Only ${op('updatePost')} and ${op('deletePost')} ask for it. Without \`If-Match\` the answer is 428. If somebody was faster it is 412, with the \`current_version\`, and nothing has changed: read again, look whether your change still makes sense, and send it with the new tag.

**Reading again** costs little with \`If-None-Match\`: as long as nothing has changed, the answer is 304 without a body. Everything in the answer counts, also the views of a post.

\`\`\`sh
ETAG=$(curl -si "$API/auth/me" -H "$ME" |
  tr -d '\\r' | sed -n 's/^[Ee][Tt]ag: //p')

curl -i "$API/auth/me" -H "$ME" \\
  -H "If-None-Match: $ETAG"
\`\`\`

**An answer gets lost.** A \`POST\` that makes or does something takes an \`Idempotency-Key\`, any text of your own such as a UUID. Send the request again with the same key, and it has its effect only once; the answer is the first one, marked \`Idempotency-Replayed: true\`. Keys are remembered for ${RETENTION_HOURS} hours, for each account and operation. A key with another body is refused (\`idempotency_key_reused\`), and an error is not remembered.

\`\`\`sh
for attempt in 1 2; do
  curl "$API/posts/$POST/comments" \\
    -H "$ME" -H "$JSON" \\
    -H 'Idempotency-Key: my-first-comment' \\
    -d '{"body":"Said once, but sent twice."}'
done
\`\`\``;

const limits = (rateLimits: RateLimits) => {
  const { reads } = rateLimits;
  const seconds = ({ window }: { window: number }) => window / 1000;
  const tiers = Object.entries(rateLimits);
  const names = Object.keys(rateLimits) as Tier[];
  const closed = names.flatMap((name) => (isFailClosed(name) ? `\`${name}\`` : [])).join(', ');
  const rows = tiers.map(([name, tier]) => [`\`${name}\``, `${tier.max} in ${seconds(tier)} seconds`]);
  return `## Rate limits

Requests are counted for each account or, where nobody is signed in, for each address, except that requests from networks that the operator trusts do not count for their address. Every operation says which limit it counts towards, together with the others of that limit; what reaches no operation counts towards \`reads\` of its address. With API keys it is \`key-reads\` in the place of \`reads\` and \`key-writes\` in that of others, for all keys of an account together, unless an admin has given a key limits of its own (${op('setApiKeyLimits')}):

${table(['Limit', 'Requests'], rows)}

These are the limits of this service; its operator can set others, which stand here and with each operation then.

Answers say where you stand: \`RateLimit-Policy: "reads";q=${reads.max};w=${seconds(reads)}\` is the limit and its window in seconds, \`RateLimit: "reads";r=${reads.max - 2};t=42\` what is left and in how many seconds the count starts anew. Beyond it the answer is 429; \`Retry-After\` says when to go on. While requests cannot be counted, answers do without these headers, and those of ${closed} are 503.

${ABOUT_WRONG_PASSWORDS}`;
};

const versions = () => `## Versions

- An operation that has to change in a way that would break its callers gets a second version beside it, under the next number in its path: ${op('getPostV2')} stands at \`/api/v2\` beside ${op('getPost')} at \`/api/v1\`. Everything else goes on being called where it is.
- The first version is deprecated when it is to go. It is marked so here, and every answer says so: \`Deprecation\` since when, \`Sunset\` until when, six months later at the least.
- Without a new version, operations get further optional parameters and properties, answers get further properties and headers, and enumerations get further values where their description says so. Be ready for these.
- The version of this document follows Semantic Versioning: a new major one takes something away, a new minor one adds something or deprecates it, and a patch is about words.`;

/** All sections, in the order in which they are needed. */
export const guides = (base: string, rateLimits: RateLimits): string =>
  [
    gettingStarted(base),
    conventions(),
    signingIn(),
    errors(base),
    pagination(),
    concurrency(),
    limits(rateLimits),
    versions(),
  ].join('\n\n');
