import type { InjectOptions, LightMyRequestResponse } from 'fastify';
import t from 'tap';
import { PostNotFound } from '../../../src/domains/posts/posts.problems.ts';
import { declaredHeaders } from '../../../src/http/contract/declared-responses.ts';
import { propertiesOf } from '../../../src/platform/unknown.ts';
import { testApp } from '../../support/app/app.ts';
import type { Answer, Client } from '../../support/client/client.ts';
import { ContractError, checkAnswer, type WireAnswer } from '../../support/contract/check-answer.ts';
import { sampleRequest } from '../../support/contract/samples.ts';
import { seedExamples } from './example-rows.ts';
import { mutantsOf } from './mutations.ts';

/** The checks of the suite are worth what they refuse: answers are falsified on their way to the test, one by one. */

const { app, client, db } = await testApp(t, { tiers: { reads: 100_000, writes: 100_000, auth: 100_000 } });
await seedExamples(db);
const [user, admin] = [await client.newUser(), await client.asAdmin()];

type Lie = (answer: WireAnswer & { body: Record<string, unknown> }) => void;
let lie: Lie | undefined;

/** After the serializer, and after everything else of the service: what it says is replaced by the lie. */
const honest = app.inject.bind(app);
const inject = async (options: InjectOptions): Promise<Partial<LightMyRequestResponse>> => {
  const answer = await honest(options);
  if (!lie) return answer;
  const { statusCode: status, headers, payload: text } = answer;
  const lines = Object.entries(headers).map(([name, value]) => [name, String(value)] as const);
  const told = {
    status,
    headers: Object.fromEntries(lines),
    text,
    body: text === '' ? {} : propertiesOf(JSON.parse(text)),
  };
  lie(told);
  const payload = told.text === text && text !== '' ? JSON.stringify(told.body) : told.text;
  return { statusCode: told.status, headers: told.headers, payload };
};
Object.defineProperty(app, 'inject', { value: inject });

type Ask = () => Promise<Answer<unknown>>;
const drop =
  (name: string): Lie =>
  ({ headers }) => {
    delete headers[name];
  };
const put =
  (name: string, value: string): Lie =>
  ({ headers }) => {
    headers[name] = value;
  };
const say =
  (name: string, value: unknown): Lie =>
  ({ body }) => {
    body[name] = value;
  };

const me: Ask = () => user.get('/auth/me');
const list: Ask = () => client.get('/posts');
const missing: Ask = () => client.get('/posts/no-such-post');
const stranger: Ask = () => client.get('/auth/me');
const made: Ask = () => user.post('/posts', { title: 'A new post', body: 'A text that is long enough.' });
const known: Ask = () => user.get('/auth/me', { headers: { 'if-none-match': '*' } });
const done: Ask = () => user.delete('/auth/sessions');
const nowhere: Ask = () => client.get('/nowhere');
const head: Ask = () => user.head('/auth/me');

const STATUS = new Map([
  [me, 200],
  [list, 200],
  [missing, 404],
  [stranger, 401],
  [made, 201],
  [known, 304],
  [done, 204],
  [nowhere, 404],
  [head, 200],
]);
const { code, title, status } = PostNotFound;
const MISSING = { code, title, status, type: `http://x.example/problems/${code}` };

