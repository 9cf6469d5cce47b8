import { mkdir, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { sql } from 'kysely';
import t from 'tap';
import type { Post } from '../../src/domains/posts/posts.schemas.ts';
import type { PostList } from '../posts/arrange.ts';
import { CommandDatabase } from './database.ts';
import { imprint, temporaryFolder } from './imprint.ts';

/** How single files are read is tested in test/importer; here, what becomes of a whole folder. */

const TEXT = 'A text that is long enough to be *that* of a post.\n';
type Files = Record<string, string | Uint8Array | null>;

/** A folder of files, and a database to import it into. */
class Site {
  readonly folder: string;
  readonly database: CommandDatabase;

  private constructor(folder: string, database: CommandDatabase) {
    this.folder = folder;
    this.database = database;
  }

  static async of(files: Files): Promise<Site> {
    const site = new Site(`${await temporaryFolder()}/site`, await CommandDatabase.open());
    await site.write(files);
    return site;
  }

  /** Writes files; null removes one. */
  async write(files: Files): Promise<void> {
    for (const [path, content] of Object.entries(files)) {
      const at = join(this.folder, path);
      await mkdir(dirname(at), { recursive: true });
      await (content === null ? rm(at) : writeFile(at, content));
    }
  }

  /** Imports the folder. The last line of what it said is the summary. */
  async import() {
    const { status, stdout, stderr } = await this.database.run(['import', this.folder]);
    const lines = stdout.trimEnd().split('\n');
    return { status, stderr, notes: lines.slice(0, -1), summary: lines.at(-1) };
  }

  /** Every row that there is, in an order of its own. */
  rows(): Promise<string[]> {
    return this.database.look(async ({ db }) => {
      const tables = [
        'users',
        'posts',
        'post_stats',
        'post_revisions',
        'tags',
        'post_tags',
        'imported_files',
      ] as const;
      const found = tables.map(async (table) =>
        (await db.selectFrom(table).selectAll().execute()).map((row) => `${table} ${JSON.stringify(row)}`),
      );
      return (await Promise.all(found)).flat().sort();
    });
  }
}

const page = (title: string, meta: string) => `---\ntitle: ${title}\n${meta}\n---\n${TEXT}`;
const byAda = 'date: 2000-01-01\nauthor: Ada Lovelace <ada@example.com>';
const SITE = {
  'guides/a/intro.md': page('Intro to A', byAda),
  'guides/b/intro.md': page('Intro to B', byAda),
  'guides/b/taken.md': page('Taken by a file', byAda),
  'hugo/content/posts/bundle/index.md': `+++\ntitle = 'Page bundles'\ndate = 2023-05-06T07:08:09-07:00\nauthors = ['Jane Doe', 'Max Power <Max@Example.com>']\ntags = ['Ruby']\nsummary = 'What they are.'\n+++\n${TEXT}`,
  'hugo/content/posts/_index.md': '---\ntitle: Posts\n---\n',
  'jekyll/_drafts/idea.md': page('Only an idea', 'author: Jane Doe'),
  'jekyll/_posts/2014-03-01-welcome.markdown': page(
    '"Welcome to Jekyll!"',
    'author: Jane Doe\ncategories: news\ntags: [ruby, C++]',
  ),
  'next/app/blog/hello/page.mdx': `import { X } from './x'\nexport const metadata = { title: 'Hello Next', date: '2024-01-02', author: 'Jane Doe' }\n\n# Hello Next\n\n${TEXT}`,
  'next/odd.md': page(
    'Odd authors',
    `draft: true\nauthors: ['Jo (@j)', 'Jane Doe <jane@doe..com>', '${'😀'.repeat(101)}']`,
  ),
  'next/readme.txt': 'not a post',
  'zola/content/2021-01-02-zola.md': `+++\ntitle = "Made with Zola"\n[taxonomies]\ntags = ["Rust"]\n[extra]\nauthor = "max@example.com"\n+++\n${TEXT}`,
};

t.test('a folder becomes posts, whatever made the site', async (t) => {
  const site = await Site.of(SITE);
  const ada = await site.database.ask(async (client) => {
    const person = await client.newUser({ email: 'ada@example.com', username: 'ada' });
    const post = { title: 'Taken', body: TEXT, status: 'published', publish_at: '1999-01-01T00:00:00Z' };
    t.equal((await person.post('/posts', post)).status, 201);
    return person.user;
  });
  const { status, stderr, notes, summary } = await site.import();
  t.equal(status, 0);
  t.equal(stderr, '');
  t.same(notes, ['skipped  hugo/content/posts/_index.md: the page of a section, not a post']);
  t.equal(summary, '9 created, 0 updated, 0 unchanged, 1 skipped, 0 failed; 4 new authors');

  await site.database.ask(async (client, { db }) => {
    const { body } = await client.get<PostList>('/posts?sort=published_at');
    const found = body.data.map(({ slug, title, published_at, author, tags }) => [
      slug,
      title,
      published_at,
      author.full_name,
      ...tags.toSorted((a, b) => (a.toLowerCase() < b.toLowerCase() ? -1 : 1)),
    ]);
    t.strictSame(found.slice(4), [
      ['welcome', 'Welcome to Jekyll!', '2014-03-01T00:00:00.000Z', 'Jane Doe', 'C++', 'news', 'Ruby'],
      ['zola', 'Made with Zola', '2021-01-02T00:00:00.000Z', 'Max Power', 'Rust'],
      ['bundle', 'Page bundles', '2023-05-06T14:08:09.000Z', 'Jane Doe', 'Ruby'],
      ['hello', 'Hello Next', '2024-01-02T00:00:00.000Z', 'Jane Doe'],
    ]);
    t.same(
      found.slice(0, 4).map(([slug, title]) => [slug, title]),
      [
        ['taken', 'Taken'],
        ['intro', 'Intro to A'],
        ['b-intro', 'Intro to B'],
        ['b-taken', 'Taken by a file'],
      ],
      'files of one name, and posts that are there already, have slugs of their own',
    );
    for (const { author } of body.data.slice(0, 4)) t.equal(author.id, ada.id, 'who has an account keeps it');
    const bundle = await client.get<Post>('/posts/bundle');
    t.match(bundle.body, { summary: 'What they are.', body: TEXT.trim(), version: 1, views: 0 });
    t.equal(bundle.body.body_html, '<p>A text that is long enough to be <em>that</em> of a post.</p>\n');

    t.equal((await client.get('/posts/idea')).status, 404, 'a draft stays one');
    const accounts = await db
      .selectFrom('users')
      .select(['email', 'full_name', 'role', 'password_hash'])
      .where('id', '<>', ada.id)
      .execute();
    const names = accounts.map(({ full_name }) => full_name);
    t.same(names.sort(), ['Jane Doe', 'Jo', 'Max Power', '😀'.repeat(100)], 'one account each');
    for (const { email, role, password_hash } of accounts) {
      t.same([role, password_hash], ['user', null]);
      for (const password of ['null', email]) {
        const answer = await client.post('/auth/login', { email, password });
        t.equal(answer.status, 401, `${email} cannot sign in`);
      }
    }
    const admin = await client.asAdmin();
    t.equal((await admin.get<Post>('/posts/odd')).body.author.full_name, 'Jo');
    t.match((await admin.get<Post>('/posts/idea')).body, { status: 'draft', published_at: null });
  });
});

t.test('after an import the planner of the embedded database knows its tables', async (t) => {
  const site = await Site.of(
    Object.fromEntries(
      Array.from({ length: 12 }, (_, number) => [`${number}.md`, `# Post ${number}\n\n${TEXT}`]),
    ),
  );
  t.equal((await site.import()).status, 0);
  await site.database.look(async ({ engine, db }) => {
    const { rows } =
      await sql`select reltuples::int as rows from pg_class where oid = 'posts'::regclass`.execute(db);
    if (engine === 'embedded') t.same(rows, [{ rows: 12 }]);
  });
});

t.test('importing again changes nothing, and later only what a file has changed', async (t) => {
  const site = await Site.of({
    'changed.md': page('As it was', 'date: 2014-03-01\nauthor: Jane Doe\ntags: [Ruby, C++]'),
    'gone.md': page('Its file will go', 'date: 2014-03-01\nauthor: Jane Doe'),
    'finished.md': page('Finished later', 'draft: true'),
    'withdrawn.md': page('Taken back later', 'date: 2020-01-01'),
  });
  await site.import();
  const before = await site.rows();
  t.equal(
    (await site.import()).summary,
    '0 created, 0 updated, 4 unchanged, 0 skipped, 0 failed; 0 new authors',
  );
  t.same(await site.rows(), before);

  await site.write({
    'changed.md': page('As it is', 'date: 2014-03-01\nauthor: Max Power <max@example.com>\ntags: [Ruby, Go]'),
    'finished.md': page('Finished later', 'draft: false'),
    'gone.md': null,
    'new.md': page('Only now', 'author: Max Power <max@example.com>'),
    'withdrawn.md': page('Taken back later', 'date: 2020-01-01\ndraft: true'),
  });
  const { status, notes, summary } = await site.import();
  t.same([status, notes], [0, []]);
  t.equal(summary, '1 created, 3 updated, 0 unchanged, 0 skipped, 0 failed; 1 new authors');
  await site.database.ask(async (client) => {
    const admin = await client.asAdmin();
    const post = (await client.get<Post>('/posts/changed')).body;
    t.match(post, {
      title: 'As it is',
      tags: ['Go', 'Ruby'],
      published_at: '2014-03-01T00:00:00.000Z',
      author: { full_name: 'Max Power' },
      version: 2,
    });
    const revisions = await admin.get<{ data: object[] }>(`/posts/${post.id}/revisions`);
    t.match(revisions.body.data, [{ version: 1, title: 'As it was', tags: ['C++', 'Ruby'] }]);
    t.match((await client.get<Post>('/posts/gone')).body, { version: 1 }, 'a post outlives its file');
    t.match((await client.get<Post>('/posts/finished')).body, { status: 'published', version: 2 });
    t.match((await admin.get<Post>('/posts/withdrawn')).body, { status: 'draft', published_at: null });
  });
});

t.test('a file that cannot be taken in is named with the reason, and the others go in', async (t) => {
  const site = await Site.of({
    'a-good.md': `---\ntitle: A good one\n---\n${TEXT}`,
    'b/broken.md': `---\ntitle: "never closed\n---\n${TEXT}`,
    'b/date.md': `---\ntitle: A bad date\ndate: someday\n---\n${TEXT}`,
    'b/latin.md': Buffer.from(`---\ntitle: Gr\xfc\xdfe\n---\n${TEXT}`, 'latin1'),
    'b/short.md': '---\ntitle: Too short\n---\nShort.',
    'c-good.md': `---\ntitle: Another good one\ntags: [x]\n---\n${TEXT}`,
  });
  const { status, stderr, notes, summary } = await site.import();
  t.equal(status, 1);
  t.equal(stderr, 'imprint: 4 of 6 files could not be imported\n');
  t.equal(summary, '2 created, 0 updated, 0 unchanged, 0 skipped, 4 failed; 1 new authors');
  const reasons = [
    /^failed {3}b\/broken\.md: line 2: broken YAML: .+/,
    /^failed {3}b\/date\.md: date: "someday" is not a date that can be read$/,
    /^failed {3}b\/latin\.md: line 2: the text is not UTF-8$/,
    /^failed {3}b\/short\.md: the body has 6 characters, at least 20 are needed$/,
  ];
  t.equal(notes.length, reasons.length);
  for (const [number, reason] of reasons.entries()) t.match(notes[number], reason);
  await site.database.look(async ({ db }) => {
    const posts = await db.selectFrom('posts').select('slug').orderBy('slug').execute();
    t.same(
      posts.map(({ slug }) => slug),
      ['a-good', 'c-good'],
    );
  });
});

t.test('what is no folder of Markdown files is one line and status 2', async (t) => {
  const folder = await temporaryFolder();
  await writeFile(`${folder}/post.md`, TEXT);
  await mkdir(`${folder}/empty`);
  const lines = {
    [`${folder}/post.md`]: `imprint: ${folder}/post.md is not a folder\n`,
    [`${folder}/empty`]: `imprint: there are no Markdown files below ${folder}/empty\n`,
    [`${folder}/nothing`]: `imprint: there is no folder ${folder}/nothing\n`,
  };
  for (const [path, line] of Object.entries(lines)) {
    const { status, stdout, stderr } = await imprint(['import', path], {
      APP_ENV: 'test',
      DATA_DIR: `${folder}/data`,
    });
    t.same([status, stdout, stderr], [2, '', line]);
  }
});
