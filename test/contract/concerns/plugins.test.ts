import Fastify, { type FastifyInstance, type FastifyPluginAsync } from 'fastify';
import fp from 'fastify-plugin';
import t from 'tap';
import { TIERS } from '../../../src/config/rate-limits.ts';
import { auditing } from '../../../src/http/concerns/audit.ts';
import { language } from '../../../src/http/concerns/language.ts';
import { limits } from '../../../src/http/concerns/limits.ts';
import { operation, operations } from '../../../src/http/contract/operations.ts';
import { baseHeaders } from '../../../src/http/wire/base-headers.ts';
import { requestLog } from '../../../src/http/wire/requests.ts';
import { MemoryCounters } from '../../../src/platform/counters/index.ts';
import { createTestApp } from '../../support/app/bare-app.ts';
import { unreachable } from '../../support/database/failing-database.ts';
import { codeOf, files } from '../../support/source/text.ts';

/** A wrong order of plugins, or a missing one, is noticed when the service starts, and not at a request. */

interface Plugin {
  /** Of the file it is in. */
  path: string;
  name: string;
  dependencies: readonly string[];
}

const META = Symbol.for('plugin-meta');

/** Whether a value is a plugin, in which `fastify-plugin` has noted its name and dependencies. */
const isPlugin = (value: unknown): value is { [META]: { name: string; dependencies?: string[] } } =>
  typeof value === 'function' && META in value;

/** The plugins that the modules below a folder export. */
async function pluginsBelow(folder: string): Promise<Plugin[]> {
  const modules = files(`${folder}/**/*.ts`).map(async (path) => {
    const exported: object = await import(`../../../${path}`);
    const metas = Object.values(exported)
      .filter(isPlugin)
      .map((plugin) => plugin[META]);
    return [...new Set(metas)].map(({ name, dependencies = [] }) => ({ path, name, dependencies }));
  });
  return (await Promise.all(modules)).flat();
}

const plugins = [...(await pluginsBelow('src/http')), ...(await pluginsBelow('src/domains'))];
const ours = [...new Map(plugins.map((plugin) => [plugin.name, plugin])).values()];

/** Registers plugins that do nothing, with the names and dependencies of ours. */
async function start(order: readonly Pick<Plugin, 'name' | 'dependencies'>[]): Promise<void> {
  const app = Fastify();
  for (const { name, dependencies } of order)
    app.register(
      fp(async () => undefined, { name, dependencies: [...dependencies] }),
      {},
    );
  await app.ready();
  await app.close();
}

const app = await createTestApp({ database: unreachable() }, { SLOW_STATEMENT_MS: 1 });
await app.ready();
t.teardown(() => app.close());
const started = [...app.printPlugins().matchAll(/^[├└]─[─┬] (\S+) \d/gm)].map(([, name = '']) => name);
const order = started.flatMap((name) => {
  if (name === '@fastify/compress') return { name, dependencies: [] };
  return ours.find((plugin) => plugin.name === name) ?? [];
});

t.test('every plugin has a name of its own, and is registered by the app', async (t) => {
  const inDomains = (name: string) => name === 'post-views';
  for (const { name, path } of plugins) {
    t.notMatch(name, /-auto-\d+$/, path);
    t.ok(started.includes(name) || inDomains(name), `${name} is registered`);
  }
  t.ok(ours.length > 25, `there are ${ours.length}`);
  await t.resolves(start(order), 'in the order of the app they start');
});

for (const plugin of order) {
  for (const dependency of plugin.dependencies) {
    t.test(`${plugin.name} does not start before ${dependency}, or without it`, async (t) => {
      const others = order.filter(({ name }) => name !== dependency);
      const needed = order.find(({ name }) => name === dependency);
      const message = /The dependency '.+' of plugin '.+' is not registered/;
      await t.rejects(start(others), message);
      if (needed) await t.rejects(start([...others, needed]), message);
    });
  }
}

