import type { TypeBoxTypeProvider } from '@fastify/type-provider-typebox';
import type {
  FastifyInstance,
  FastifyRequest,
  FastifySchema,
  HTTPMethods,
  onRequestAsyncHookHandler,
  onRequestHookHandler,
  onResponseHookHandler,
  onSendAsyncHookHandler,
  onSendHookHandler,
  preValidationAsyncHookHandler,
  preValidationHookHandler,
  RouteOptions,
} from 'fastify';
import fp from 'fastify-plugin';
import findMyWay from 'find-my-way';
import type { Header, OnStatus } from './headers.ts';
import type { AnyProblem } from './problems.ts';

/** The Fastify instance as domains see it: route schemas give the types of requests and answers. */
export type App = FastifyInstance<
  import('fastify').RawServerDefault,
  import('http').IncomingMessage,
  import('http').ServerResponse,
  import('fastify').FastifyBaseLogger,
  TypeBoxTypeProvider
>;

/**
 * What an operation declares beyond its schema. Each concern adds its own keys here, beside the hook that enforces and
 * documents them: `declare module '../contract/operations.ts' { interface OperationConfig { … } }`. A key that every
 * operation has to declare is not optional there. The concern passes them to {@link Operations.addKey}.
 */
export interface OperationConfig {
  /** The problems of its own that it may answer with. */
  problems?: readonly AnyProblem[];
}

/** What the shared concerns add to the contract of one operation. */
export interface Contribution {
  problems: Set<AnyProblem>;
  requestHeaders: Set<Header>;
  /** The headers of its responses, and on which statuses each is. */
  responseHeaders: Map<Header, OnStatus>;
  /** Statuses without a body, such as 304, with their meaning. */
  statuses: Map<number, string>;
  security: Record<string, string[]>[];
}

export interface Operation {
  id: string;
  method: HTTPMethods;
  url: string;
  schema: FastifySchema & { operationId: string };
  config: OperationConfig;
  contribution: Contribution;
}

declare module 'fastify' {
  interface FastifyContextConfig extends Partial<OperationConfig> {
    operation?: Operation;
  }
  interface FastifyInstance {
    operations: Operations;
  }
  interface FastifySchema {
    operationId?: string;
    summary?: string;
    description?: string;
    tags?: readonly string[];
    hide?: boolean;
  }
}

/** The `config` of an operation, checked against the keys of all concerns. */
export const operation = (config: OperationConfig): OperationConfig => config;

/**
 * The longest path parameter, as the router counts: in UTF-16 code units, and three for a character such as `/` that stays
 * percent-encoded. A reference of 200 characters may need all of it.
 */
export const MAX_PARAMETER_LENGTH = 600;

/** All operations, in the order of registration, and a router that finds the one for a request. */
export class Operations {
  readonly all: Operation[] = [];
  readonly #router = findMyWay({ ignoreTrailingSlash: false, maxParamLength: MAX_PARAMETER_LENGTH });
  readonly #methods = new Set<HTTPMethods>();
  /** The last three are in the copy that Fastify makes for HEAD. */
  readonly #keys = new Set<string>(['problems', 'operation', 'url', 'method']);
  readonly #required = new Set<keyof OperationConfig>();

  /** Called by the plugin that enforces a key of `config`. */
  addKey(key: keyof OperationConfig, options: { required?: boolean } = {}): void {
    this.#keys.add(key);
    if (options.required) this.#required.add(key);
  }

