import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js';
import addFormats from 'ajv-formats';
import document from '../../../openapi/openapi.json' with { type: 'json' };
import { declaredStatuses } from '../../../src/http/contract/declared-responses.ts';
import type { App, Operation } from '../../../src/http/contract/operations.ts';
import { type AnyProblem, problemCatalogue } from '../../../src/http/contract/problems.ts';
import { ANSWER_KEYWORDS, components } from '../../../src/http/contract/schema.ts';
import { SECURITY_HEADERS } from '../../../src/http/wire/base-headers.ts';
import { harEntry, type WireRequest } from '../../../src/tooling/contract/har.ts';
import { headerFault } from '../../../src/tooling/contract/headers.ts';
import { facetsOf } from './facets.ts';
import { recordExchange } from './record.ts';

/**
 * Holds every answer that a test gets against the contract: the status is declared, the body fits the schema of that
 * status, a problem is one that the operation names, and of the headers none is missing, ill-formed or undocumented.
 */

/** An answer as it came over the wire. */
export interface WireAnswer {
  status: number;
  /** By name in lower case. */
  headers: Record<string, string>;
  text: string;
}

/** An answer is not what the contract says. */
export class ContractError extends Error {
  constructor(request: string, answer: WireAnswer, fault: string) {
    super(`${request} -> ${answer.status}: ${fault}\n${answer.text.slice(0, 1000)}`);
    this.name = 'ContractError';
  }
}

const ajv = new Ajv2020({
  strict: true,
  strictTypes: false,
  allowUnionTypes: true,
  allErrors: true,
  keywords: ANSWER_KEYWORDS,
});
addFormats.default(ajv);
const validators = new WeakMap<object, ValidateFunction>();
/** The names of the components that the validator knows. To ask it would have it compile each of them. */
const added = new Set<string>();

/** The validator of a schema: strict, and apart from the one that the service uses for itself. */
export function validatorOf(schema: object): ValidateFunction {
  let validate = validators.get(schema);
  if (!validate) {
    for (const [name, component] of components) if (!added.has(name)) ajv.addSchema(component);
    for (const name of components.keys()) added.add(name);
    // A named schema is there already; anything else is compiled by itself.
    const name = '$id' in schema ? String(schema.$id) : undefined;
    validate = ajv.compile(name ? { $ref: `${name}#` } : schema);
    validators.set(schema, validate);
  }
  return validate;
}

function faultsOf(schema: object, value: unknown): string | undefined {
  const validate = validatorOf(schema);
  return validate(value) ? undefined : ajv.errorsText(validate.errors, { separator: '; ', dataVar: 'body' });
}

/** The operation a request meets; a HEAD is that of its GET. */
export const operationFor = (app: App, method: string, path: string): Operation | undefined =>
  app.operations.match(method === 'HEAD' ? 'GET' : method, path.split('?', 1)[0] ?? path);

/** What a request may meet where no operation, or nothing of the operation, comes into play. */
const BEFORE_ROUTING = new Set([
  'malformed_request',
  'uri_too_long',
  'route_not_found',
  'method_not_allowed',
  'too_many_requests',
  'service_unavailable',
]);

/** @throws {ContractError} where the answer is not one that the contract names */
export function checkAnswer(app: App, request: WireRequest, answer: WireAnswer): void {
  const { method, path } = request;
  const operation = operationFor(app, method, path);
  const fail = (fault: string): never => {
    throw new ContractError(`${method} ${path}${operation ? ` (${operation.id})` : ''}`, answer, fault);
  };
  const isProblem = (answer.headers['content-type'] ?? '').startsWith('application/problem+json');
  checkHeaders(answer, isProblem, fail);
  const fault = headerFault(app, operation, answer.status, answer.headers, validatorOf);
  if (fault) fail(fault);
  if (method === 'HEAD') {
    if (answer.text !== '') fail('the answer to a HEAD has a body');
    if (operation && !declaredStatuses(operation).has(answer.status)) fail('the status is not declared');
    return;
  }
  if (!operation) {
    if (answer.status < 400 || method === 'OPTIONS') return;
    if (!isProblem) fail('an error is not a problem');
    const kind = checkProblem(answer, path, [...problemCatalogue.values()], fail);
    if (!BEFORE_ROUTING.has(kind.code)) fail(`${kind.code} belongs to operations`);
    return;
  }
  if (!declaredStatuses(operation).has(answer.status)) fail('the status is not declared');
  const success = responseSchema(operation, answer.status);
  const problem = isProblem
    ? checkProblem(answer, path, [...operation.contribution.problems], fail)
    : undefined;
  if (!problem) {
    if (success) checkBody(answer, success, fail);
    else if (operation.contribution.statuses.has(answer.status)) checkEmpty(answer, fail);
    else fail('an error is not a problem');
  }
  if (answer.status < 400) checkSuccess(operation, answer, fail);
  const { schema = success, code = null } = problem ?? {};
  const isLarge = answer.text.length + (request.payload?.length ?? 0) > MAX_KEPT;
  // An operation that is there for one test only says nothing about the contract.
  if (!PUBLISHED.has(operation.id)) return;
  recordExchange(facetsOf(operation, request, { ...answer, schema, code }), () =>
    isLarge ? undefined : harEntry(request, answer),
  );
}

