import type { Answer, Contract, Operation, Parameter, Reference } from '../contract/document.ts';

/** The name of the component that is referred to. */
export const nameOf = ({ $ref }: Reference): string => $ref.slice($ref.lastIndexOf('/') + 1);

const isReference = (value: object): value is Reference => '$ref' in value;

export const parametersOf = (contract: Contract, operation: Operation): Parameter[] =>
  (operation.parameters ?? []).map((parameter) =>
    isReference(parameter) ? found(contract.components.parameters, nameOf(parameter)) : parameter,
  );

/** The answers of an operation by status, with those that are shared in their place. */
export const answersOf = (contract: Contract, operation: Pick<Operation, 'responses'>): [string, Answer][] =>
  Object.entries(operation.responses).map(([status, answer]) => [
    status,
    isReference(answer) ? found(contract.components.responses, nameOf(answer)) : answer,
  ]);

/** The codes of the problems an answer can be; each has an example of its name. */
export const codesOf = (answer: Answer): string[] =>
  Object.keys(answer.content?.['application/problem+json']?.examples ?? {});

export function operationsOf(contract: Contract): Operation[] {
  return Object.values(contract.paths).flatMap((methods) =>
    Object.values(methods).filter(({ operationId }) => operationId),
  );
}

function found<T>(from: Record<string, T>, name: string): T {
  const value = from[name];
  if (value === undefined) throw new Error(`the contract has no component ${name}`);
  return value;
}

/** `post_not_found` as `PostNotFound`. */
export const pascalCase = (words: string): string =>
  words.replace(/(?:^|[^A-Za-z0-9]+)([a-z0-9])/gi, (_, letter: string) => letter.toUpperCase());

/** `post_ref` as `postRef`, `Authentication` as `authentication`. */
export const camelCase = (words: string): string =>
  pascalCase(words).replace(/^[A-Z]/, (letter) => letter.toLowerCase());

/** The name of the class of a problem: `post_not_found` is a `PostNotFoundError`, `internal_error` an `InternalError`. */
export const errorName = (code: string): string => `${pascalCase(code).replace(/Error$/, '')}Error`;

/** A doc comment of paragraphs, indented. */
export function comment(paragraphs: string[], indent = ''): string {
  const lines = paragraphs.join('\n\n').replaceAll('*/', '*\\/').split('\n');
  const body = lines.map((line) => `${indent} *${line && ` ${line}`}`).join('\n');
  return lines.length === 1 ? `${indent}/** ${lines[0]} */` : `${indent}/**\n${body}\n${indent} */`;
}

export const HEADER =
  '// Made from openapi/openapi.json by `npm run sdk`: change what makes it, scripts/sdk/typescript, not this.\n';
