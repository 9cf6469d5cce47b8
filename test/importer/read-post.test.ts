import t from 'tap';
import { readPost } from '../../src/commands/import/read-post.ts';
import { slugCandidates } from '../../src/commands/import/slug.ts';
import { propertiesOf } from '../../src/platform/unknown.ts';

const TEXT = 'A body that is long enough to be one.';

/** The post of a file with these front matter lines, or the reason why it is none. */
function read(lines: string, { path = 'notes/a-post.md', body = TEXT } = {}) {
  const result = readPost(path, `---\n${lines}\n---\n${body}`);
  return result.ok ? result.post : `${result.skipped ? 'skipped' : 'failed'}: ${result.reason}`;
}

t.test('dates are read in every spelling that has one meaning, and are UTC', async (t) => {
  const dates = [
    ['2014-03-01', '2014-03-01T00:00:00.000Z'],
    ["'2014-03-01T10:20:30.123Z'", '2014-03-01T10:20:30.123Z'],
    ['2014-3-1 9:05', '2014-03-01T09:05:00.000Z'],
    ['2014/03/01 10:00:00 -0530', '2014-03-01T15:30:00.000Z'],
    ['2014-03-01t10:00:00.5+02:00', '2014-03-01T08:00:00.500Z'],
    ['2014-03-01 10:00:00 UTC', '2014-03-01T10:00:00.000Z'],
    ['March 1st, 2014', '2014-03-01T00:00:00.000Z'],
    ['Sat, 01 Mar 2014 10:00:00 +0100', '2014-03-01T09:00:00.000Z'],
    ['0001-01-01T00:00:00Z', null],
  ];
  for (const [written, expected] of dates) {
    t.match(read(`title: A post\ndate: ${written}`), { published_at: expected }, String(written));
  }
  for (const written of ['2014-02-30', '03/01/2014', '2014-13-01', 'soon', 'March 1', '2014-03-01 25:00']) {
    t.match(read(`title: A post\ndate: ${written}`), /^failed: date: ".*" is not a date/, written);
  }
  t.match(read('title: A post\npublished: 2014-03-01'), {
    published_at: '2014-03-01T00:00:00.000Z',
    status: 'published',
  });
});

t.test('drafts are told by any of the fields that say so', async (t) => {
  for (const line of ['draft: true', 'draft: yes', 'published: false', 'status: Draft', 'status: private']) {
    t.match(read(`title: A post\n${line}`), { status: 'draft' }, line);
  }
  for (const line of ['draft: false', 'published: true', 'status: publish', 'draft: maybe']) {
    t.match(read(`title: A post\n${line}`), { status: 'published' }, line);
  }
});

t.test('the slug comes from the fields that hold one, else from the path', async (t) => {
  const slugs = [
    ['slug: My Slug', 'a.md', 'my-slug'],
    ['slug: /2020/nested/', 'a.md', 'nested'],
    ['permalink: /blog/hello.html', 'a.md', 'hello'],
    ['permalink: /:year/:title/', 'a.md', 'a'],
    ['permalink: pretty', 'a.md', 'a'],
    ['x: y', 'a/b/index.md', 'b'],
    ['x: y', 'a/b/page.mdx', 'b'],
    ['x: y', 'index.md', 'index'],
    ['x: y', 'v18.17.0.md', 'v18-17-0'],
    ['x: y', 'a/2014-03-01-NodeJS_and_Über.md', 'nodejs-and-ueber'],
    ['x: y', 'a/2014-03-01.md', '2014-03-01'],
  ] as const;
  for (const [line, path, slug] of slugs)
    t.match(read(`title: A post\n${line}`, { path }), { slug }, `${line} ${path}`);
  t.match(read('title: A post', { path: '漢字.md' }), { slug: /^post-[0-9a-f]{8}$/ });
});

t.test('a slug that is taken gets the folders before it, nearest first, then a number', async (t) => {
  const candidates = slugCandidates('docs/_posts/guide/intro/index.md', 'intro');
  const first = Array.from({ length: 5 }, () => candidates.next().value);
  t.strictSame(first, ['intro', 'guide-intro', 'docs-guide-intro', 'intro-2', 'intro-3']);
});

t.test('without a title it is the first heading, else the name of the file', async (t) => {
  t.match(read('x: y', { body: `# The *real* \`title\` {#id}\n\n${TEXT}` }), {
    title: 'The real title',
    body: TEXT,
  });
  t.match(read('x: y', { body: `Set by underline\n===\n\n${TEXT}` }), {
    title: 'Set by underline',
    body: TEXT,
  });
  t.match(read('x: y', { body: `${TEXT}\n\n# Later one` }), {
    title: 'Later one',
    body: `${TEXT}\n\n# Later one`,
  });
  t.match(read('x: y', { body: `\`\`\`\n# comment\n\`\`\`\n${TEXT}` }), { title: 'A post' });
});

