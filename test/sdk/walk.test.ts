import t from 'tap';
import {
  answerOf,
  Imprint,
  InvalidRefreshTokenError,
  InvalidTokenError,
  PostNotFoundError,
  PreconditionFailedError,
  UnauthenticatedError,
} from '../../openapi/sdk/typescript/dist/index.js';
import { testApp } from '../support/app/app.ts';
import { newName, PASSWORD } from '../support/client/client.ts';
import { all, expired, failure, POST, reached, signedIn } from './arrange.ts';

const service = await testApp(t);
const { baseUrl, fetch, sent } = await reached(t, service);
const newClient = () => new Imprint({ baseUrl, fetch });
const newAccount = () => ({ email: `${newName()}@example.com`, password: PASSWORD });

t.test('from an account to a published post that everybody reads, and out again', async (t) => {
  const client = await signedIn(newClient(), newAccount());
  const me = await client.auth.getCurrentUser();

  const draft = await client.posts.create({ ...POST, title: 'The contract cannot lie', tags: ['Contracts'] });
  t.equal(draft.status, 'draft');
  t.equal(draft.author.id, me.id);
  const post = await client.posts.publish(draft.id);
  t.equal(post.status, 'published');

  const visitor = newClient();
  t.equal((await visitor.posts.get(post.slug)).body, POST.body);
  const comment = await client.comments.create(post.slug, { body: 'Well said.' });
  t.same(
    (await all(visitor.comments.list(post.id))).map(({ id }) => id),
    [comment.id],
  );

  await client.auth.logout();
  t.type(await failure(client.auth.getCurrentUser()), InvalidRefreshTokenError, 'the session has ended');
  client.tokens = undefined;
  t.type(await failure(client.auth.getCurrentUser()), UnauthenticatedError);
});

t.test('a list is read to its end, item by item or page by page', async (t) => {
  const client = await signedIn(newClient(), newAccount());
  const titles = Array.from({ length: 7 }, (_, index) => `Post number ${index}`);
  for (const title of titles) await client.posts.create({ ...POST, title });

  const posts = await all(client.posts.listMyPosts({ per_page: 3 }));
  t.same(posts.map(({ title }) => title).sort(), titles);

  const pages = await all(client.posts.listMyPosts({ per_page: 3 }).pages());
  t.same(
    pages.map(({ data }) => data.length),
    [3, 3, 1],
  );

  const first = await client.posts.listMyPosts({ per_page: 3 });
  t.equal(first.meta.total, 7);
  t.ok(first.hasNextPage);
  const second = await first.nextPage();
  t.equal(second?.data.length, 3);
  const last = await second?.nextPage();
  t.notOk(last?.hasNextPage);
  t.equal(await last?.nextPage(), null);

  const fromTheSecond = await all(client.posts.listMyPosts({ page: 2, per_page: 3 }));
  t.same(
    fromTheSecond.map(({ id }) => id),
    posts.slice(3).map(({ id }) => id),
    'from a page on',
  );
});

t.test('what is looked for is sent as the contract says', async (t) => {
  const client = await signedIn(newClient(), newAccount());
  const tags = [newName(), `${newName()} & more`];
  for (const tag of tags) await client.posts.create({ ...POST, status: 'published', tags: [tag] });
  t.equal((await client.posts.list({ tag: tags })).meta.total, 2);
  t.equal((await client.posts.list({ tag: tags.slice(1) })).meta.total, 1);
});

t.test('a change that is based on an old version is refused, and made again on the new one', async (t) => {
  const client = await signedIn(newClient(), newAccount());
  const mine = await client.posts.create(POST);
  const theirs = await client.posts.get(mine.id);
  await client.posts.update(mine.id, { title: 'What they wanted' }, { ifMatch: theirs });

  const error = await failure(client.posts.update(mine.id, { summary: 'Mine' }, { ifMatch: mine }));
  t.type(error, PreconditionFailedError);
  t.equal(error instanceof PreconditionFailedError && error.problem.current_version, 2);

  const current = await client.posts.get(mine.id);
  const post = await client.posts.update(mine.id, { summary: 'Mine' }, { ifMatch: current });
  t.match(post, { title: 'What they wanted', summary: 'Mine', version: 3 });
  const { etag } = answerOf(post);
  await client.posts.delete(post.id, { ifMatch: etag ?? '' });
  t.type(await failure(client.posts.get(post.id)), PostNotFoundError);
});

t.test('what is known already is not sent again', async (t) => {
  const client = await signedIn(newClient(), newAccount());
  const post = await client.posts.create(POST);
  const known = await client.posts.get(post.id);
  t.equal(await client.posts.get(post.id, { ifNoneMatch: known }), null);
  await client.posts.update(post.id, { title: 'Another title' }, { ifMatch: known });
  t.equal((await client.posts.get(post.id, { ifNoneMatch: known }))?.title, 'Another title');
});

t.test('an answer says more than its body', async (t) => {
  const client = await signedIn(newClient(), newAccount());
  const { data, status, etag, requestId, headers } = await client.posts.create(POST).withResponse();
  t.equal(status, 201);
  t.equal(headers.get('location'), `/api/v1/posts/${data.id}`);
  t.equal(etag, headers.get('etag'));
  t.equal(requestId, headers.get('x-request-id'));
  t.same(answerOf(data), { status, etag, requestId, headers });
  t.notOk(Object.keys(data).includes('etag'), 'and the body is what was sent');
  t.throws(() => answerOf({ ...data }), TypeError);

  const gone = await client.posts.delete(data.id, { ifMatch: data }).withResponse();
  t.equal(gone.data, undefined);
  t.equal(gone.status, 204);
  t.ok(gone.requestId);
  t.equal(answerOf(await client.posts.list()).status, 200);
});

t.test(
  'an expired access token is renewed once for all calls that need it, and the new pair stored',
  async (t) => {
    const { tokens } = await service.client.newUser();
    const stored: unknown[] = [];
    const onTokens = async (next: unknown) => void stored.push(next);
    const client = new Imprint({ baseUrl, fetch, tokens: expired(tokens), onTokens });
    sent.length = 0;
    const answers = await Promise.all([
      client.auth.getCurrentUser(),
      client.posts.create(POST),
      client.posts.listMyPosts(),
      client.auth.listSessions(),
    ]);
    t.equal(answers[0].id, tokens.user.id);
    t.equal(sent.filter(({ url }) => url.endsWith('/auth/refresh')).length, 1);
    t.same(stored, [client.tokens]);
    t.not(client.tokens?.refresh_token, tokens.refresh_token);
  },
);

t.test('a given access token is used as it is', async (t) => {
  const { tokens } = await service.client.newUser();
  const { access_token: accessToken } = tokens;
  t.equal((await new Imprint({ baseUrl, fetch, accessToken }).auth.getCurrentUser()).id, tokens.user.id);
  const asked = new Imprint({ baseUrl, fetch, accessToken: async () => accessToken });
  t.equal((await asked.auth.getCurrentUser()).id, tokens.user.id);
  const old = new Imprint({ baseUrl, fetch, accessToken: expired(tokens).access_token });
  t.type(await failure(old.auth.getCurrentUser()), InvalidTokenError);
  t.throws(() => new Imprint({ baseUrl, accessToken, tokens }), TypeError);
});
