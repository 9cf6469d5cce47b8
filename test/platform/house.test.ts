import { basename, dirname } from 'node:path';
import { Type } from '@sinclair/typebox';
import t from 'tap';
import { parseJson } from '../../src/tooling/json.ts';
import { codeOf, files, findCycle, importsOf, sourceOf, told } from '../support/source/text.ts';

/** The rules of the house (design.md, section 1), held against its source. */

const src = files('src/**/*.ts');
const importsOfPlatform = src.filter((path) => path.startsWith('src/platform/')).flatMap(importsOf);
const inside = src.flatMap(importsOf).filter(({ to }) => to.startsWith('src/'));

/** The storeys, from the ground up; a file may import from its own and those below. */
const STOREYS = [
  /^src\/config(\.ts$|\/)/,
  /^src\/platform\//,
  /^src\/http\//,
  /^src\/domains\/[^/]+\//,
  /^src\/domains\/index\.ts$/,
  /^src\/app\.ts$/,
  /^src\/contract\.ts$/,
  /^src\/commands\//,
  /^src\/cli\.ts$/,
  /^src\/tooling\//,
];
const storeyOf = (path: string) => STOREYS.findIndex((storey) => storey.test(path));
const domainOf = (path: string) => /^src\/domains\/([^/]+)\//.exec(path)?.[1];

t.test('every file of the source has its storey', async (t) => {
  t.same(
    src.filter((path) => storeyOf(path) === -1),
    [],
  );
  t.ok(inside.length > 100, 'and imports were found');
});

t.test('imports only go down', async (t) => {
  t.same(inside.filter(({ from, to }) => storeyOf(to) > storeyOf(from)).map(told), []);
});

/** The rooms of `src/http`, from the ground up; a file may import from its own and those below. */
const ROOMS = ['contract', 'access', 'wire', 'concerns', 'openapi', 'endpoints'];
const roomOf = (path: string) => /^src\/http\/([^/]+)\//.exec(path)?.[1];

t.test('every file of src/http has its room, whose index says what may come in', async (t) => {
  t.same([...new Set(files('src/http/**/*.ts').map(roomOf))].sort(), [...ROOMS].sort());
  for (const room of ROOMS) t.match(sourceOf(`src/http/${room}/index.ts`), /\/\*\*\n \* The room `/, room);
});

t.test('between the rooms of src/http imports only go down', async (t) => {
  const rank = (path: string) => ROOMS.indexOf(roomOf(path) ?? '');
  const ofHttp = inside.filter(({ from, to }) => roomOf(from) && roomOf(to));
  t.same(ofHttp.filter(({ from, to }) => rank(to) > rank(from)).map(told), []);
  const isConcern = (path: string) => roomOf(path) === 'concerns';
  t.same(
    ofHttp.filter(({ from, to }) => isConcern(from) && isConcern(to)).map(told),
    [],
    'concerns stand alone',
  );
  t.equal(findCycle(ofHttp), undefined, 'nor are there circles between its files');
  t.same(findCycle([...ofHttp, { from: 'b', to: 'a' }, { from: 'a', to: 'b' }]), ['b', 'a', 'b']);
});

t.test('a domain is entered through its index only', async (t) => {
  const trespasses = inside.filter(({ from, to }) => {
    const domain = domainOf(to);
    return domain !== undefined && domain !== domainOf(from) && basename(to) !== 'index.ts';
  });
  t.same(trespasses.map(told), []);
});

t.test('domains do not depend on each other in circles', async (t) => {
  const needs = Map.groupBy(
    inside.filter(({ from, to }) => domainOf(from) && domainOf(to) && domainOf(from) !== domainOf(to)),
    ({ from }) => domainOf(from),
  );
  const visit = (domain: string | undefined, path: (string | undefined)[]): void => {
    if (path.includes(domain)) t.fail(`a circle: ${[...path, domain].join(' -> ')}`);
    else for (const { to } of needs.get(domain) ?? []) visit(domainOf(to), [...path, domain]);
  };
  for (const domain of needs.keys()) visit(domain, []);
  t.ok(needs.size > 0);
});

t.test('a part of a folder imports its siblings, never the index that puts them together', async (t) => {
  const own = inside.filter(
    ({ from, to }) => basename(to) === 'index.ts' && from.startsWith(`${dirname(to)}/`),
  );
  t.same(own.filter(({ from, to }) => from !== to).map(told), []);
  t.equal(findCycle(inside), undefined);
});

t.test('each domain is listed, by name', async (t) => {
  const listed = codeOf('src/domains/index.ts');
  for (const index of files('src/domains/*/index.ts')) t.match(listed, `'./${domainOf(index)}/index.ts'`);
  t.notMatch(listed, /readdir|glob/);
});

const domainFiles = files('src/domains/*/**/*.ts');

t.test('the files of a domain are called by their folder and what they hold', async (t) => {
  for (const path of domainFiles) {
    const folders = dirname(path).split('/').slice(2);
    t.ok(folders.length <= 2, `${path} is in the domain or in one folder of it`);
    if (basename(path) === 'index.ts') t.equal(folders.length, 1, `${path}: a domain has one door`);
    else t.match(basename(path), new RegExp(`^${folders.at(-1)}(\\.[a-z0-9-]+){1,2}\\.ts$`));
  }
});

t.test('only routes touch the reply', async (t) => {
  const others = domainFiles.filter((path) => !path.endsWith('routes.ts'));
  t.same(
    others.filter((path) => /\breply\b|FastifyReply/.test(codeOf(path))),
    [],
  );
});

t.test('only HTTP and routes know requests', async (t) => {
  const outside = src.filter(
    (path) => /^src\/(platform|domains)\//.test(path) && !path.endsWith('routes.ts'),
  );
  t.same(
    outside.filter((path) => /from 'fastify'|Fastify(Request|Reply)\b/.test(codeOf(path))),
    [],
  );
  // What has only a function of general use from a plugin.
  const fromPlugins = importsOfPlatform.filter(({ to }) => /fastify/.test(to)).map(told);
  t.same(fromPlugins, ['src/platform/networks.ts imports @fastify/rate-limit']);
});

t.test('only queries build SQL', async (t) => {
  const builds =
    /\bsql[`<(.]|import\s+\{[^}]*\bsql\b[^}]*\}\s+from\s+'kysely'|\.(selectFrom|insertInto|updateTable|deleteFrom|selectNoFrom)\(/;
  // The engine below the queries is made of SQL itself: transactions, migrations, prepared statements, templates of tests.
  const engine = /^src\/(platform\/database\/|tooling\/database-template\.ts$)/;
  const others = src.filter((path) => !path.endsWith('queries.ts') && !engine.test(path));
  t.same(
    others.filter((path) => builds.test(codeOf(path))),
    [],
  );
});

