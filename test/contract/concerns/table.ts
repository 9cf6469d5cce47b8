import { Type } from '@sinclair/typebox';
import { checkAnswerScope } from '../../../src/http/access/access.ts';
import { signedIn } from '../../../src/http/access/actor.ts';
import { auditOf } from '../../../src/http/concerns/audit.ts';
import { checkVersion, expectedVersions } from '../../../src/http/concerns/conditional.ts';
import { withIdempotency } from '../../../src/http/concerns/idempotency.ts';
import { answerPage, pageQuery } from '../../../src/http/concerns/pagination.ts';
import { answer, integer, query } from '../../../src/http/contract/schema.ts';
import type { Call, Concern, Declaration } from './declaration.ts';
import { fulfil, Teapot, Thing, ThingPage, thing } from './thing.ts';

/** The shared concerns, each with the declaration that brings it, and what it brings. */

export const PARTNER = 'https://partner.example';
export const MAX_BODY = 1024;
export const LIMIT = 4;

const asking = (outcome: string): Call => ({ headers: { 'x-outcome': outcome } });

const ok = { 200: answer(Thing, 'It is there.') };
const PUBLIC = { access: 'public', limit: 'none' } as const;
/** An operation that declares nothing. */
export const PLAIN: Declaration = { method: 'GET', config: PUBLIC, responses: ok, handler: fulfil };
const USER = { config: { ...PUBLIC, access: 'user' } } satisfies Partial<Declaration>;
const POST = { method: 'POST' } satisfies Partial<Declaration>;

/** The scope of the API key that calls are made with. */
export const SCOPE = 'posts:read';
/** With a cookie whose session is over. */
const OVER: Call = { headers: { cookie: '__Host-sid=over', 'sec-fetch-site': 'same-origin' } };
/** With a cookie and a token. */
const TWICE: Call = { as: 'browser', headers: { authorization: 'Bearer token' } };

const on = (statuses: number[], ...names: string[]) =>
  statuses.flatMap((status) => names.map((name) => `${status} ${name}`));
const withKey = (key: string, raw = '{}', more: Call = {}): Call => ({
  raw,
  headers: { 'idempotency-key': key },
  ...more,
});
const withTag = (name: string, tag: string): Call => ({ headers: { [name]: tag } });

