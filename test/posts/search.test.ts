import t from 'tap';
import { CreatePost } from '../../src/domains/posts/writing/writing.schemas.ts';
import { testApp } from '../support/app/app.ts';
import { BODY, change, list, newDraft, newPost, newTag, titles } from './arrange.ts';

const { client } = await testApp(t);
const ada = await client.newUser();

const MAX_BODY = Number(CreatePost.properties.body.maxLength);
const search = (words: string, tag: string) =>
  titles(client, `/posts?tag=${tag}&q=${encodeURIComponent(words)}`);

t.test('the title counts more than the summary, and the summary more than the text', async (t) => {
  const tag = newTag();
  const text = 'This is about something else altogether.';
  await newPost(ada, { title: 'In the text', tags: [tag], body: `${text} It mentions a platypus.` });
  await newPost(ada, { title: 'A platypus', tags: [tag], body: text });
  await newPost(ada, { title: 'In the summary', tags: [tag], summary: 'Platypus spotted', body: text });
  await newPost(ada, { title: 'Nowhere at all', tags: [tag], body: text });
  t.same(await search('platypus', tag), ['A platypus', 'In the summary', 'In the text']);
  t.same(await search('platypus', tag), await search('PLATYPUS', tag));
  const sorted = await titles(client, `/posts?tag=${tag}&q=platypus&sort=title`);
  t.same(
    [...sorted].sort(),
    ['A platypus', 'In the summary', 'In the text'],
    'another sort may be asked for',
  );
});

t.test('more of a word counts more, and equal matches come newest first', async (t) => {
  const tag = newTag();
  const make = (title: string, words: string) =>
    newPost(ada, { title, tags: [tag], body: `${BODY} ${words}` });
  await make('Once, the older', 'narwhal');
  await make('Often', 'narwhal narwhal narwhal narwhal');
  await make('Once, the newer', 'narwhal');
  t.same(await search('narwhal', tag), ['Often', 'Once, the newer', 'Once, the older']);
});

t.test('words are found in other forms, together, as a phrase, one or the other, and left out', async (t) => {
  const tag = newTag();
  const make = (title: string, body: string) => newPost(ada, { title, tags: [tag], body });
  await make('Red one', 'The red fox was jumping over nine dogs.');
  await make('Brown one', 'A fox, which is not red but brown, jumps.');
  await make('Cats one', 'Cats do as they please, and so they slept.');
  const cases: [string, string[]][] = [
    ['jump', ['Brown one', 'Red one']],
    ['cat', ['Cats one']],
    ['fox dogs', ['Red one']],
    ['fox cats', []],
    ['"red fox"', ['Red one']],
    ['"fox red"', []],
    ['"red foxes" jumped', ['Red one']],
    ['dogs or cats', ['Cats one', 'Red one']],
    ['dogs OR cats', ['Cats one', 'Red one']],
    ['fox -brown', ['Red one']],
    ['fox -"red fox"', ['Brown one']],
    ['fox -fox', []],
    ['the fox and the', ['Brown one', 'Red one']],
    ['fo', []],
    ['fox*', ['Brown one', 'Red one']],
    ['fox:*', ['Brown one', 'Red one']],
  ];
  for (const [words, found] of cases) t.same((await search(words, tag)).sort(), found, words);
});

t.test('what says nothing finds nothing', async (t) => {
  const tag = newTag();
  await newPost(ada, { title: 'The and of it', tags: [tag] });
  for (const words of [
    'the',
    'the and of',
    ' ',
    '""',
    '-',
    '--',
    '!',
    '?',
    '*',
    ':*',
    '()',
    '&',
    '|',
    '<->',
    '😀',
    "'",
    '\\',
    '%',
    '_',
  ])
    t.same(await search(words, tag), [], encodeURIComponent(words));
});

t.test('words of any language and punctuation are looked for as they are', async (t) => {
  const tag = newTag();
  await newPost(ada, {
    title: 'Grüße aus Köln',
    tags: [tag],
    body: 'Node.js и JavaScript — 日本語 café #hashtag user@example.com',
  });
  for (const words of [
    'grüße',
    'KÖLN',
    'node.js',
    'javascript',
    '日本語',
    'café',
    'user@example.com',
    'hashtag',
  ])
    t.same(await search(words, tag), ['Grüße aus Köln'], encodeURIComponent(words));
});

