import type { AnswerInfo } from './answers.ts';
import type { Problem, ValidationFault } from './generated/operations.schemas.ts';

/** The base of every error that the SDK makes. What an `AbortSignal` was aborted with is thrown as it is. */
export class ImprintError extends Error {
  override name = 'ImprintError';
}

/** There was no answer, or not all of one: no connection, or it broke. The reason is its `cause`. */
export class ImprintConnectionError extends ImprintError {
  override name = 'ImprintConnectionError';
}

/** There was no answer in time. */
export class ImprintTimeoutError extends ImprintConnectionError {
  override name = 'ImprintTimeoutError';
}

/** An answer that is not the service's: from a proxy before it, for example. */
export class UnexpectedAnswerError extends ImprintError {
  override name = 'UnexpectedAnswerError';
  readonly status: number;
  readonly headers: Headers;
  readonly requestId: string | null;
  /** The body, as far as it could be read. */
  readonly body: unknown;

  constructor({ status, headers, requestId }: AnswerInfo, body: unknown, options?: ErrorOptions) {
    super(`an answer with status ${status} that the service does not give`, options);
    this.status = status;
    this.headers = headers;
    this.requestId = requestId;
    this.body = body;
  }
}

/**
 * The service has answered with a problem (RFC 9457). There is a class for each code, such as `PostNotFoundError`; a code
 * that a newer service has is an error of this class.
 */
export class ProblemError<Code extends string = string, Body extends Problem = Problem> extends ImprintError {
  override name = 'ProblemError';
  readonly status: number;
  /** What kind of problem it is. */
  readonly code: Code;
  /** What went wrong this time and what to do about it. The message of the error says it too, and the first of `errors`. */
  readonly detail: string;
  /** All that does not fit in a request with the code `validation_failed`; empty for every other. */
  readonly errors: readonly ValidationFault[];
  readonly headers: Headers;
  /** To be quoted in questions about the request. */
  readonly requestId: string;
  /** The whole body. */
  readonly problem: Body;

  constructor(problem: Problem & { errors?: ValidationFault[] }, { status, headers }: AnswerInfo) {
    // What stands before the service may have errors of another form.
    const errors = Array.isArray(problem.errors) ? problem.errors : [];
    super(messageOf(problem.detail, errors));
    this.status = status;
    // The class is chosen by the code, and the contract says which body goes with it.
    this.code = problem.code as string as Code;
    this.detail = problem.detail;
    this.errors = errors;
    this.headers = headers;
    this.requestId = problem.request_id;
    this.problem = problem as Body;
  }
}

/** So many faults are in a message; all are in `errors`. */
const FAULTS_SHOWN = 3;

function messageOf(detail: string, faults: readonly ValidationFault[]): string {
  if (faults.length === 0) return detail;
  const shown = faults.slice(0, FAULTS_SHOWN).map((fault) => `${fault.pointer} ${fault.detail}`.trim());
  const more = faults.length > FAULTS_SHOWN ? [`and ${faults.length - FAULTS_SHOWN} more`] : [];
  return `${detail} - ${[...shown, ...more].join('; ')}`;
}

/** The class of a problem. */
export type ProblemClass = new (problem: Problem, info: AnswerInfo) => ProblemError;
