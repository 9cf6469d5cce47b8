import t from 'tap';
import * as sdk from '../../openapi/sdk/typescript/dist/index.js';
import { testApp } from '../support/app.ts';
import { PASSWORD } from '../support/client.ts';
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
  await new Promise((resolve) => setTimeout(resolve, 10));
  t.same(lost, []);
});

t.test('an answer without an ETag is no version', async (t) => {
  const page = await client.posts.list();
  t.type(await failure(client.posts.update('x', {}, { ifMatch: page })), TypeError);
  t.type(await failure(client.posts.update('x', {}, { ifMatch: POST })), TypeError);
});
