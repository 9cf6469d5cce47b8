import { declaredHeaders } from '../contract/declared-responses.ts';
import type { Operation } from '../contract/operations.ts';
import type { AnyProblem } from '../contract/problems.ts';
import { type Components, type Json, sorted } from './components.ts';
import { headerRefs } from './headers.ts';
import { exampleOf, schemaRef } from './schemas.ts';

/** The address of the service in examples (a reserved name, RFC 2606). */
export const EXAMPLE_URL = 'https://api.imprint.example';

const pascal = (code: string) => code.replace(/(?:^|_)([a-z])/g, (_, letter: string) => letter.toUpperCase());
const byCode = (one: AnyProblem, other: AnyProblem) => (one.code < other.code ? -1 : 1);
const schemaOf = (problem: AnyProblem) => `${problem.schema.$id}#`;

/** A suffix for operations whose problems carry other headers: those without a limit, and deprecated ones. */
const variantOf = ({ limit, deprecated }: Operation['config']) =>
  (limit === 'none' ? 'Unlimited' : '') + (deprecated ? `Until${deprecated.sunset.replace(/\W/g, '')}` : '');

/**
 * The answer of an operation for its problems of one status, as a shared response: one for each problem and for each
 * combination of problems, with an example of each by its code, and with the headers that any of the operations sends.
 * Operations whose problems lack a header that the others always have, have responses of their own.
 */
export function problemsRef(
  components: Components,
  operation: Operation,
  problems: AnyProblem[],
  instance: string,
): Json {
  const name = problems
    .sort(byCode)
    .map(({ code }) => pascal(code))
    .join('Or');
  const headers = declaredHeaders(operation, problems[0]?.status ?? 500);
  const shared = name + variantOf(operation.config);
  const ref = components.ref('responses', shared, () => ({
    description: descriptionOf(problems),
    headers: {},
    content: problemContent(components, name, problems, instance),
  }));
  components.extend('responses', shared, 'headers', headerRefs(components, headers));
  return ref;
}

function problemContent(
  components: Components,
  name: string,
  problems: AnyProblem[],
  instance: string,
): Json {
  const examples = problems.map(
    (problem) => [problem.code, problemExampleRef(components, problem, instance)] as const,
  );
  return {
    'application/problem+json': {
      schema: unionOf(components, name, problems),
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
function unionOf(components: Components, name: string, problems: AnyProblem[]): Json {
  const schemas = [...new Set(problems.map(schemaOf))].sort();
  const [only] = schemas;
  if (only && schemas.length === 1) return schemaRef(components, only);
  return components.ref('schemas', `${name}Problem`, () => ({
    description: 'One of several problems of the same status; the code tells which.',
    oneOf: schemas.map((schema) => schemaRef(components, schema)),
    discriminator: {
      propertyName: 'code',
      mapping: sorted(
        problems.map((problem) => [problem.code, schemaRef(components, schemaOf(problem)).$ref] as const),
      ),
    },
  }));
}

function problemExampleRef(components: Components, problem: AnyProblem, instance: string): Json {
  const { code, status, title, description: detail, schema } = problem;
  return components.ref('examples', code, () => ({
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