t.test('a heading at the top that repeats the title is dropped, another one is kept', async (t) => {
  t.match(read('title: "Hello, World!"', { body: `\n# Hello world\n\n${TEXT}` }), { body: TEXT });
  t.match(read('title: Hello', { body: `# Other\n\n${TEXT}` }), { body: `# Other\n\n${TEXT}` });
  t.match(read('title: Hello', { body: `${TEXT}\n\n# Hello` }), { body: `${TEXT}\n\n# Hello` });
});

t.test('authors come as text, lists and objects', async (t) => {
  const person = (name: string, email: string | null = null, username: string | null = null) => ({
    name,
    email,
    username,
  });
  const cases: [string, object[]][] = [
    ['author: Jane Doe', [person('Jane Doe')]],
    ['author: Jane Doe, John Smith & Ann Lee', [person('Jane Doe'), person('John Smith'), person('Ann Lee')]],
    ['author: Jane Doe, and John Smith, Jr.', [person('Jane Doe'), person('John Smith, Jr.')]],
    ['author: Sandy Anderson', [person('Sandy Anderson')]],
    [
      "author: 'Jane (@jane) and John (john-s)'",
      [person('Jane', null, 'jane'), person('John', null, 'john-s')],
    ],
    ['author: Jane (github.com/jane)', [person('Jane', null, 'jane')]],
    ['author: Jane Doe <j.doe@example.com>', [person('Jane Doe', 'j.doe@example.com')]],
    ['author: j.doe@example.com', [person('j.doe', 'j.doe@example.com')]],
    ['author: "[Jane](https://example.com/jane)"', [person('Jane')]],
    [
      'author: { name: Jane, email: not one, github: https://github.com/jane/ }',
      [person('Jane', null, 'jane')],
    ],
    ['authors: [Jane Doe, jane doe, John]', [person('Jane Doe'), person('John')]],
    ['authors: []\nauthor: Jane', [person('Jane')]],
    ['author:', []],
  ];
  for (const [line, authors] of cases)
    t.strictSame(propertiesOf(read(`title: A post\n${line}`)).authors, authors, line);
});

t.test('tags and categories come as lists and text, once each whatever their case', async (t) => {
  const cases: [string, string[]][] = [
    ['tags: [a, "#B", b, 2020]', ['a', 'B', '2020']],
    ['tags: a, b c ,, d', ['a', 'b c', 'd']],
    ['tags: a  b', ['a', 'b']],
    ['category: Two words', ['Two words']],
    ['tag: one\ncategories: [One, two]', ['one', 'two']],
    ['tags:', []],
  ];
  for (const [line, tags] of cases)
    t.strictSame(propertiesOf(read(`title: A post\n${line}`)).tags, tags, line);
});

t.test('what does not fit the API is adapted without a loss or reported', async (t) => {
  const { summary } = propertiesOf(read(`title: A post\nsummary: ${'word '.repeat(200)}`));
  t.equal(String(summary).length <= 500, true);
  t.equal(read('title: Hm'), 'failed: the title has 2 characters, at least 5 are needed');
  t.match(read(`title: ${'x'.repeat(201)}`), /^failed: the title has 201 characters, at most 200/);
  t.match(read('title: A post', { body: 'short' }), /^failed: the body has 5 characters, at least 20/);
  t.match(read('title: A post', { body: 'x'.repeat(1_000_001) }), /^failed: the body has 1000001 characters/);
  t.match(
    read('title: A post', { body: '😀'.repeat(1_000_000) }),
    { title: 'A post' },
    'characters, not UTF-16 units',
  );
  t.match(read(`title: A post\ntags: [${'x'.repeat(51)}]`), /^failed: the tag "x+…" has 51 characters/);
  t.match(
    read(`title: A post\ntags: [${Array.from({ length: 21 }, (_, i) => `t${i}`)}]`),
    /^failed: 21 tags/,
  );
});

t.test('the page of a section is skipped, an empty file is reported', async (t) => {
  t.match(read('title: Posts', { path: 'posts/_index.md', body: '' }), /^skipped: /);
  t.match(read('title: Blog\nlayout: list', { path: 'index.md', body: '' }), /^skipped: /);
  t.match(read('title: A post\ndate: 2014-03-01', { path: 'a/index.md', body: '' }), /^failed: /);
  t.match(readPost('empty.md', ''), { ok: false, skipped: false, path: 'empty.md' });
});

t.test('characters that nothing can store are reported', async (t) => {
  t.match(read('title: A post', { body: `${TEXT}\n\0` }), /^failed: line 5: a NUL character/);
  t.match(read('title: "A post \\0"'), /^failed: /);
  t.match(read('title: "A post \\ud800"'), /^failed: /);
});
