import { sql } from 'kysely';
import t from 'tap';
import type { Tables } from '../../src/platform/database/index.ts';
import { tableNames } from '../personal-data/tables.ts';
import { fileDatabase } from '../support/database/database.ts';
import { codeOf, files } from '../support/source/text.ts';

/** Every table has one writer, which is what knows the rules about its rows. Anybody may read. */

// Before the first test: tap takes a file that waits between two tests for one that has ended.
const { db } = await fileDatabase();

const WRITERS: Record<keyof Tables, string> = {
  api_keys: 'domains/api-keys',
  audit_log: 'platform/audit',
  comments: 'domains/comments',
  deprecated_calls: 'platform/deprecated-calls',
  idempotency_keys: 'platform/idempotency',
  imported_files: 'commands/import',
  mail_tokens: 'domains/auth',
  post_revisions: 'domains/posts',
  post_stats: 'domains/posts',
  post_tags: 'domains/posts',
  posts: 'domains/posts',
  replaced_tokens: 'domains/auth',
  sessions: 'domains/auth',
  tag_count_changes: 'domains/tags',
  tags: 'domains/tags',
  users: 'domains/users',
  view_rankings: 'domains/posts',
};

/**
 * Functions of the database that write, and the tables: `post_stats.comment_count` follows every change of a comment,
 * whatever made it, within the statement, and so do the changes of `tags.post_count` those of posts and of their tags.
 */
const FUNCTIONS: Record<string, readonly string[]> = {
  count_approved_comments: ['post_stats'],
  count_published_posts: ['tag_count_changes'],
  count_tagged_posts: ['tag_count_changes'],
  untag_deleted_post: ['post_tags'],
};

/** Rows of one writer that go, or lose a reference, with a row of another one: by a foreign key. */
const CASCADES = [
  'posts -> comments',
  'posts -> imported_files',
  'tags -> post_tags',
  'users -> api_keys',
  'users -> deprecated_calls',
  'users -> mail_tokens',
  'users -> sessions',
];

