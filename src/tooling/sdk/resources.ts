import type { Contract, Operation, Parameter } from '../contract/document.ts';
import {
  answersOf,
  camelCase,
  codesOf,
  comment,
  errorName,
  HEADER,
  nameOf,
  operationsOf,
  parametersOf,
  pascalCase,
} from './contract.ts';

/** A method of the SDK: `client.<resource>.<method>`. */
export interface Method {
  resource: string;
  method: string;
}

/** The resource of a tag, where it is not the tag itself. */
const SHORT: Record<string, string> = { Authentication: 'auth', Keys: 'apiKeys' };

const resourceOf = (tag: string): string => SHORT[tag] ?? camelCase(tag);

/**
 * The method of an operation: its operationId, without the noun of its resource where that follows the verb. `createPost`
 * is `posts.create`, `listPostRevisions` is `posts.listRevisions`, and `listMyPosts` stays as it is.
 */
export function methodOf({ operationId, tags: [tag] }: Operation): Method {
  const noun = pascalCase(resourceOf(tag))
    .replace(/ies$/, 'y')
    .replace(/([^s])s$/, '$1');
  const [, verb = operationId, rest = ''] = /^([a-z]+)(.*)$/.exec(operationId) ?? [];
  const plural = /[^aeiou]y$/.test(noun) ? `${noun.slice(0, -1)}ies` : `${noun}s`;
  const [word] = [plural, noun].filter(
    (one) => rest.startsWith(one) && !/^[a-z]/.test(rest.slice(one.length)),
  );
  return { resource: resourceOf(tag), method: word ? verb + rest.slice(word.length) : operationId };
}

/** The classes that have a method for each operation, and the one that holds them all. */
export function resourcesModule(contract: Contract): string {
  const operations = operationsOf(contract);
  const tags = contract.tags.filter(({ name }) => operations.some(({ tags }) => tags[0] === name));
  const types = new Set<string>();
  const classes = tags.map(({ name, description }) => {
    const mine = operations.filter(({ tags }) => tags[0] === name);
    const names = mine.map((operation) => methodOf(operation).method);
    const double = names.find((one, index) => names.indexOf(one) !== index);
    if (double) throw new Error(`two operations would be ${resourceOf(name)}.${double}`);
    return [
      comment([description]),
      `export class ${pascalCase(resourceOf(name))}Resource {`,
      '  readonly #caller: Caller;',
      '  constructor(caller: Caller) {\n    this.#caller = caller;\n  }\n',
      mine.map((operation) => methodText(contract, operation, types)).join('\n'),
      '}\n',
    ].join('\n');
  });
  const body = classes.join('\n');
  const fields = tags.map(
    ({ name, description }) =>
      `${comment([description], '  ')}\n  readonly ${resourceOf(name)}: ${pascalCase(resourceOf(name))}Resource;`,
  );
  const made = tags.map(
    ({ name }) => `    this.${resourceOf(name)} = new ${pascalCase(resourceOf(name))}Resource(caller);`,
  );
  const calls = ['CallOptions', 'Caller', 'ChangeOptions', 'KeyedOptions', 'KnownOptions'];
  const promises = ['ApiPromise', 'PagePromise'];
  const within = (names: Iterable<string>, suffix = '\\b') =>
    [...names].filter((name) => new RegExp(`\\b${name}${suffix}`).test(body)).sort();
  return [
    HEADER,
    `import type { ${within(calls).join(', ')} } from '../call.ts';`,
    `import type { ${within(promises).join(', ')} } from '../answers.ts';`,
    `import type {\n${[...types]
      .sort()
      .map((type) => `  ${type},\n`)
      .join('')}} from './operations.ts';\n`,
    body,
    '/** Every operation of the service, by resource. */',
    `export class Resources {\n${fields.join('\n')}\n`,
    `  constructor(caller: Caller) {\n${made.join('\n')}\n  }\n}\n`,
  ].join('\n');
}

/** The kind of options a method takes, by the header that its operation takes. */
const OPTIONS: [header: string, type: string, required: boolean][] = [
  ['If-Match', 'ChangeOptions', true],
  ['Idempotency-Key', 'KeyedOptions', false],
];

