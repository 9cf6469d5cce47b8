// Own process: it adds problems to the catalogue, of which a process has one.
import t from 'tap';
import { RECENT_SECONDS } from '../../../src/http/access/recent-sign-in.ts';
import { responseHeaders } from '../../../src/http/contract/headers.ts';
import { type App, type OperationConfig, operation } from '../../../src/http/contract/operations.ts';
import { newKey } from '../../api-keys/arrange.ts';
import { createTestApp } from '../../support/app/bare-app.ts';
import { type Answer, Client, type ProblemBody } from '../../support/client/client.ts';
import { fileDatabase } from '../../support/database/database.ts';
import { lockedElsewhere } from '../../support/database/locked-elsewhere.ts';
import type { Call, Declaration } from './declaration.ts';
import { CONCERNS, LIMIT, MAX_BODY, PARTNER, PLAIN, SCOPE } from './table.ts';

/**
 * The hook that enforces is the hook that documents. Each concern is declared on an operation made for it, beside the
 * same operation without the declaration: what the one answers and the other does not is what the contract says of the
 * one and not of the other. What is answered and what is documented are told in the same words, such as
 * `429 too_many_requests` or `200 ETag`.
 */

interface Parameter {
  $ref?: string;
  in: string;
  name: string;
  required?: boolean;
}
interface Described {
  operationId: string;
  description: string;
  deprecated?: boolean;
  security?: object[];
  'x-scope'?: string | null;
  'x-recent-sign-in'?: number | null;
  parameters?: Parameter[];
  responses: Record<string, Response>;
  'x-redoclyPagination'?: object;
}
interface Response {
  $ref?: string;
  headers: Record<string, object>;
  content?: Record<string, { examples: Record<string, object> }>;
}
interface Document {
  security: object[];
  paths: Record<string, Record<string, Described>>;
  components: { parameters: Record<string, Parameter>; responses: Record<string, Response> };
}

const pathOf = (name: string, kind: string) => `/throwaway/${name.replace(/\W+/g, '-')}/${kind}`;
const idOf = (name: string, kind: string) =>
  `do ${name} ${kind}`.replace(/\W+(\w)/g, (_, a) => a.toUpperCase());

function register(app: App, name: string, kind: string, declaration: Declaration): void {
  const { method, config, query, responses, handler } = declaration;
  const schema = {
    operationId: idOf(name, kind),
    tags: ['Health'],
    summary: name,
    description: 'It is there for a test, and does what that asks for.',
    ...(query && { querystring: query }),
    response: responses,
  };
  app.route({ method, url: pathOf(name, kind), schema, config: operation(config), handler });
}

const database = await fileDatabase();

/** The service with every concern, declared and not. */
async function service(foundation: typeof database | ReturnType<typeof lockedElsewhere>): Promise<App> {
  const app = await createTestApp(
    { database: foundation },
    { RATE_LIMIT: 'on', PARTNER_CORS_ORIGINS: [PARTNER], MAX_BODY_BYTES: MAX_BODY },
    { tiers: { auth: LIMIT } },
  );
  t.teardown(() => app.close());
  for (const { name, before, declares } of CONCERNS) {
    register(app, name, 'plain', { ...PLAIN, ...before });
    register(app, name, 'declared', { ...PLAIN, ...before, ...declares });
  }
  await app.ready();
  return app;
}
const app = await service(database);
const usual = new Client(app, database.db);
const locked = new Client(await service(lockedElsewhere(database)), database.db);
const [user, moderator] = [await usual.newUser(), await usual.asModerator()];
const [{ cookie }, { token: key }] = [
  await usual.signIn(user, { from: '198.51.100.9' }),
  await newKey(user, SCOPE),
];
const early = await usual.newUser();
await database.db
  .updateTable('sessions')
  .set({ created_at: new Date(Date.now() - RECENT_SECONDS * 1000 - 1000).toISOString() })
  .where('user_id', '=', early.user.id)
  .execute();
const callers = {
  early: (client: Client) => client.as(early),
  user: (client: Client) => client.as(user),
  moderator: (client: Client) => client.as(moderator),
  forged: (client: Client) => client.as('not.a.token'),
  browser: (client: Client) => client.inBrowser(cookie),
  key: (client: Client) => client.as(key),
};

/** What an answer shows. */
function factsOfAnswer({ status, headers, body }: Answer<ProblemBody>): string[] {
  const documented = [...responseHeaders]
    .filter(([name, { schema }]) => new RegExp(schema.pattern ?? '').test(headers[name.toLowerCase()] ?? '-'))
    .filter(([name]) => headers[name.toLowerCase()] !== undefined)
    .map(([name]) => `${status} ${name}`);
  const values = Object.entries(headers).map(([name, value]) => `${status} ${name}: ${value}`);
  return [status < 400 ? String(status) : `${status} ${body.code}`, ...documented, ...values];
}

/** What a request left in the audit log. */
async function factsOfLog({ headers }: Answer<unknown>): Promise<string[]> {
  const id = String(headers['x-request-id']);
  const entries = database.db.selectFrom('audit_log').select(['outcome', 'problem_code']);
  const rows = await entries.where('request_id', '=', id).execute();
  return rows.map(({ outcome, problem_code }) => `audit log: ${outcome} ${problem_code ?? ''}`.trim());
}