const LIES: [string, Ask, Lie, RegExp][] = [
  ['a property nobody documented', me, say('password_hash', 'x'), /additional properties/],
  ['a required property is missing', me, ({ body }) => delete body.email, /required property 'email'/],
  ['a value outside its enumeration', me, say('role', 'emperor'), /allowed values/],
  ['a date that is none', me, say('created_at', 'yesterday'), /format "date-time"/],
  ['an id that is none', me, say('id', 'seven'), /pattern|format "uuid"/],
  [
    'a number as text',
    list,
    ({ body }) => Object.assign(propertiesOf(body.meta), { per_page: '20' }),
    /must be integer/,
  ],
  ['null where nothing is nullable', me, say('username', null), /must be string/],
  ['no ETag', me, drop('etag'), /no ETag/],
  ['an ETag without quotes', me, put('etag', 'abc'), /ETag has not its form/],
  ['no X-Request-ID', me, drop('x-request-id'), /no X-Request-ID/],
  ['no RateLimit', me, drop('ratelimit'), /no RateLimit/],
  ['no RateLimit-Policy', missing, drop('ratelimit-policy'), /no RateLimit-Policy/],
  ['a RateLimit that cannot be read', me, put('ratelimit', '20 left'), /RateLimit has not its form/],
  ['no Location', made, drop('location'), /no Location/],
  ['a Location that is no path', made, put('location', 'somewhere'), /Location has not its form/],
  ['a header nobody documented', me, put('x-powered-by', 'pride'), /x-powered-by is not documented/],
  ['a documented header of others', me, put('idempotency-replayed', 'true'), /idempotency-replayed is not/],
  ['no security headers', me, drop('x-content-type-options'), /x-content-type-options/],
  ['it may be kept, and belongs to somebody', me, put('cache-control', 'public, max-age=9'), /Cache-Control/],
  ['an undeclared status', me, (answer) => Object.assign(answer, { status: 203 }), /status is not declared/],
  [
    'a status declared for others',
    me,
    (answer) => Object.assign(answer, { status: 201 }),
    /status is not declared/,
  ],
  ['another content type', me, put('content-type', 'text/plain'), /content type/],
  ['a content type much like it', me, put('content-type', 'application/jsonx'), /content type/],
  ['a body that is not JSON', me, (answer) => Object.assign(answer, { text: '{"id":' }), /not JSON/],
  ['an empty body', me, (answer) => Object.assign(answer, { text: '' }), /not JSON/],
  ['a body on a 204', done, (answer) => Object.assign(answer, { text: '{}' }), /body where none/],
  ['a content type on a 204', done, put('content-type', 'application/json'), /content type where no body/],
  ['a body on a 304', known, (answer) => Object.assign(answer, { text: '{}' }), /body where none/],
  ['a 304 without its ETag', known, drop('etag'), /no ETag/],
  [
    'a body on the answer to a HEAD',
    head,
    (answer) => Object.assign(answer, { text: '{}' }),
    /HEAD has a body/,
  ],
  ['a problem nobody declared', missing, say('code', 'comment_not_found'), /is not declared/],
  ['a problem with another status', missing, say('status', 410), /is a 404/],
  ['a problem with another title', missing, say('title', 'Oops'), /title/],
  ['a problem with a type that leads elsewhere', missing, say('type', 'https://x.example/y'), /its type/],
  ['a problem of another request', missing, say('request_id', 'other'), /request_id/],
  ['a problem about another path', missing, say('instance', '/elsewhere'), /instance/],
  ['a problem that says more', missing, say('stack', 'at line 1'), /additional properties/],
  [
    'a problem as plain JSON',
    missing,
    put('content-type', 'application/json; charset=utf-8'),
    /not a problem/,
  ],
  [
    'a problem in an encoding nobody named',
    missing,
    put('content-type', 'application/problem+json'),
    /content type/,
  ],
  ['a problem that may be kept', missing, put('cache-control', 'no-cache'), /an error may be kept/],
  ['a 401 that asks for nothing', stranger, drop('www-authenticate'), /no WWW-Authenticate/],
  [
    'a problem of operations where there is none',
    nowhere,
    ({ body }) => Object.assign(body, MISSING),
    /belongs to operations/,
  ],
  ['a stray header where there is no operation', nowhere, put('server', 'x'), /server is not documented/],
];

for (const [what, ask, falsify, fault] of LIES) {
  t.test(`refused: ${what}`, async (t) => {
    t.equal((await ask()).status, STATUS.get(ask), 'the honest answer is accepted');
    lie = falsify;
    await t.rejects(ask(), { name: ContractError.name, message: fault });
    lie = undefined;
  });
}

/** What every operation answers to its sample request, as it came over the wire. */
async function sampleAnswers(by: Client) {
  const answers: { request: { method: string; path: string }; answer: WireAnswer }[] = [];
  for (const operation of app.operations.all) {
    const { method, path, options } = sampleRequest(operation);
    const { status, headers, text } = await by.root.request(method, path, options);
    answers.push({ request: { method, path }, answer: { status, headers, text } });
  }
  return answers;
}

t.test('whatever is changed in the answer of any operation, it is refused', async (t) => {
  const answers = [...(await sampleAnswers(client)), ...(await sampleAnswers(admin))];
  let count = 0;
  const survivors: string[] = [];
  for (const { request, answer } of answers) {
    const operation = app.operations.match(request.method, request.path.split('?', 1)[0] ?? '');
    if (!operation) throw new Error(`${request.path} belongs to no operation`);
    const headers = declaredHeaders(operation, answer.status);
    const required = headers.filter((header) => header.required).map(({ name }) => name);
    for (const { what, mutant } of mutantsOf(answer, required)) {
      count += 1;
      try {
        checkAnswer(app, request, mutant);
        survivors.push(`${operation.id} ${answer.status}: ${what}`);
      } catch (error) {
        if (!(error instanceof ContractError)) throw error;
      }
    }
  }
  t.same(survivors, []);
  t.ok(count > 1000, `there were ${count} lies`);
});