const WRITE = [
  /\.(?:insertInto|updateTable|deleteFrom|mergeInto|replaceInto)\(\s*'(\w+)/g,
  /\b(?:insert|merge)\s+into\s+(\w+)/gi,
  /\bdelete\s+from\s+(\w+)/gi,
  /\btruncate\s+(?:table\s+)?(\w+)/gi,
  /\bupdate\s+(?:only\s+)?(\w+)\s+(?:(?:as\s+)?\w+\s+)?set\b/gi,
];
/** A write to a table that the source does not name. */
const UNNAMED =
  /\.(?:insertInto|updateTable|deleteFrom|mergeInto|replaceInto)\(\s*[^'\s]|\b(?:insert\s+into|merge\s+into|delete\s+from|update)\s+\$\{/i;

const writtenIn = (code: string): Set<string> =>
  new Set(WRITE.flatMap((pattern) => [...code.matchAll(pattern)].map(([, table]) => table ?? '')));

/** The domain, the room of platform or http, or the command that a file belongs to. */
const writerOf = (path: string): string => path.split('/').slice(1, 3).join('/');

// The engine below has tables of its own for migrations.
const source = files('src/{platform,http,domains,commands}/**/*.ts').filter(
  (path) => !path.startsWith('src/platform/database/'),
);

t.test('each table is written by one domain or room', async (t) => {
  const found = new Map<string, Set<string>>();
  for (const path of source)
    for (const table of writtenIn(codeOf(path)))
      found.set(table, (found.get(table) ?? new Set()).add(writerOf(path)));
  const writers = [...found].map(([table, rooms]) => [table, [...rooms].join(' and ')]);
  t.same(Object.fromEntries(writers), WRITERS);
});

t.test('a write names its table', async (t) => {
  t.same(
    source.filter((path) => UNNAMED.test(codeOf(path))),
    [],
  );
});

/** What domains export to others out of some of their files, with the code that declares it. */
const exportsOf = (from: RegExp): { name: string; code: string }[] =>
  files('src/domains/*/index.ts').flatMap((door) =>
    [...codeOf(door).matchAll(/export \{([^}]*)\} from '\.\/([^']+)'/g)]
      .filter(([, , file = '']) => from.test(file))
      .flatMap(([, names = '', file = '']) => {
        const code = codeOf(door.replace(/index\.ts$/, file));
        const declared = names.split(',').map((one) => one.trim().split(' as ')[0] ?? '');
        return declared.filter((name) => name !== '').map((name) => ({ name, code }));
      }),
  );

t.test('no domain offers others a query that writes: that is for its service', async (t) => {
  const queries = exportsOf(/queries\.ts$/);
  t.ok(queries.length > 5);
  for (const { name, code } of queries) {
    const declaration = new RegExp(`^(async function|function|const) ${name}\\b`);
    const query = code.split(/\nexport /).find((part) => declaration.test(part)) ?? '';
    const runs = /\.execute|prepared\(/.test(query); // what does not is a part of a statement
    t.notOk(runs && writtenIn(query).size > 0, name);
  }
});

/** What domains offer each other that may write and takes no audit, and why. */
const UNAUDITED: Record<string, string> = {
  authenticateKey: 'it stores no more than when a key was last used',
  countPostsOf: 'it adds up what has been counted',
  createComment: 'writing comments is not audited, moderating them is',
  createPost: 'writing posts is not audited',
  endApiKeys: 'a part of effects that are audited',
  rehashPassword: 'the password stays the same',
  replacePost: 'writing posts is not audited',
};

/** The head of an exported function, up to the end of its parameters, as the formatter lays it out. */
function headOf(code: string, name: string): string {
  const start = code.search(new RegExp(`^export (async function|function|const) ${name}\\b`, 'm'));
  if (start === -1) return '';
  const [line = ''] = code.slice(start).split('\n', 1);
  return line.endsWith('(') ? code.slice(start, code.indexOf('\n)', start)) : line;
}

t.test('what domains offer each other is audited, or there is a reason why not', async (t) => {
  const heads = exportsOf(/service\.ts$/).map(({ name, code }) => ({ name, head: headOf(code, name) }));
  const writers = heads.filter(({ head }) => /\b(Db|Tx|\w+Context)\b/.test(head));
  t.ok(writers.some(({ name }) => name === 'createAccount'));
  const unaudited = writers.filter(({ head }) => !/\bAudit\b/.test(head));
  t.same(unaudited.map(({ name }) => name).sort(), Object.keys(UNAUDITED));
});

t.test('these are all tables of the database', async (t) => {
  t.same(Object.keys(WRITERS).sort(), await tableNames(db));
});

t.test('what the database itself writes is known', async (t) => {
  const { rows } = await sql<{ name: string; body: string }>`
    select proname as name, prosrc as body from pg_proc p join pg_namespace n on n.oid = p.pronamespace
    where n.nspname = 'public' and not exists (
      select from pg_depend d where d.objid = p.oid and d.deptype = 'e')`.execute(db);
  const writing = rows.map(({ name, body }) => [name, [...writtenIn(body)]] as const);
  t.same(Object.fromEntries(writing.filter(([, tables]) => tables.length > 0)), FUNCTIONS);
});

t.test('foreign keys that delete rows of another writer are known', async (t) => {
  const { rows } = await sql<{ from: keyof Tables; to: keyof Tables }>`
    select distinct confrelid::regclass::text as "from", conrelid::regclass::text as "to" from pg_constraint
    where contype = 'f' and confdeltype <> 'a' and confdeltype <> 'r'`.execute(db);
  const across = rows.filter(({ from, to }) => WRITERS[from] !== WRITERS[to]);
  t.same(across.map(({ from, to }) => `${from} -> ${to}`).sort(), CASCADES);
});
