import { setImmediate as turn } from 'node:timers/promises';
import t from 'tap';
import * as sdk from '../../openapi/sdk/typescript/dist/index.js';
import { testApp } from '../support/app/app.ts';
import { PASSWORD } from '../support/client/client.ts';
import { fails, failure, misbehaving, POST, reached, says, signedIn } from './arrange.ts';

const service = await testApp(t, { tiers: { auth: 4 } });
const { baseUrl, fetch } = await reached(t, service);
const client = new sdk.Imprint({ baseUrl, fetch });

t.test('a problem is an error of the class of its code', async (t) => {
  const error = await failure(client.posts.get('no-such-post'));
  t.type(error, sdk.PostNotFoundError);
  t.type(error, sdk.ProblemError);
  t.type(error, sdk.ImprintError);
  t.type(error, Error);
  if (!(error instanceof sdk.PostNotFoundError)) return;
  t.match(error, {
    name: 'PostNotFoundError',
    message: error.detail,
    status: 404,
    code: 'post_not_found',
    errors: [],
    problem: { instance: '/api/v1/posts/no-such-post', title: 'Post not found' },
  });
  t.equal(error.requestId, error.headers.get('x-request-id'));
});

t.test('a request that does not fit tells all its faults', async (t) => {
  await signedIn(client, { email: 'ada@example.com', password: PASSWORD });
  const error = await failure(client.posts.create({ title: 'No', body: '' }));
  if (!(error instanceof sdk.ValidationFailedError)) return t.fail('it is not a ValidationFailedError');
  t.match(error.errors, [
    { pointer: '/title', code: 'too_short' },
    { pointer: '/body', code: 'too_short' },
  ]);
  t.same(error.problem.errors, error.errors);
  t.ok(
    error.message.startsWith(`${error.detail} - /title ${error.errors[0]?.detail}; /body `),
    error.message,
  );
  t.match(String(error), 'ValidationFailedError: ');
});

t.test('the message of an error has the first faults, and says how many more there are', (t) => {
  const errors = [...'abcde'].map((letter) => ({
    pointer: letter === 'a' ? '' : `/${letter}`,
    code: 'too_short' as const,
    detail: `is ${letter}`,
  }));
  const problem = {
    type: 'about:blank',
    title: 'Validation failed',
    status: 422,
    detail: 'It does not fit.',
    instance: '/',
    code: 'validation_failed' as const,
    request_id: 'r-1',
    errors,
  };
  const info = { status: 422, headers: new Headers(), etag: null, requestId: 'r-1' };
  const { message } = new sdk.ProblemError(problem, info);
  t.equal(message, 'It does not fit. - is a; /b is b; /c is c; and 2 more');
  t.end();
});

t.test('an address that is not absolute is refused at once, with what to give', (t) => {
  const wrong = /baseUrl has to be an absolute http or https address such as 'https:\/\/api\.example\.com'/;
  const make = (...given: unknown[]) => Reflect.construct(sdk.Imprint, given);
  t.throws(() => make(), { constructor: TypeError, message: wrong });
  for (const baseUrl of [
    undefined,
    null,
    7,
    '',
    '/',
    '127.0.0.1:3950',
    'localhost:3000',
    'ftp://x',
    'https://',
  ])
    t.throws(() => make({ baseUrl }), { constructor: TypeError, message: wrong }, String(baseUrl));
  for (const baseUrl of ['http://127.0.0.1:3950', 'https://api.example.com/', 'HTTPS://example.com/imprint'])
    t.doesNotThrow(() => make({ baseUrl }), baseUrl);
  t.end();
});

t.test('who asks too often is told so', async (t) => {
  const wrong = { email: 'ada@example.com', password: 'not the password' };
  t.type(await failure(client.auth.login(wrong)), sdk.InvalidCredentialsError);
  t.type(await failure(client.auth.login(wrong)), sdk.InvalidCredentialsError);
  const error = await failure(client.auth.login(wrong));
  t.ok(error instanceof sdk.TooManyRequestsError && error.headers.get('retry-after'));
});

t.test('a code that a newer service has is a problem still', async (t) => {
  const { baseUrl } = await misbehaving(t, fails(402, 'payment_required'));
  const error = await failure(new sdk.Imprint({ baseUrl }).posts.get('x'));
  t.match(error, {
    name: 'ProblemError',
    constructor: sdk.ProblemError,
    status: 402,
    code: 'payment_required',
  });
});

t.test('an answer that is not the service’s is told apart', async (t) => {
  const html = { 'content-type': 'text/html', 'x-request-id': 'r-1' };
  const { baseUrl } = await misbehaving(t, says(403, {}, html), says(200, {}, html), (answer) =>
    answer.writeHead(200, { 'content-type': 'application/json' }).end('{"id":'),
  );
  const { posts } = new sdk.Imprint({ baseUrl, maxRetries: 0 });
  const refused = await failure(posts.get('x'));
  t.match(refused, { constructor: sdk.UnexpectedAnswerError, status: 403, requestId: 'r-1', body: '{}' });
  t.match(await failure(posts.get('x')), { constructor: sdk.UnexpectedAnswerError, status: 200, body: '{}' });
  t.match(await failure(posts.get('x')), { constructor: sdk.ImprintError, cause: SyntaxError });
});

t.test('a name that would be another address is refused before it is sent', async (t) => {
  const { baseUrl, received } = await misbehaving(t, says(200, {}));
  const { posts } = new sdk.Imprint({ baseUrl });
  for (const name of ['', '.', '..']) t.type(await failure(posts.get(name)), TypeError, `'${name}'`);
  t.equal(received.length, 0);
  await posts.get('../users?x#y');
  t.equal(received[0]?.url, '/api/v1/posts/..%2Fusers%3Fx%23y');
});

t.test('a failure that was handled is handled, whichever way it was asked for', async (t) => {
  const lost: unknown[] = [];
  const note = (reason: unknown) => lost.push(reason);
  process.on('unhandledRejection', note);
  t.teardown(() => process.off('unhandledRejection', note));
  t.type(await failure(client.posts.get('no-such-post').withResponse()), sdk.PostNotFoundError);
  t.type(await failure(client.comments.list('no-such-post').pages().next()), sdk.PostNotFoundError);
  t.equal(await client.posts.get('no-such-post').catch(() => 'caught'), 'caught');
  await failure(client.posts.get('no-such-post').finally(() => {}));
  await turn(); // rejections that nobody has handled are told of before
  t.same(lost, []);
});

t.test('an answer without an ETag is no version', async (t) => {
  const page = await client.posts.list();
  t.type(await failure(client.posts.update('x', {}, { ifMatch: page })), TypeError);
  t.type(await failure(client.posts.update('x', {}, { ifMatch: POST })), TypeError);
});