export const CONCERNS: Concern[] = [
  ...(['user', 'author'] as const).map(
    (access): Concern => ({
      name: `access by the role ${access}`,
      declares: { config: { ...PUBLIC, access } },
      calls: [{}, { as: 'forged' }, { as: 'user' }, TWICE, OVER, { as: 'key' }],
      facts: [
        '400 conflicting_credentials',
        '401 unauthenticated',
        '401 invalid_token',
        '401 Set-Cookie',
        '401 WWW-Authenticate',
        '403 WWW-Authenticate',
        '403 insufficient_scope',
      ],
      shows: ['audit log: refused insufficient_scope'],
      says: ['takes a token', 'needs a token', 'takes the cookie'],
    }),
  ),
  {
    name: 'changes with the cookie of a browser',
    before: { ...USER, handler: fulfil },
    declares: { ...POST, ...USER },
    calls: [
      { as: 'browser' },
      { as: 'browser', headers: { 'sec-fetch-site': 'cross-site' } },
      { raw: '{"a":' },
      { as: 'user', raw: '{"a":' },
      { as: 'user', raw: 'a', headers: { 'content-type': 'text/plain' } },
      { as: 'user', raw: 'x'.repeat(MAX_BODY + 1) },
    ],
    facts: [
      '400 malformed_request',
      '403 cross_site_request',
      '413 body_too_large',
      '415 unsupported_media_type',
    ],
  },
  {
    name: 'a recent sign-in',
    before: USER,
    declares: { config: { ...PUBLIC, access: 'user', recentSignIn: true } },
    calls: [{ as: 'user' }, { as: 'early' }],
    facts: ['403 recent_sign_in_required'],
    shows: ['audit log: refused recent_sign_in_required'],
    says: ['needs a recent sign-in'],
  },
  {
    name: 'the scope of API keys',
    before: USER,
    declares: { config: { ...PUBLIC, access: 'user', scope: SCOPE } },
    calls: [{ as: 'key' }],
    facts: [],
    shows: ['200'],
    says: ['takes an API key', `scope ${SCOPE}`],
  },
  {
    name: 'the scope of API keys for what is not public',
    before: {
      config: { ...PUBLIC, access: 'user', scope: SCOPE },
      handler: (request, reply) =>
        checkAnswerScope(signedIn(request), 'users:read') ?? fulfil(request, reply),
    },
    declares: { config: { ...PUBLIC, access: 'user', scope: SCOPE, answerScope: 'users:read' } },
    calls: [{ as: 'user' }, { as: 'key' }],
    facts: [],
  },
  {
    name: 'access by visitors',
    declares: { config: { ...PUBLIC, access: 'visitor' } },
    calls: [{}, { as: 'forged' }, { as: 'user' }, TWICE],
    facts: ['400 conflicting_credentials', '401 invalid_token', '401 WWW-Authenticate'],
    says: ['takes a token', 'takes the cookie'],
  },
  ...(['moderator', 'admin'] as const).map((access) => ({
    name: `access by the role ${access}`,
    before: USER,
    declares: { config: { ...PUBLIC, access } },
    calls: [{ as: access === 'admin' ? ('moderator' as const) : ('user' as const) }],
    facts: ['403 forbidden'],
    shows: ['audit log: refused forbidden'],
  })),
  {
    name: 'the audit log',
    before: {
      config: { ...PUBLIC, problems: [Teapot] },
      handler: (request, reply) => auditOf(request).around(request.server.db, () => fulfil(request, reply)),
    },
    declares: { config: { ...PUBLIC, problems: [Teapot], audit: 'user' } },
    calls: [{}, asking('teapot'), asking('fail')],
    facts: [],
    shows: [
      '200',
      'audit log: success',
      'audit log: refused throwaway_teapot',
      'audit log: failed internal_error',
    ],
  },
  {
    name: 'the audit log of what is done to others',
    before: {
      config: { ...PUBLIC, problems: [Teapot] },
      handler: (request, reply) => auditOf(request).around(request.server.db, () => fulfil(request, reply)),
    },
    declares: { config: { ...PUBLIC, problems: [Teapot], auditOthers: 'post' } },
    calls: [{}, asking('teapot'), asking('fail')],
    facts: [],
    shows: ['200', 'audit log: success'],
  },
  {
    name: 'limits',
    declares: { config: { ...PUBLIC, limit: 'auth' } },
    // As many as the limit, and one more.
    calls: [{}, { query: 'unknown=1' }, asking('fail'), asking('busy'), {}],
    facts: [
      '429 too_many_requests',
      '503 service_unavailable',
      ...on([429, 503], 'Retry-After'),
      ...on([200, 422, 429, 500, 503], 'RateLimit', 'RateLimit-Policy'),
    ],
    says: ['is limited'],
  },
  {
    name: 'idempotency',
    before: {
      ...POST,
      handler: (request) => withIdempotency(request, { effect: async () => thing, concerns: () => [] }),
    },
    declares: { config: { ...PUBLIC, idempotent: true } },
    calls: [
      withKey('one'),
      withKey('one'),
      withKey('one', '{"other":1}'),
      withKey('two', '{}', { locked: true }),
    ],
    facts: ['200 Idempotency-Replayed', '409 idempotency_key_in_use', '422 idempotency_key_reused'],
    says: ['takes header Idempotency-Key'],
  },
  ...(['content', 'version'] as const).map((etag) => ({
    name: `conditional reads by ${etag}`,
    declares: { config: { ...PUBLIC, etag } },
    calls: [{}, withTag('if-none-match', '*')],
    facts: ['304', '200 ETag', '304 ETag'],
    says: ['takes header If-None-Match'],
  })),
  {
    name: 'preconditions of changes',
    before: { ...POST, handler: (request) => checkVersion(expectedVersions(request), 4) ?? thing },
    declares: { config: { ...PUBLIC, ifMatch: true } },
    calls: [{}, withTag('if-match', '"3-x"'), withTag('if-match', '"4-x"')],
    facts: ['412 precondition_failed', '428 precondition_required'],
    says: ['needs header If-Match'],
  },
  {
    name: 'bodies, read up to a limit',
    declares: POST,
    calls: [
      { raw: 'x'.repeat(MAX_BODY + 1) },
      { raw: '{"a":' },
      { raw: 'a', headers: { 'content-type': 'text/plain' } },
    ],
    facts: ['400 malformed_request', '413 body_too_large', '415 unsupported_media_type'],
  },
  {
    name: 'deprecation',
    declares: {
      config: {
        ...PUBLIC,
        deprecated: { since: '2026-11-01T00:00:00Z', sunset: '2027-06-01T00:00:00Z' },
      },
    },
    calls: [{}, { query: 'unknown=1' }, asking('fail')],
    facts: on([200, 422, 500], 'Deprecation', 'Sunset'),
    shows: ['200 deprecation: @1793491200', '200 sunset: Tue, 01 Jun 2027 00:00:00 GMT'],
    says: ['is deprecated'],
  },
  {
    name: 'pages of partners (CORS)',
    declares: { config: { ...PUBLIC, cors: 'partners' } },
    calls: [{ headers: { origin: PARTNER } }],
    facts: [],
    shows: [`200 access-control-allow-origin: ${PARTNER}`],
    says: ['is for partners'],
  },
  {
    name: 'answers that may be kept',
    declares: { config: { ...PUBLIC, maxAge: 60 } },
    calls: [{}],
    facts: ['200 Cache-Control'],
    shows: ['200 cache-control: public, max-age=60'],
  },
  {
    name: 'the language of mails',
    declares: { config: { ...PUBLIC, language: true } },
    calls: [{ headers: { 'accept-language': 'de' } }],
    facts: [],
    says: ['takes header Accept-Language'],
  },
  {
    name: 'pagination',
    declares: {
      query: query(pageQuery),
      responses: { 200: answer(ThingPage, 'A page of them.') },
      handler: (request, reply) =>
        answerPage(request, reply, {
          rows: async ({ limit }) => Array.from({ length: limit }, () => thing),
          key: () => ['thing'],
          total: async () => 1000,
          map: (row) => row,
        }),
    },
    calls: [{}, { query: 'cursor=x' }, { query: 'cursor=x&page=1' }],
    facts: ['200 Link', '400 invalid_cursor', '400 conflicting_parameters'],
    says: ['is a list', 'takes query page', 'takes query per_page', 'takes query cursor'],
  },
  {
    name: 'problems of its own',
    declares: { config: { ...PUBLIC, problems: [Teapot] } },
    calls: [asking('teapot')],
    facts: ['409 throwaway_teapot'],
  },
  {
    name: 'statuses of its own',
    declares: { responses: { ...ok, 202: answer(Thing, 'It will be there.') } },
    calls: [asking('later')],
    facts: ['202'],
  },
  {
    name: 'parameters of its own',
    declares: {
      query: query({
        size: Type.Optional(integer({ description: 'How large it is.', examples: [1] })),
      }),
    },
    calls: [{ query: 'size=1' }],
    facts: [],
    shows: ['200'],
    says: ['takes query size'],
  },
];