t.test('no search is too much or too strange', async (t) => {
  const bombs = [
    '"a '.repeat(66),
    '('.repeat(200),
    ')'.repeat(200),
    '-'.repeat(200),
    `${'-'.repeat(199)}a`,
    'a"b"-'.repeat(40),
    '-(-!-|'.repeat(33),
    'a --'.repeat(50),
    'a -'.repeat(66),
    '-"'.repeat(100),
    '-or'.repeat(66),
    '-<'.repeat(100),
    '- '.repeat(100),
    '-a '.repeat(66),
    'a or '.repeat(40),
    'or '.repeat(66),
    '"'.repeat(200),
    '""" '.repeat(50),
    'x'.repeat(200),
    'x-'.repeat(100),
    'a.b/'.repeat(50),
    '<-> '.repeat(50),
    '!'.repeat(200),
    '\\'.repeat(200),
    "'".repeat(200),
    ':*'.repeat(100),
    '&|!'.repeat(66),
    '%'.repeat(200),
    '😀'.repeat(200),
    '\u202e\u0301\u200b'.repeat(66),
    "'; drop table posts; --",
    "' or 1=1 --",
    '$1 $2 :name ?',
    'a\nb\tc\rd',
    '<script>alert(1)</script>',
    'http://'.repeat(28),
    '1e400 -1e400 0x0 NaN',
    'or',
    '-or',
    '"or"',
  ];
  for (const bomb of bombs) {
    const q = encodeURIComponent(bomb);
    for (const path of [
      `/posts?q=${q}`,
      `/posts?q=${q}&sort=title&page=2`,
      `/posts?q=${q}&tag=${q.slice(0, 3)}x`,
    ]) {
      const { status, body } = await client.get(path);
      if (status !== 200) t.match({ status, code: body.code }, { status: 422, code: 'search_too_broad' }, q);
    }
  }
  for (const malformed of ['%', '%E0%A4', '%ED%A0%80', '%FF'])
    t.match((await client.get(`/posts?q=${malformed}`)).status, /^(200|400|422)$/, malformed);
  t.equal((await client.get('/posts?q=a%00b')).status, 422);
});

t.test('what is not published is not found, and what changed is found as it is now', async (t) => {
  const tag = newTag();
  await newDraft(ada, { title: 'An axolotl in secret', tags: [tag] });
  const post = await newPost(ada, { title: 'An axolotl', tags: [tag] });
  t.same(await search('axolotl', tag), ['An axolotl']);
  await change(ada, post, { title: 'A capybara' });
  t.same(await search('axolotl', tag), []);
  t.same(await search('capybara', tag), ['A capybara']);
  const own = await list(ada, `/posts?tag=${tag}&q=axolotl&status=draft`);
  t.same(
    own.data.map(({ title }) => title),
    ['An axolotl in secret'],
  );
});

t.test('a long text is searched far into it, and may be longer still', async (t) => {
  const tag = newTag();
  const body = `${'Filler words here. '.repeat(5_000)} quagga ${'More of it. '.repeat(30_000)}`;
  t.ok(body.indexOf('quagga') > 90_000);
  await newPost(ada, { title: 'A long story', tags: [tag], body: body.slice(0, MAX_BODY) });
  t.same(await search('quagga', tag), ['A long story']);
});

t.test('no text is too rich in words to be written', async (t) => {
  // Compounds of characters that take three or four bytes, each word a new one.
  for (const [first, count] of [
    [0x4e00, 20_000],
    [0x20000, 40_000],
  ] satisfies [number, number][]) {
    const letter = (number: number) => String.fromCodePoint(first + (number % count));
    const word = (number: number) => letter(number) + letter(number * 3 + Math.floor(number / count) + 1);
    const words = Array.from(
      { length: 33_000 },
      (_, number) => `${word(2 * number)}-${word(2 * number + 1)}`,
    );
    const body = words.join(' ');
    const { status } = await ada.post('/posts', { title: 'Rich in words', body, status: 'published' });
    t.equal(status, 201);
  }
});

t.test('no text takes the parser of words longer than any other of its length', async (t) => {
  // One word without an end, and markup that is never closed: PostgreSQL's parser goes back over both again and again.
  for (const part of ['a_', 'a-1-', '<!--']) {
    const body = part.repeat(Math.floor(40_000 / part.length));
    const input = { title: 'One long word', body, tags: [newTag()] };
    t.equal((await ada.post('/posts', input)).status, 201, 'as a draft');
    t.equal((await ada.get(`/posts?status=draft&q=long`)).status, 200, 'which is searched as it stands');
    t.equal((await ada.post('/posts', { ...input, status: 'published' })).status, 201, 'and published');
  }
});