async function shownBy(calls: Call[], method: string, path: string): Promise<Set<string>> {
  const facts = new Set<string>();
  for (const { query, as, locked: isLocked, ...options } of calls) {
    const anyone = (isLocked ? locked : usual).root;
    const client = as ? callers[as](anyone) : anyone;
    const answer = await client.request(method, query ? `${path}?${query}` : path, options);
    for (const fact of [...factsOfAnswer(answer), ...(await factsOfLog(answer))]) facts.add(fact);
  }
  return facts;
}

const document = (await app.contract()) as Document;
const documented = new Map(
  Object.values(document.paths)
    .flatMap((item) => Object.values(item))
    .map((one) => [one.operationId, one]),
);

/** What the document says of an operation. Headers that every answer has are left out: they tell nothing apart. */
function factsOfDocument(id: string): Set<string> {
  const described = documented.get(id);
  if (!described) throw new Error(`${id} is not in the document`);
  const security = described.security ?? document.security;
  const isOptional = security.some((one) => Object.keys(one).length === 0);
  const facts = new Set([
    ...(security.length > 0 ? ['takes a token', isOptional ? [] : 'needs a token'].flat() : []),
    ...(security.some((one) => 'cookie' in one) ? ['takes the cookie'] : []),
    ...(security.some((one) => 'apiKey' in one) ? ['takes an API key'] : []),
    ...(described['x-scope'] ? [`scope ${described['x-scope']}`] : []),
    ...(described['x-recent-sign-in'] ? ['needs a recent sign-in'] : []),
    ...(described.deprecated ? ['is deprecated'] : []),
    ...(described['x-redoclyPagination'] ? ['is a list'] : []),
    ...(described.description.includes('Limited to') ? ['is limited'] : []),
    ...(described.description.includes('Pages of partners') ? ['is for partners'] : []),
  ]);
  for (const one of described.parameters ?? []) {
    const {
      required,
      in: place,
      name,
    } = document.components.parameters[one.$ref?.split('/').pop() ?? ''] ?? one;
    facts.add(`${required ? 'needs' : 'takes'} ${place} ${name}`);
  }
  for (const [status, one] of Object.entries(described.responses)) {
    const { headers, content } = document.components.responses[one.$ref?.split('/').pop() ?? ''] ?? one;
    const codes = Object.keys(content?.['application/problem+json']?.examples ?? {});
    for (const name of Object.keys(headers)) facts.add(`${status} ${name}`);
    for (const code of codes) facts.add(`${status} ${code}`);
    if (codes.length === 0) facts.add(status);
    for (const name of ['X-Request-ID', 'Access-Control-Allow-Origin']) facts.delete(`${status} ${name}`);
  }
  return facts;
}

const sorted = (facts: Iterable<string>) => [...facts].sort();

/** Everything that an operation may declare in its `config`; the type asks for the whole list. */
const DECLARABLE = {
  access: true,
  answerScope: true,
  audit: true,
  auditOthers: true,
  cors: true,
  deprecated: true,
  etag: true,
  idempotent: true,
  ifMatch: true,
  language: true,
  limit: true,
  maxAge: true,
  problems: true,
  recentSignIn: true,
  scope: true,
} satisfies Record<keyof OperationConfig, true>;

t.test('everything that can be declared is among the concerns', async (t) => {
  const declared = CONCERNS.flatMap(({ declares }) =>
    Object.entries(declares.config ?? {})
      .filter(([name, value]) => value !== Object.entries(PLAIN.config).find(([key]) => key === name)?.[1])
      .map(([name]) => name),
  );
  t.same(sorted(new Set(declared)), Object.keys(DECLARABLE));
});

for (const { name, before, declares, calls, facts, shows = [], says = [] } of CONCERNS) {
  t.test(`${name}: what is declared is enforced and documented, and nothing else is`, async (t) => {
    const plain = factsOfDocument(idOf(name, 'plain'));
    const declared = factsOfDocument(idOf(name, 'declared'));
    t.same(sorted(declared.difference(plain)), sorted([...facts, ...says]), 'what the document says more');
    t.same(sorted(plain.difference(declared)), [], 'what the document says less');

    const method = declares.method ?? before?.method ?? PLAIN.method;
    const shown = await shownBy(calls, method, pathOf(name, 'declared'));
    const methodBefore = before?.method ?? PLAIN.method;
    const shownBefore = await shownBy(calls, methodBefore, pathOf(name, 'plain'));
    for (const fact of [...facts, ...shows]) {
      t.ok(shown.has(fact), `with the declaration, answers show: ${fact}`);
      t.notOk(shownBefore.has(fact), `without it, no answer shows: ${fact}`);
    }
  });
}

t.test('an Idempotency-Key means nothing to an operation that does not declare it', async (t) => {
  const path = pathOf('idempotency', 'plain');
  for (const raw of ['{}', '{}', '{"other":1}']) {
    const { status } = await usual.root.post(path, undefined, { raw, headers: { 'idempotency-key': 'k' } });
    t.equal(status, 200, raw);
  }
});
