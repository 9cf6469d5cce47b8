import { type Static, type TObject, type TProperties, Type } from '@sinclair/typebox';
import { component, enumeration, integer, listOf, MORE_MAY_COME, namedSchema, ref, text } from './schema.ts';

/**
 * Errors, as RFC 9457 problem details. A problem is a class bound to its code, its status and the schema of what it says
 * beyond the standard members. An operation names the problems it can answer with, which is both the documentation and
 * the permission to throw them.
 */

const codes: string[] = [];

/** The codes of all problems; `defineProblem` adds to them. */
export const ProblemCode = namedSchema(
  'ProblemCode',
  Type.Unsafe<string>({
    type: 'string',
    enum: codes,
    description: `What kind of problem it is, for programs. ${MORE_MAY_COME}: take one you do not know by the status of its answer.`,
    examples: ['validation_failed'],
  }),
);

/** The schema of a request id. */
export const requestIdText = (description: string) =>
  text({
    maxLength: 128,
    pattern: '^[A-Za-z0-9._~-]+$',
    description,
    examples: ['0f8c2e54-5d0b-4f0e-9a3c-0d7f6b1a2c3d'],
  });

/** Longer paths are truncated. */
const MAX_INSTANCE = 2000;

const members = {
  type: Type.String({
    format: 'uri',
    maxLength: 300,
    description: 'An address with a page about this kind of problem.',
    examples: ['https://api.imprint.example/problems/post_not_found'],
  }),
  title: text({
    maxLength: 200,
    description: 'What kind of problem this is, the same each time.',
    examples: ['Post not found'],
  }),
  status: integer({
    minimum: 400,
    maximum: 599,
    description: 'The HTTP status of the answer.',
    examples: [404],
  }),
  detail: text({
    maxLength: 2000,
    description: 'What went wrong this time and what to do about it.',
    examples: ['There is no such post, or it is not yours to see.'],
  }),
  instance: text({
    maxLength: MAX_INSTANCE,
    description: 'The path that was asked for.',
    examples: ['/api/v1/posts/no-such-post'],
  }),
  code: ref(ProblemCode),
  request_id: requestIdText('The X-Request-ID of the answer, to be quoted in questions about it.'),
};

/** The body of every error that carries nothing beyond the standard members. */
export const Problem = component('Problem', members, { description: 'An error (RFC 9457 problem details).' });

export const FAULT_CODES = [
  'required',
  'unknown',
  'type',
  'format',
  'enum',
  'too_short',
  'too_long',
  'too_small',
  'too_large',
  'too_few',
  'too_many',
  'duplicate',
  'invalid',
] as const;
export const FaultCode = enumeration(
  'FaultCode',
  FAULT_CODES,
  `What is wrong with a value. ${MORE_MAY_COME}: show the detail of one you do not know.`,
);

export const ValidationFault = component(
  'ValidationFault',
  {
    pointer: text({
      maxLength: 300,
      description:
        'Where the fault is, as a JSON Pointer (RFC 6901) into the body; a parameter is under `/query`, `/path` or `/header`.',
      examples: ['/title'],
    }),
    code: Type.Unsafe<(typeof FAULT_CODES)[number]>({ $ref: 'FaultCode#' }),
    detail: text({
      maxLength: 500,
      description: 'What is expected there.',
      examples: ['must have at least 5 characters'],
    }),
  },
  { description: 'One thing in a request that does not fit its schema.' },
);

export const ValidationProblem = component(
  'ValidationProblem',
  {
    ...members,
    errors: listOf(ValidationFault, {
      maxItems: 100,
      description: 'All that does not fit, up to a hundred faults.',
    }),
  },
  { description: 'The request does not fit its schema.' },
);

export const VersionProblem = component(
  'VersionProblem',
  {
    ...members,
    current_version: integer({ minimum: 1, description: 'The version the resource has now.', examples: [4] }),
  },
  { description: 'The resource has changed since it was read.' },
);

/** What all problems of a kind have in common. */
export interface ProblemKind {
  readonly code: string;
  readonly status: number;
  readonly title: string;
  /** For the page about it: what it means and what to do, in a paragraph. */
  readonly description: string;
  readonly schema: TObject;
}

/** An error that is sent to the caller as it is. */
export class ProblemError extends Error {
  readonly kind: ProblemKind;
  readonly extension: object;
  /** When to try again, in seconds. */
  retryAfter: number | undefined;
  constructor(kind: ProblemKind, detail: string, extension: object) {
    super(detail);
    this.name = 'ProblemError';
    this.kind = kind;
    this.extension = extension;
  }
}

/** A kind of problem, thrown with its members beyond the standard ones. */
export type ProblemClass<E extends object = object> = ProblemKind &
  (new (
    detail?: string,
    extension?: E,
  ) => ProblemError);

/** Any kind of problem, to be listed. */
export type AnyProblem = ProblemKind & (new (detail?: string, extension?: never) => ProblemError);

const catalogue = new Map<string, AnyProblem>();

/** Every kind of problem there is, by code: part of the contract, with a page for each. */
export const problemCatalogue: ReadonlyMap<string, AnyProblem> = catalogue;

interface Definition {
  code: string;
  status: number;
  title: string;
  description: string;
}

/** Defines a kind of problem. Where it is thrown without a detail, its description is sent. */
export function defineProblem(definition: Definition): ProblemClass;
export function defineProblem<T extends TProperties>(
  definition: Definition,
  schema: TObject<T>,
): ProblemClass<Omit<Static<TObject<T>>, keyof typeof members>>;
export function defineProblem(definition: Definition, schema: TObject = Problem): ProblemClass {
  if (catalogue.has(definition.code))
    throw new Error(`there are two problems with the code ${definition.code}`);
  const kind: ProblemKind = { ...definition, schema };
  const Kind = class extends ProblemError {
    constructor(detail: string = definition.description, extension: object = {}) {
      super(kind, detail, extension);
    }
  };
  const problem: ProblemClass = Object.assign(Kind, kind);
  codes.push(definition.code);
  codes.sort();
  catalogue.set(definition.code, problem);
  return problem;
}

/** The body of a problem. */
export function problemBody(
  error: ProblemError,
  context: { publicUrl: string; instance: string; requestId: string },
) {
  const { code, status, title } = error.kind;
  return {
    type: `${context.publicUrl}/problems/${code}`,
    title,
    status,
    detail: error.message,
    instance: context.instance.slice(0, MAX_INSTANCE),
    code,
    request_id: context.requestId,
    ...error.extension,
  };
}