function methodText(contract: Contract, operation: Operation, types: Set<string>): string {
  const { operationId } = operation;
  const parameters = parametersOf(contract, operation);
  const named = (place: Parameter['in']) => parameters.filter((one) => one.in === place);
  const pathArguments = named('path').map(
    ({ name, schema }) => `${camelCase(name)}: ${schema.type === 'integer' ? 'number' : 'string'}`,
  );
  const headers = named('header').map(({ name }) => name);

  const sent: string[] = [];
  const path = named('path').map(({ name }) => `${name}: ${camelCase(name)}`);
  if (path.length > 0) sent.push(`path: { ${path.join(', ')} }`);
  const given = [...pathArguments];
  const { requestBody } = operation;
  if (requestBody) {
    const schema = Object.values(requestBody.content)[0]?.schema;
    if (!schema) throw new Error(`the body of ${operationId} has no schema`);
    types.add(nameOf(schema));
    given.push(`body${requestBody.required ? '' : '?'}: ${nameOf(schema)}`);
    sent.push(requestBody.required ? 'body' : '...(body && { body })');
  }
  if (named('query').length > 0) {
    const type = `${pascalCase(operationId)}Query`;
    types.add(type);
    given.push(`query: ${type} = {}`);
    sent.push('query');
  }

  const [, options, required] = OPTIONS.find(([header]) => headers.includes(header)) ?? [
    '',
    'CallOptions',
    false,
  ];
  const verb = operation['x-redoclyPagination'] ? 'list' : 'call';
  const answer = answerType(contract, operation, types);
  const promise = verb === 'list' ? `PagePromise<${answer}>` : `ApiPromise<${answer}>`;
  const call =
    `    return this.#caller.${verb}('${operationId}', { ${sent.join(', ')} }, options);\n  }\n`.replace(
      '{  }',
      '{}',
    );
  const { method } = methodOf(operation);
  const doc = `${docOf(contract, operation)}\n`;
  if (!headers.includes('If-None-Match'))
    return `${doc}  ${method}(${[...given, `options${required ? '' : '?'}: ${options}`].join(', ')}): ${promise} {\n${call}`;
  const known = [...given, 'options: KnownOptions'].join(', ');
  return [
    `${doc}  ${method}(${[...given, 'options?: CallOptions'].join(', ')}): ${promise};`,
    `${comment(['The same, or null where what has the ETag in `ifNoneMatch` is still current.'], '  ')}`,
    `  ${method}(${known}): ApiPromise<${answer} | null>;`,
    `  ${method}(${[...given, 'options?: CallOptions | KnownOptions'].join(', ')}): ApiPromise<${answer} | null> {\n${call}`,
  ].join('\n');
}

/** What an operation answers with, of a list its items. */
function answerType(contract: Contract, operation: Operation, types: Set<string>): string {
  const [, success] = answersOf(contract, operation).find(([status]) => status.startsWith('2')) ?? [];
  const schema = success?.content?.['application/json']?.schema;
  if (!schema && success?.content)
    throw new Error(`${operation.operationId} answers with what the SDK has no way to give yet`);
  if (!schema) return 'void';
  const item = contract.components.schemas[nameOf(schema)]?.properties?.data?.items;
  const $ref = operation['x-redoclyPagination'] ? item?.$ref : schema.$ref;
  if (!$ref) throw new Error(`the items of ${operation.operationId} have no schema`);
  const name = nameOf({ $ref });
  types.add(name);
  return name;
}

function docOf(contract: Contract, { summary, description, deprecated, ...operation }: Operation): string {
  const codes = answersOf(contract, operation).flatMap(([, answer]) => codesOf(answer));
  const tags = [...new Set(codes)].map((code) => `@throws {${errorName(code)}}`);
  if (deprecated) tags.push('@deprecated');
  const sentence = /[.?!]$/.test(summary) ? summary : `${summary}.`;
  return comment([sentence, description, tags.join('\n')], '  ');
}
