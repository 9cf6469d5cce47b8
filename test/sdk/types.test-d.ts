// What an editor knows of the SDK. Compiled, never run: `npm run types` fails where something here is not as it says,
// and test/sdk/types.test.ts holds each expected error against the one the compiler finds.
import {
  type ApiPromise,
  Imprint,
  type Post,
  type PostStatus,
  type PostSummary,
  PreconditionFailedError,
  ProblemError,
  type User,
  ValidationFailedError,
} from '../../openapi/sdk/typescript/dist/index.js';

type Same<A, B> = (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : false;
const same = <A, B>(_: Same<A, B>): void => {};

const client = new Imprint({ baseUrl: 'https://api.imprint.example' });
const post = await client.posts.get('hello-world');

// What is answered is what the contract says.
same<typeof post, Post>(true);
same<Post['summary'], string | null>(true);
same<Post['title'], string>(true);
same<Post['tags'], string[]>(true);
same<PostStatus, 'draft' | 'scheduled' | 'published' | 'archived'>(true);
same<ReturnType<typeof client.auth.logout>, ApiPromise<void>>(true);
same<Awaited<ReturnType<typeof client.auth.getCurrentUser>>, User | null>(true);

// @ts-expect-error TS18047 a nullable stays nullable
post.summary.length;
// @ts-expect-error TS2339 a field that does not exist
post.headline;
// @ts-expect-error TS2367 a value that an enumeration does not have
post.status === 'deleted';

// What is sent fits the contract.
await client.posts.create({
  title: 'A title',
  body: 'A text',
  summary: null,
  tags: ['a'],
  status: 'published',
});
// @ts-expect-error TS2353 a field that does not exist
await client.posts.create({ title: 'A title', body: 'A text', headline: 'x' });
// @ts-expect-error TS2741 a field that is missing
await client.posts.create({ title: 'A title' });
// @ts-expect-error TS2322 a value of another type
await client.posts.create({ title: 'A title', body: 42 });
// @ts-expect-error TS2322 a value that an enumeration does not have
await client.posts.create({ title: 'A title', body: 'A text', status: 'deleted' });
// @ts-expect-error TS2322 null where there is always something
await client.posts.create({ title: null, body: 'A text' });
// @ts-expect-error TS2554 an argument that is missing
await client.posts.create();
// @ts-expect-error TS2554 a name that is missing
await client.posts.get();
// @ts-expect-error TS2345 a number where a text is meant
await client.posts.restoreRevision(post.id, '1');
// @ts-expect-error TS2339 an operation that does not exist
await client.posts.burn(post.id);

// Options fit the operation.
await client.posts.update(post.id, { title: 'A title' }, { ifMatch: post });
await client.posts.update(
  post.id,
  { title: 'A title' },
  { ifMatch: '"1"', signal: new AbortController().signal },
);
// @ts-expect-error TS2554 a change without the version it is based on
await client.posts.update(post.id, { title: 'A title' });
// @ts-expect-error TS2741 options without the version
await client.posts.delete(post.id, {});
await client.posts.create({ title: 'A title', body: 'A text' }, { idempotencyKey: 'mine', timeout: 1000 });
// @ts-expect-error TS2353 a key where none is taken
await client.tags.delete('x', { idempotencyKey: 'mine' });

// An answer may be missing only where that was asked for.
same<Awaited<ReturnType<typeof ask>>, Post | null>(true);
const ask = async () => client.posts.get('x', { ifNoneMatch: post });

// Lists know what they are lists of.
for await (const one of client.posts.list({ sort: '-published_at', tag: ['a'], per_page: 5 }))
  same<typeof one, PostSummary>(true);
for await (const page of client.users.list({ role: 'admin' }).pages()) same<typeof page.data, User[]>(true);
const page = await client.posts.list();
same<typeof page.meta.total, number | null>(true);
same<Awaited<ReturnType<typeof page.nextPage>>, typeof page | null>(true);
// @ts-expect-error TS2353 a filter that does not exist
client.posts.list({ colour: 'red' });
// @ts-expect-error TS2322 an order that does not exist
client.posts.list({ sort: 'colour' });
// @ts-expect-error TS2504 a resource is no list
for await (const _ of client.posts.get('x'));

const full = await client.posts.get('x').withResponse();
same<typeof full.data, Post>(true);
same<typeof full.etag, string | null>(true);

// Errors know what they carry.
try {
  await client.auth.login({ email: 'ada@example.com', password: 'secret' });
} catch (error) {
  if (error instanceof ProblemError) same<typeof error.status, number>(true);
  if (error instanceof PreconditionFailedError) same<typeof error.problem.current_version, number>(true);
  if (error instanceof ValidationFailedError) same<typeof error.code, 'validation_failed'>(true);
  // @ts-expect-error TS2367 a code that the error does not have
  if (error instanceof ValidationFailedError) error.code === 'post_not_found';
  // @ts-expect-error TS2339 what only another problem carries
  if (error instanceof ValidationFailedError) error.problem.current_version;
}

// @ts-expect-error TS2741 a client of nowhere
new Imprint({});
// @ts-expect-error TS2741 half a pair of tokens
new Imprint({ baseUrl: '', tokens: { access_token: 'x' } });
