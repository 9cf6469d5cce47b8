import t from 'tap';
import type { Post } from '../../src/domains/posts/posts.schemas.ts';
import { testApp } from '../support/app/app.ts';
import { BODY, change, expected, newDraft, newPost } from './arrange.ts';

const { client } = await testApp(t);
const ada = await client.newUser();
const slugOf = async (title: string) => (await newDraft(ada, { title })).slug;

t.test('a slug is made from the title', async (t) => {
  const slugs = {
    'Hello, World!': 'hello-world',
    "Don't say “never”": 'dont-say-never',
    'Node.js 24 & TypeScript': 'node-js-24-and-typescript',
    'iOS and JavaScript': 'ios-and-javascript',
    '  -- So --  it   goes -- ': 'so-it-goes',
    'Crème brûlée à la façade': 'creme-brulee-a-la-facade',
    'Straße nach Łódź': 'strasse-nach-lodz',
    'Привет, мир': 'privet-mir',
    '../../etc/passwd%00': 'etc-passwd-00',
    'line\nbreaks\tand tabs': 'line-breaks-and-tabs',
  };
  for (const [title, slug] of Object.entries(slugs)) t.equal(await slugOf(title), slug, title);
});

t.test('a title without anything that can be spelt in ASCII still gets a slug of its own', async (t) => {
  const titles = ['!!!!!', '!!!!!', '? ! ?', '日本語のブログ', '日本語のブログ', '·'.repeat(200)];
  const slugs = await Promise.all(titles.map(slugOf));
  for (const slug of slugs) t.match(slug, /^[a-z0-9]+(-[a-z0-9]+)*$/);
  t.equal(new Set(slugs).size, slugs.length);
});

t.test('a slug never looks like an id, so that no title takes the place of a post', async (t) => {
  const victim = await newPost(ada);
  const imitation = await newPost(ada, { title: victim.id });
  t.equal(imitation.slug, `post-${victim.id}`);
  for (const ref of [victim.id, victim.slug])
    t.equal(expected(200, await client.get<Post>(`/posts/${ref}`)).id, victim.id);
  t.equal(expected(200, await client.get<Post>(`/posts/${imitation.slug}`)).id, imitation.id);
});

t.test('the longest title gets a slug that fits, again and again', async (t) => {
  for (const title of ['x'.repeat(200), '字'.repeat(200), `${'word '.repeat(39)}words`]) {
    const slugs = [await slugOf(title), await slugOf(title)];
    t.not(slugs[0], slugs[1]);
    for (const slug of slugs) t.ok(slug.length <= 200 && !slug.endsWith('-'), slug);
  }
});

t.test('where a slug is taken a number follows it, whatever numbers others have', async (t) => {
  t.equal(await slugOf('Numbered titles'), 'numbered-titles');
  t.equal(await slugOf('Numbered titles'), 'numbered-titles-2');
  t.equal(await slugOf('Numbered titles 4'), 'numbered-titles-4');
  const more = ['Numbered titles', 'Numbered_titles!', 'numbered TITLES', 'Numbered titles 4'];
  const slugs = await Promise.all(more.map(slugOf));
  t.equal(new Set(slugs).size, 4);
  for (const slug of slugs) t.match(slug, /^numbered-titles(-\d+)+$/);
  t.equal(await slugOf('Numbered titles and more'), 'numbered-titles-and-more');
  t.equal(await slugOf('Numbered'), 'numbered');
});

/** Twenty posts with one title and the same new tags, at once. */
async function race(title: string, headers: (number: number) => Record<string, string>): Promise<Post[]> {
  const answers = await Promise.all(
    Array.from({ length: 20 }, (_, number) =>
      ada.post<Post>('/posts', { title, body: BODY, tags: [title, 'race'] }, { headers: headers(number) }),
    ),
  );
  return answers.map((answer) => expected(201, answer));
}

t.test('twenty posts with one title that are made at once all get a slug of their own', async (t) => {
  const posts = await race('Written all at once', () => ({}));
  const slugs = new Set(posts.map((post) => post.slug));
  t.equal(slugs.size, 20);
  t.ok(slugs.has('written-all-at-once'));
  for (const slug of slugs) t.match(slug, /^written-all-at-once(-[0-9a-f]+)?$/);
});

t.test('so they do when each has an Idempotency-Key, and so a transaction', async (t) => {
  const posts = await race('Written with keys', (number) => ({ 'idempotency-key': `race-${number}` }));
  t.equal(new Set(posts.map((post) => post.slug)).size, 20);
});

t.test('a slug stays when the title changes, and is free again only when its post is deleted', async (t) => {
  const post = await newPost(ada, { title: 'Its first title' });
  const renamed = await change(ada, post, { title: 'Its second title' });
  t.equal(renamed.slug, 'its-first-title');
  t.equal(expected(200, await client.get<Post>('/posts/its-first-title')).title, 'Its second title');
  t.equal((await client.get('/posts/its-second-title')).status, 404);
  t.equal(await slugOf('Its first title'), 'its-first-title-2');
  t.equal((await ada.delete(`/posts/${post.id}`, { headers: { 'if-match': '*' } })).status, 204);
  t.equal(await slugOf('Its first title'), 'its-first-title');
});

t.test('a post is found by its id or its slug as they are written, and by nothing else', async (t) => {
  const post = await newPost(ada, { title: 'Found by its name' });
  for (const ref of [
    post.id.toUpperCase(),
    'Found-By-Its-Name',
    'found-by-its-name-',
    'found-by-its-name%20',
    'found_by_its_name',
    'found-by-its-nam%25',
    `%27%20or%201%3D1--`,
    '..%2Fme',
    '%F0%9F%98%80',
    'x'.repeat(200),
  ]) {
    const { status, body } = await client.get(`/posts/${ref}`);
    t.equal(status, 404, ref);
    t.equal(body.code, 'post_not_found', ref);
  }
});