/** Where a plugin adds something to the app, to requests or to replies. */
const DECORATES = /\bapp\.decorate(Request|Reply)?\(\s*'(\w+)'/g;
const HOLDERS: Record<string, string> = { Request: 'request', Reply: 'reply', '': '(?:app|server)' };

t.test('what a plugin uses of another one is registered before it, or checked at the start', async (t) => {
  const decorated = plugins.flatMap(({ path, name }) =>
    [...codeOf(path).matchAll(DECORATES)].map(([, holder = '', member]) => ({ path, name, holder, member })),
  );
  const needed = (name: string, found = new Set<string>()): Set<string> => {
    for (const one of ours.find((plugin) => plugin.name === name)?.dependencies ?? [])
      if (!found.has(one)) needed(one, found.add(one));
    return found;
  };
  const uses: string[] = [];
  for (const { path, holder, member } of decorated) {
    const use = new RegExp(`\\b${HOLDERS[holder]}\\??\\.${member}\\b`);
    const owners = plugins.filter((plugin) => plugin.path === path).map(({ name }) => name);
    for (const user of plugins.filter((plugin) => plugin.path !== path && use.test(codeOf(plugin.path)))) {
      const siblings = plugins.filter((plugin) => plugin.path === user.path);
      const before = siblings.some(({ name }) => owners.some((owner) => needed(name).has(owner)));
      const later = owners.some((owner) => codeOf(user.path).includes(`, '${owner}');`));
      t.ok(before || later, `${user.path} uses ${member} of ${owners}`);
      uses.push(member ?? '');
    }
  }
  t.ok(uses.length > 15, `${uses.length} uses were found`);
});

const route = (
  app: FastifyInstance,
  config: Parameters<typeof operation>[0],
  method: 'GET' | 'DELETE' = 'GET',
) =>
  app.route({
    method,
    url: '/',
    schema: { operationId: `${method === 'GET' ? 'do' : 'delete'}Nothing` },
    config: operation(config),
    handler: () => undefined,
  });
const PUBLIC = { access: 'public', limit: 'none' } as const;
/** Enforces the keys that it is given, by doing nothing. */
const enforcing = (...keys: ('access' | 'limit')[]): FastifyPluginAsync =>
  fp(async (app) => {
    for (const key of keys) app.operations.addKey(key, { required: true });
  });

t.test('a concern that is registered after an operation is rejected, since it would miss it', async (t) => {
  const app = Fastify();
  await app.register(operations);
  await app.register(enforcing('access', 'limit'));
  route(app, PUBLIC);
  await t.rejects(
    async () => app.register(language).ready(),
    /registered after the operation doNothing and would miss it/,
  );
});

t.test('an operation is rejected where nothing enforces what it declares', async (t) => {
  const app = Fastify();
  await app.register(operations);
  await app.register(enforcing('access', 'limit'));
  t.throws(
    () => route(app, { ...PUBLIC, language: true }),
    /GET \/ \(doNothing\) declares language, which nothing enforces/,
  );
});

t.test('an operation is rejected where it does not declare what every one has to', async (t) => {
  const app = Fastify();
  await app.register(operations);
  await app.register(fp(async () => undefined, { name: 'credentials' }));
  await app.register(limits, {
    on: false,
    counters: new MemoryCounters(),
    limits: TIERS,
    trustedNetworks: [],
  });
  const config = { access: 'public' } as Parameters<typeof operation>[0];
  t.throws(() => route(app, config), /does not declare limit/);
});

t.test('an operation is rejected where it changes what is another’s and is not audited', async (t) => {
  const { dependencies = [] } = plugins.find(({ name }) => name === 'audit') ?? {};
  for (const access of ['author', 'moderator', 'admin'] as const) {
    const app = Fastify();
    await app.register(operations);
    await app.register(enforcing('access', 'limit'));
    for (const name of dependencies) await app.register(fp(async () => undefined, { name }));
    await app.register(auditing);
    t.doesNotThrow(() => route(app, { ...PUBLIC, access }), 'reading leaves none');
    t.throws(() => route(app, { ...PUBLIC, access }, 'DELETE'), /leaves no entry in the audit log/, access);
  }
});

t.test('what is registered later and is missing is noticed at the start', async (t) => {
  const app = Fastify();
  await app.register(operations);
  await app.register(baseHeaders);
  await app.register(fp(async () => undefined, { name: 'errors' }));
  app.register(requestLog);
  await t.rejects(
    async () => app.ready(),
    /'credentials', which plugin 'request-log' uses, is not registered/,
  );
});