  /** @throws {Error} where a required key is missing, or one is declared that no registered plugin enforces */
  checkConfig(name: string, config: Partial<OperationConfig>): asserts config is OperationConfig {
    const missing = [...this.#required].filter((key) => config[key] === undefined);
    if (missing.length > 0) throw new Error(`${name} does not declare ${missing.join(' and ')}`);
    const unknown = Object.keys(config).filter((key) => !this.#keys.has(key));
    if (unknown.length > 0)
      throw new Error(`${name} declares ${unknown.join(' and ')}, which nothing enforces`);
  }

  add(operation: Operation): void {
    this.all.push(operation);
    this.#methods.add(operation.method);
    this.#router.on(operation.method as findMyWay.HTTPMethod, operation.url, () => undefined, operation);
  }

  /** The operation for a method and a path without query. */
  match(method: string, path: string): Operation | undefined {
    return this.#router.find(method as findMyWay.HTTPMethod, path)?.store ?? undefined;
  }

  /** The methods of a path; none where there is no such path. */
  methodsOf(path: string): string[] {
    const methods = [...this.#methods].filter((method) => this.match(method, path)).map(String);
    return methods.includes('GET') ? [...methods, 'HEAD'].sort() : methods.sort();
  }
}

/** The operation of a request; undefined where none matches. */
export const operationOf = (request: FastifyRequest): Operation | undefined =>
  request.routeOptions.config.operation;

interface Hooks {
  onRequest: onRequestHookHandler | onRequestAsyncHookHandler;
  preValidation: preValidationHookHandler | preValidationAsyncHookHandler;
  onSend: onSendHookHandler | onSendAsyncHookHandler;
  onResponse: onResponseHookHandler;
}

/**
 * Adds a hook to a route. A hook that awaits nothing takes `done` instead of being async: it runs at every request, and a
 * promise costs more than most of what such a hook does.
 */
export function addHook<N extends keyof Hooks>(route: RouteOptions, name: N, hook: Hooks[N]): void {
  const present = route[name];
  const hooks: unknown[] = Array.isArray(present) ? present : present ? [present] : [];
  // Fastify empties the answer to a HEAD in a hook of its own, which has to stay the last: ours need the body of the GET.
  const end = name === 'onSend' && route.method === 'HEAD' ? Math.max(0, hooks.length - 1) : hooks.length;
  Object.assign(route, { [name]: hooks.toSpliced(end, 0, hook) });
}

/**
 * Calls back at the registration of every operation, for each of its routes (GET and HEAD).
 *
 * @throws {Error} where an operation is registered already, since it would be missed
 */
export function onOperation(
  app: FastifyInstance,
  callback: (operation: Operation, route: RouteOptions) => void,
): void {
  const [first] = app.operations.all;
  if (first) throw new Error(`a concern is registered after the operation ${first.id} and would miss it`);
  app.addHook('onRoute', (route) => {
    const operation = route.config?.operation;
    if (operation) callback(operation, route);
  });
}

/**
 * Makes the start fail where a plugin is missing that is registered later and used at requests only. What is used at
 * registration is one of the `dependencies` of a plugin.
 */
export function needsLater(app: FastifyInstance, name: string, later: string): void {
  app.addHook('onReady', (done) => {
    if (app.hasPlugin(later)) done();
    else done(new Error(`The plugin '${later}', which plugin '${name}' uses, is not registered`));
  });
}

/**
 * Adds every route to the list of operations. It is registered first, so that each concern after it finds
 * `config.operation` and adds to its contribution. A route that is not fully declared fails at its registration.
 */
export const operations = fp(
  async (app) => {
    const list: Operations = new Operations();
    const ids = new Set<string>();
    app.decorate('operations', list);
    app.addHook('onRoute', (route) => {
      const { schema, config = {} } = route;
      if (schema?.hide) return;
      // Fastify adds a HEAD to each GET: it is enforced in the same way and not documented twice.
      const isHead = route.method === 'HEAD';
      const name = `${route.method} ${route.url}`;
      const id = schema?.operationId;
      if (!schema || !id || typeof route.method !== 'string') throw new Error(`${name} has no operationId`);
      list.checkConfig(`${name} (${id})`, config);
      if (ids.has(id) && !isHead) throw new Error(`there are two operations called ${id}`);
      ids.add(id);
      const operation: Operation = {
        id,
        method: route.method as HTTPMethods,
        url: route.url,
        schema: { ...schema, operationId: id },
        config,
        contribution: {
          problems: new Set<AnyProblem>(config.problems),
          requestHeaders: new Set(),
          responseHeaders: new Map(),
          statuses: new Map(),
          security: [],
        },
      };
      route.config = { ...config, operation };
      if (isHead) route.schema = { ...schema, hide: true };
      else list.add(operation);
    });
  },
  { name: 'operations' },
);
