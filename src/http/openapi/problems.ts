import { declaredHeaders } from '../contract/declared-responses.ts';
import type { Operation } from '../contract/operations.ts';
import type { AnyProblem } from '../contract/problems.ts';
import { useHeaders } from './headers.ts';
import { type Json, type Library, sorted } from './library.ts';
import { exampleOf, useSchema } from './schemas.ts';

/** Where the service of the examples is (RFC 2606 keeps the name free). */
export const EXAMPLE_URL = 'https://api.imprint.example';

const pascal = (code: string) => code.replace(/(?:^|_)([a-z])/g, (_, letter: string) => letter.toUpperCase());
const byCode = (one: AnyProblem, other: AnyProblem) => (one.code < other.code ? -1 : 1);
const schemaOf = (problem: AnyProblem) => `${problem.schema.$id}#`;

/** How problems are answered by an operation that differs from most, which have a limit and will stay. */
const variantOf = ({ limit, deprecated }: Operation['config']) =>
  (limit === 'none' ? 'Unlimited' : '') + (deprecated ? `Until${deprecated.sunset.replace(/\W/g, '')}` : '');

/**
 * The answer of an operation for its problems of one status, as a shared response: one for each problem and for each
 * combination of problems, with an example of each by its code. Operations whose problems carry other headers have
 * others.
 */
export function useProblems(
  library: Library,
  operation: Operation,
  problems: AnyProblem[],
  instance: string,
): Json {
  const name = problems
    .sort(byCode)
    .map(({ code }) => pascal(code))
    .join('Or');
  const headers = declaredHeaders(operation, problems[0]?.status ?? 500);
  return library.use('responses', name + variantOf(operation.config), () => ({
    description: descriptionOf(problems),
    headers: useHeaders(library, headers),
    content: problemContent(library, name, problems, instance),
  }));
}

function problemContent(library: Library, name: string, problems: AnyProblem[], instance: string): Json {
  const examples = problems.map(
    (problem) => [problem.code, useProblemExample(library, problem, instance)] as const,
  );
  return {
    'application/problem+json': {
      schema: unionOf(library, name, problems),
      examples: Object.fromEntries(examples),
    },
  };
}

function descriptionOf(problems: AnyProblem[]): string {
  const [first, ...others] = problems;
  if (first && others.length === 0) return first.description;
  return `One of these problems:\n\n${problems.map(({ code, description }) => `- \`${code}\`: ${description}`).join('\n')}`;
}

/** The schema of several problems: the one they share, or a named union told apart by `code`. */
function unionOf(library: Library, name: string, problems: AnyProblem[]): Json {
  const schemas = [...new Set(problems.map(schemaOf))].sort();
  const [only] = schemas;
  if (only && schemas.length === 1) return useSchema(library, only);
  return library.use('schemas', `${name}Problem`, () => ({
    description: 'One of several problems of the same status; the code tells which.',
    oneOf: schemas.map((schema) => useSchema(library, schema)),
    discriminator: {
      propertyName: 'code',
      mapping: sorted(
        problems.map((problem) => [problem.code, useSchema(library, schemaOf(problem)).$ref] as const),
      ),
    },
  }));
}

function useProblemExample(library: Library, problem: AnyProblem, instance: string): Json {
  const { code, status, title, description: detail, schema } = problem;
  return library.use('examples', code, () => ({
    summary: title,
    value: Object.assign({}, exampleOf(schema), {
      type: `${EXAMPLE_URL}/problems/${code}`,
      title,
      status,
      detail,
      instance,
      code,
    }),
  }));
}
