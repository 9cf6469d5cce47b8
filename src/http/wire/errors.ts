import type { FastifyError, FastifyReply, FastifyRequest } from 'fastify';
import fp from 'fastify-plugin';
import { CountersLostError } from '../../platform/counters/index.ts';
import { databaseFault } from '../../platform/database/errors.ts';
import { SearchUnavailableError } from '../../platform/database/searches.ts';
import { PasswordThrottledError } from '../../platform/password-throttle.ts';
import { CallerGoneError, SlotsFullError } from '../../platform/slots.ts';
import { CLEARED_COOKIE, isRead, readSessionCookie } from '../access/credentials.ts';
import { defineResponseHeader } from '../contract/headers.ts';
import { type Operation, onOperation, operationOf } from '../contract/operations.ts';
import {
  BodyTooLarge,
  InsufficientScope,
  InternalError,
  MalformedRequest,
  type ProblemClass,
  ProblemError,
  type ProblemKind,
  problemBody,
  ServiceUnavailable,
  tooManyRequests,
  UnsupportedMediaType,
  UriTooLong,
} from '../contract/problems.ts';
import { text } from '../contract/schema.ts';
import { baseHeadersOf } from './base-headers.ts';
import { pathOf } from './requests.ts';
import { RETRY_AFTER, setRetryAfter } from './retry-after.ts';

declare module 'fastify' {
  interface FastifyReply {
    /** The problem that is sent; null where there is none. */
    problem: ProblemKind | null;
  }
}

/** Fastify's own errors, as problems. */
const FASTIFY_ERRORS: Record<string, ProblemClass> = {
  FST_ERR_CTP_INVALID_MEDIA_TYPE: UnsupportedMediaType,
  FST_ERR_CTP_BODY_TOO_LARGE: BodyTooLarge,
  FST_ERR_CTP_EMPTY_JSON_BODY: MalformedRequest,
  FST_ERR_CTP_INVALID_CONTENT_LENGTH: MalformedRequest,
  FST_ERR_CTP_INVALID_JSON_BODY: MalformedRequest,
  FST_ERR_BAD_URL: MalformedRequest,
  FST_ERR_MAX_PARAM_LENGTH: UriTooLong,
  FST_UNDER_PRESSURE: ServiceUnavailable,
};

/** The problem for an error; undefined for an unexpected one. */
function toProblem(error: FastifyError): ProblemError | undefined {
  if (error instanceof ProblemError) return error;
  const known = FASTIFY_ERRORS[error.code];
  if (known) return new known();
  if (error instanceof CallerGoneError) return new ServiceUnavailable('The caller has gone away.');
  if (error instanceof SlotsFullError)
    return new ServiceUnavailable(`${error.message}; try again in a few seconds.`);
  if (error instanceof PasswordThrottledError) return tooManyRequests(error.message, error.left);
  if (error instanceof CountersLostError)
    return new ServiceUnavailable('Attempts cannot be counted at this moment; try again in a few seconds.');
  if (error instanceof SearchUnavailableError) return new ServiceUnavailable(error.message);
  const fault = databaseFault(error);
  if (fault === 'unavailable' || fault === 'conflict') return new ServiceUnavailable();
  if (fault === 'bad_value') return new MalformedRequest('The request holds a value that cannot be stored.');
  return undefined;
}

const WWW_AUTHENTICATE = defineResponseHeader(
  'WWW-Authenticate',
  text({
    maxLength: 200,
    pattern: '^Bearer .+$',
    description: 'How to authenticate (RFC 6750).',
    examples: ['Bearer realm="imprint", error="invalid_token"'],
  }),
);

/** The problem codes that are error codes of RFC 6750 (section 3.1) too. */
const BEARER_ERRORS = new Set(['invalid_token', 'insufficient_scope']);

/** The challenge of a 401 or 403 (RFC 9110, section 15.5.2; RFC 6750, section 3). */
const challengeOf = ({ kind }: ProblemError): string =>
  `Bearer realm="imprint"${BEARER_ERRORS.has(kind.code) ? `, error="${kind.code}"` : ''}`;

/** Whether an operation declares a problem; only then may it be sent. */
const declares = ({ contribution }: Operation, { kind }: ProblemError): boolean =>
  [...contribution.problems].some((problem) => problem.code === kind.code);

/** Answers every error as a problem. An unexpected error goes to the log, and the caller gets only the request id. */
export const errors = fp(
  async (app, options: { publicUrl: () => string; verbose: boolean }) => {
    app.decorateReply('problem', null);
    onOperation(app, ({ contribution }) => {
      contribution.responseHeaders
        .set(RETRY_AFTER, (status) => status === 429 || status === 503)
        .set(
          WWW_AUTHENTICATE,
          (status) => status === 401 || (status === 403 && contribution.problems.has(InsufficientScope)),
        );
    });
    const send = (problem: ProblemError, request: FastifyRequest, reply: FastifyReply) => {
      const { kind } = problem;
      reply.problem = kind;
      if (kind.status === 429 || kind.status === 503) setRetryAfter(reply, problem.retryAfter);
      if (kind.status === 401 || kind.code === InsufficientScope.code)
        reply.header(WWW_AUTHENTICATE.name, challengeOf(problem));
      // Scripts cannot delete the cookie, and the browser would send it with every request. Only on reads: while a change
      // was under way, the browser may have got a new cookie.
      if (kind.code === 'invalid_token' && isRead(request.method) && readSessionCookie(request) !== undefined)
        reply.header('set-cookie', CLEARED_COOKIE);
      const instance = pathOf(request);
      const body = problemBody(problem, { publicUrl: options.publicUrl(), instance, requestId: request.id });
      return (
        reply
          .code(kind.status)
          // Set again, since a malformed URL is rejected before any hook runs.
          .headers(baseHeadersOf(request.id))
          .header('cache-control', 'no-store')
          .type('application/problem+json; charset=utf-8')
          .serializer(JSON.stringify)
          .send(body)
      );
    };

    app.setErrorHandler((error: FastifyError, request, reply) => {
      const problem = toProblem(error);
      const operation = operationOf(request);
      const isDeclared = !operation || !problem || declares(operation, problem);
      if (problem && isDeclared) {
        if (problem.kind.status >= 500) request.log.warn({ err: error }, 'the request could not be served');
        return send(problem, request, reply);
      }
      if (problem)
        request.log.error({ code: problem.kind.code }, 'a problem that the operation does not list');
      request.log.error({ err: error }, 'the request failed');
      return send(
        new InternalError(options.verbose ? `${error.message} (said outside production only)` : undefined),
        request,
        reply,
      );
    });
  },
  { name: 'errors', dependencies: ['operations', 'base-headers'] },
);