/** The operations of the contract as it is published. */
const PUBLISHED = new Set(
  Object.values<Record<string, { operationId: string }>>(document.paths).flatMap((methods) =>
    Object.values(methods).map(({ operationId }) => operationId),
  ),
);

/** In characters; more than any exchange has that is not about size. */
const MAX_KEPT = 50_000;

function responseSchema(operation: Operation, status: number): object | undefined {
  const { response } = operation.schema;
  if (typeof response !== 'object' || response === null) return undefined;
  const found = Object.entries(response).find(([name]) => Number(name) === status);
  return found && typeof found[1] === 'object' && found[1] !== null ? found[1] : undefined;
}

type Fail = (fault: string) => never;

function checkHeaders(answer: WireAnswer, isProblem: boolean, fail: Fail): void {
  const { headers, status } = answer;
  if (!/^[A-Za-z0-9._~-]{1,128}$/.test(headers['x-request-id'] ?? '')) fail('there is no X-Request-ID');
  for (const [name, value] of Object.entries(SECURITY_HEADERS)) {
    // Pages have a policy of their own; what matters is that there is one.
    const isOwn =
      name === 'content-security-policy' && (headers['content-type'] ?? '').startsWith('text/html');
    if (isOwn ? !headers[name] : headers[name] !== value) fail(`${name} is ${headers[name]}`);
  }
  if (!headers['cache-control']) fail('there is no Cache-Control');
  if (status >= 400 && headers['cache-control'] !== 'no-store') fail('an error may be kept');
  if (isProblem && (status === 429 || status === 503) && !/^[1-9]\d*$/.test(headers['retry-after'] ?? ''))
    fail('there is no Retry-After');
  if (status === 405 && !headers.allow) fail('there is no Allow');
  if (status === 401 && !headers['www-authenticate']) fail('there is no WWW-Authenticate');
}

function parsed(answer: WireAnswer, fail: Fail): unknown {
  try {
    return JSON.parse(answer.text);
  } catch {
    return fail('the body is not JSON');
  }
}

function checkType({ headers }: WireAnswer, expected: string, fail: Fail): void {
  const type = headers['content-type'];
  if (type !== `${expected}; charset=utf-8`) fail(`the content type is ${type}`);
}

/** An answer without a body says nothing about one. */
function checkEmpty({ text, headers }: WireAnswer, fail: Fail): void {
  if (text !== '') fail('there is a body where none is declared');
  if (headers['content-type']) fail('there is a content type where no body is declared');
}

function checkBody(answer: WireAnswer, schema: object, fail: Fail): void {
  if ('type' in schema && schema.type === 'null') {
    checkEmpty(answer, fail);
    return;
  }
  checkType(answer, 'application/json', fail);
  const faults = faultsOf(schema, parsed(answer, fail));
  if (faults) fail(faults);
}

/** Checks a problem against the kinds it may be, and says which it is. */
function checkProblem(answer: WireAnswer, path: string, kinds: AnyProblem[], fail: Fail): AnyProblem {
  checkType(answer, 'application/problem+json', fail);
  const body = parsed(answer, fail);
  const read = (name: string): unknown =>
    typeof body === 'object' && body !== null
      ? Object.getOwnPropertyDescriptor(body, name)?.value
      : undefined;
  const kind = kinds.find((one) => one.code === read('code'));
  if (!kind) return fail(`the problem ${read('code')} is not declared`);
  if (kind.status !== answer.status || read('status') !== answer.status)
    fail(`${kind.code} is a ${kind.status}`);
  if (read('title') !== kind.title) fail('the title is not that of the catalogue');
  if (!String(read('type')).endsWith(`/problems/${kind.code}`)) fail(`its type is ${read('type')}`);
  if (read('request_id') !== answer.headers['x-request-id']) fail('its request_id is not the X-Request-ID');
  if (read('instance') !== path.split('?', 1)[0]?.slice(0, 2000)) fail(`its instance is ${read('instance')}`);
  const faults = faultsOf(kind.schema, body);
  if (faults) fail(faults);
  return kind;
}

/** What the documented form of a header leaves open. */
function checkSuccess(operation: Operation, { headers }: WireAnswer, fail: Fail): void {
  const { access, maxAge } = operation.config;
  const isForAnyone = access === 'public' || access === 'visitor';
  const expected =
    maxAge === undefined
      ? isForAnyone
        ? ['no-store', 'no-cache']
        : ['no-store']
      : [`public, max-age=${maxAge}`];
  if (!expected.includes(headers['cache-control'] ?? ''))
    fail(`Cache-Control is ${headers['cache-control']}`);
}
