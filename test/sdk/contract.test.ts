import { spawnSync } from 'node:child_process';
import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import t from 'tap';
import * as sdk from '../../openapi/sdk/typescript/dist/index.js';
import { propertiesOf } from '../../src/platform/unknown.ts';
import { committedContract, type Operation } from '../../src/tooling/contract/document.ts';
import { errorName, operationsOf } from '../../src/tooling/sdk/contract.ts';
import { methodOf, resourcesModule } from '../../src/tooling/sdk/resources.ts';
// Each domain adds its problems to the catalogue when it is loaded.
import '../../src/domains/index.ts';
import { problemCatalogue } from '../../src/http/contract/problems.ts';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));
const SDK = join(ROOT, 'openapi/sdk/typescript');
const contract = committedContract();
const operations = operationsOf(contract);

/** What a client sends for a call whose arguments are all the same text. */
async function sentBy(resource: string, method: string): Promise<Request | undefined> {
  let sent: Request | undefined;
  const fetch = async (...request: Parameters<typeof globalThis.fetch>) => {
    sent = new Request(...request);
    return new Response(null, { status: 204 });
  };
  const client = new sdk.Imprint({ baseUrl: 'http://localhost', accessToken: 'token', fetch });
  const owner: unknown = Reflect.get(client, resource);
  if (typeof owner !== 'object' || owner === null) return undefined;
  const call: unknown = Reflect.get(owner, method);
  if (typeof call !== 'function') return undefined;
  // Path parameters first, then the body or the query, then the options: whatever stands where, this fits.
  const any = Object.assign(new String('x'), { ifMatch: '"1"' });
  await Reflect.apply(call, owner, Array(call.length + 3).fill(any)).catch(() => {});
  return sent;
}

t.test('there is a method for every operation, which calls that operation', async (t) => {
  t.ok(operations.length > 30);
  for (const [path, methods] of Object.entries(contract.paths)) {
    for (const [verb, operation] of Object.entries(methods)) {
      const { resource, method } = methodOf(operation);
      const name = `client.${resource}.${method}`;
      const sent = await sentBy(resource, method);
      t.equal(sent?.method, verb.toUpperCase(), name);
      const pattern = path.replace(/\{[^}]+\}/g, 'x');
      t.equal(new URL(sent?.url ?? 'http://nowhere/').pathname, pattern, name);
    }
  }
});

t.test('and no method more', async (t) => {
  const client = new sdk.Imprint({ baseUrl: 'http://localhost' });
  const methods = Object.entries(client).flatMap(([resource, owner]) =>
    Object.getOwnPropertyNames(Object.getPrototypeOf(owner))
      .filter((name) => name !== 'constructor')
      .map((method) => `${resource}.${method}`),
  );
  const named = operations.map(methodOf).map(({ resource, method }) => `${resource}.${method}`);
  t.same(methods.sort(), named.sort());
});

t.test('methods are called by resource and verb', async (t) => {
  const named = Object.fromEntries(
    operations.map((operation) => {
      const { resource, method } = methodOf(operation);
      return [operation.operationId, `${resource}.${method}`];
    }),
  );
  t.match(named, {
    createPost: 'posts.create',
    listPosts: 'posts.list',
    listMyPosts: 'posts.listMyPosts',
    listPostRevisions: 'posts.listRevisions',
    login: 'auth.login',
    checkHealth: 'health.check',
    listCommentsForModeration: 'comments.listForModeration',
  });
});

t.test('resources that are still to come will have their names, too', async (t) => {
  const named = (operationId: string, tag: string) => {
    const operation = { operationId, tags: [tag] as [string], summary: '', description: '', responses: {} };
    const { resource, method } = methodOf(operation);
    return `${resource}.${method}`;
  };
  t.equal(named('listCategories', 'Categories'), 'categories.list');
  t.equal(named('getCategory', 'Categories'), 'categories.get');
  t.equal(named('cancelBackgroundTask', 'Background tasks'), 'backgroundTasks.cancel');
  t.equal(named('listTaskforces', 'Tasks'), 'tasks.listTaskforces', 'a part of a word is none');
});

/** What is made of the contract with some of `createPost` otherwise. */
const madeWith = (changes: object): string => {
  const { post, ...others } = contract.paths['/api/v1/posts'] ?? {};
  const changed = { ...others, post: { ...post, ...changes } as Operation };
  return resourcesModule({ ...contract, paths: { ...contract.paths, '/api/v1/posts': changed } });
};

t.test('an operation that is deprecated is struck out in editors', async (t) => {
  t.notMatch(madeWith({}), '@deprecated');
  t.match(madeWith({ deprecated: true }), '   * @deprecated\n   */\n  create(body: CreatePost');
});

t.test('nothing is made where it would be wrong', async (t) => {
  t.throws(() => madeWith({ operationId: 'listPosts' }), { message: 'two operations would be posts.list' });
  const csv = { 200: { content: { 'text/csv': { schema: { type: 'string' } } } } };
  t.throws(() => madeWith({ responses: csv }), /createPost answers with what the SDK has no way to give/);
});

t.test('there is an error for every code of the catalogue', async (t) => {
  t.ok(problemCatalogue.has('post_not_found'));
  for (const code of problemCatalogue.keys()) {
    const Found: unknown = Reflect.get(sdk, errorName(code));
    t.ok(typeof Found === 'function' && Found.prototype instanceof sdk.ProblemError, errorName(code));
  }
});

t.test('what is generated is current', async (t) => {
  const { status, stderr } = spawnSync(process.execPath, ['scripts/sdk/typescript.ts', '--check'], {
    cwd: ROOT,
    encoding: 'utf8',
  });
  t.equal(status, 0, stderr);
});

t.test(
  'the package needs nothing, does nothing when it is loaded, and has the version of the contract',
  async (t) => {
    const manifest = propertiesOf(JSON.parse(readFileSync(join(SDK, 'package.json'), 'utf8')));
    t.equal(manifest.version, contract.info.version);
    t.equal(manifest.sideEffects, false);
    t.notOk(manifest.dependencies ?? manifest.peerDependencies);
    const modules = globSync('dist/**/*.js', { cwd: SDK });
    t.ok(modules.length > 5);
    for (const path of modules) {
      const source = readFileSync(join(SDK, path), 'utf8');
      for (const [, name] of source.matchAll(/\bfrom '([^']+)'|\bimport\('([^']+)'/g))
        t.match(name, /^\.\.?\/.*\.js$/, path);
      t.notMatch(source, /\b(process|Buffer|require)\b[.(]/, `${path} runs in browsers`);
    }
  },
);