t.test('queries name their columns', async (t) => {
  const all = domainFiles.filter((path) => /\.(selectAll|returningAll)\(|select \*/.test(codeOf(path)));
  t.same(all, []);
});

t.test('only the settings read the environment', async (t) => {
  const reads = (path: string) => {
    // The command line may set what the settings read.
    const ignored = /^src\/(cli\.ts|commands\/)/.test(path) ? /process\.env\.\w+ = /g : /(?!)/g;
    return codeOf(path).replace(ignored, '').includes('process.env');
  };
  t.same(
    src.filter(reads).filter((path) => !path.startsWith('src/tooling/')),
    ['src/config.ts'],
  );
});

/**
 * Places where a promise is kept: a variable or member that holds one or nothing, a map of them, and a module's import
 * that is assigned once. A rejection must not stay there, which `memoised` sees to.
 */
const NESTED = '(?:[^<>]|<(?:[^<>]|<[^<>]*>)*>)*';
const KEPT_PROMISE = new RegExp(
  [
    String.raw`\?\?=\s*(?:await\s+)?import\(`,
    String.raw`(?<!\)): Promise<${NESTED}>\s*\|\s*(?:undefined|null)`,
    String.raw`\w\?:\s*Promise<`,
    String.raw`\blet \w+: Promise<`,
    `Map<${NESTED},[^<>]*Promise<`,
    String.raw`(?:^|\n)(?:export )?const \w+ = import\(`,
  ].join('|'),
);

/** Where that is done otherwise, and why no rejection stays. */
const KEEPERS: Record<string, string> = {
  'src/platform/memoised.ts': 'this is what the others use',
  'src/platform/database/pipelined.ts': 'forgets connections that are lost, not only those that fail',
};

t.test('a failure is never kept: promises are remembered by `memoised` only', async (t) => {
  for (const source of [
    "loaded ??= import('x');",
    'let made: Promise<Set<string>> | undefined;',
    '#open: Promise<Map<string, Set<string>>> | undefined;',
    'made?: Promise<string>;',
    'const encoded = new Map<Encoding, Promise<Buffer>>();',
    "\nconst loaded = import('x');",
  ])
    t.match(source, KEPT_PROMISE);
  for (const source of [
    '): Promise<Account | undefined> {',
    '): Promise<Account> | undefined {',
    'new Set<Promise<void>>()',
  ])
    t.notMatch(source, KEPT_PROMISE);
  t.same(
    src.filter((path) => KEPT_PROMISE.test(codeOf(path))),
    Object.keys(KEEPERS).sort(),
  );
});

/** What a generator wrote has other habits. */
const isWritten = (path: string) => !path.includes('/generated/');
const FOLDERS = ['src', 'test', 'migrations', 'scripts', 'openapi/sdk/typescript/src'];

t.test('no file is longer than 300 lines', async (t) => {
  const all = FOLDERS.flatMap((folder) => files(`${folder}/**/*.{ts,mjs,sh}`));
  const lines = (path: string) => sourceOf(path).trimEnd().split('\n').length;
  const long = all.filter((path) => !/generated|tables\.ts$/.test(path) && lines(path) > 300);
  t.same(
    long.map((path) => `${path}: ${lines(path)}`),
    [],
  );
});

t.test('no cast goes through unknown, and no rule of the compiler is switched off', async (t) => {
  const all = FOLDERS.flatMap((folder) => files(`${folder}/**/*.ts`)).filter(isWritten);
  const casts = /\bas\s+unknown\s+as\b|\bas\s+any\b|:\s*any\b/;
  const switches = /@ts-(ignore|nocheck)/;
  const offenders = all
    .filter((path) => path !== 'test/platform/house.test.ts')
    .filter((path) => casts.test(codeOf(path)) || switches.test(sourceOf(path)));
  t.same(offenders, []);
});

/** What is known of a value by other means: each says so beside its cast. */
const KNOWN_JSON = ['src/platform/idempotency/index.ts', 'test/support/client/client.ts'];

t.test('parsed JSON is checked or narrowed, not cast', async (t) => {
  // That it is `unknown` at first, and not `any`, is the work of src/platform/lib.d.ts.
  const cast = /(JSON\.parse|\.json|\bObject|Reflect\.get)\([^;]*\)\s+as\s+(?!const\b)/;
  const offenders = FOLDERS.flatMap((folder) => files(`${folder}/**/*.ts`))
    .filter(isWritten)
    .filter((path) => cast.test(codeOf(path)));
  t.same(offenders.sort(), KNOWN_JSON);
});

t.test('a rule of the linter is switched off only with a reason', async (t) => {
  const all = FOLDERS.flatMap((folder) => files(`${folder}/**/*.{ts,mjs}`)).filter(isWritten);
  for (const path of all) {
    for (const [line] of sourceOf(path).matchAll(/\/\/ biome-ignore.*/g))
      t.match(line, /biome-ignore lint\/[\w/]+: .{10,}/, path);
  }
});

t.test('there is nothing but the house at the top level', async (t) => {
  const known = ['package.json', 'package-lock.json', 'tsconfig.json', 'biome.json', 'README.md', 'LICENSE'];
  const folders = ['migrations', 'node_modules', 'openapi', 'scripts', 'src', 'test', 'coverage', 'tmp'];
  t.same(
    files('*').filter((name) => !name.startsWith('.') && ![...known, ...folders].includes(name)),
    [],
  );
});

/** Below these versions there are known vulnerabilities. */
const FLOORS: Record<string, string> = {
  fastify: '5.12.6',
  '@fastify/multipart': '10.1.9',
  '@fastify/jwt': '10.2.5',
  'fast-jwt': '6.3.0',
  '@fastify/static': '10.1.4',
  kysely: '0.29.0',
  nodemailer: '10.1.4',
  'fast-uri': '3.1.1',
};

t.test('no installed package is older than the last known fix', async (t) => {
  const Package = Type.Object({ version: Type.Optional(Type.String()) });
  const Lock = Type.Object({ packages: Type.Record(Type.String(), Package) });
  const lock = parseJson(Lock, sourceOf('package-lock.json'));
  const number = (version: string) =>
    version.split('.').reduce((sum, part) => sum * 10_000 + Number.parseInt(part, 10), 0);
  for (const [path, { version }] of Object.entries(lock.packages)) {
    const floor = FLOORS[path.split('node_modules/').at(-1) ?? ''];
    if (floor && version) t.ok(number(version) >= number(floor), `${path} ${version} >= ${floor}`);
  }
});
