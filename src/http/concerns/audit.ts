import type { FastifyRequest } from 'fastify';
import fp from 'fastify-plugin';
import { Audit, type AuditTarget } from '../../platform/audit/index.ts';
import { isId } from '../../platform/ids.ts';
import { propertiesOf } from '../../platform/unknown.ts';
import { actorOf } from '../access/actor.ts';
import { addHook, operationOf } from '../contract/operations.ts';
import {
  CrossSiteRequest,
  Forbidden,
  InsufficientScope,
  InternalError,
  InvalidToken,
  type ProblemKind,
  RecentSignInRequired,
} from '../contract/problems.ts';

/**
 * The audit log, as operations take part in it. One declares `audit` with the kind of thing it is about, and passes its
 * {@link auditOf} to the service, which writes the entry with the effect. What such an operation refuses, and every 401
 * and 403 of an operation that is not public, is written here; malformed requests, used up limits, an overloaded service
 * and requests of nobody in particular are not.
 */

/** The entry that the audit log is going to have about a request to an operation. */
export function auditOf(request: FastifyRequest): Audit {
  const operation = operationOf(request);
  if (!operation) throw new Error('there is no operation to write down');
  const type = operation.config.audit ?? null;
  const named = propertiesOf(request.params)[`${type}_id`];
  const target = typeof named === 'string' && isId(named) ? named : null;
  request.audit ??= new Audit(actorOf(request), { action: operation.id, type, target });
  return request.audit;
}

declare module '../contract/operations.ts' {
  interface OperationConfig {
    /** Leaves an entry in the audit log, about a thing of this kind. */
    audit?: AuditTarget;
  }
}

declare module 'fastify' {
  interface FastifyRequest {
    audit: Audit | null;
  }
}

/** What is written down wherever somebody has to be known. */
const REFUSALS = [InvalidToken, InsufficientScope, RecentSignInRequired, Forbidden];

/** What of them, and of an operation's own problems, is said before it is known who asks. */
const OF_NOBODY = new Set([InvalidToken, CrossSiteRequest].map(({ code }) => code));

/**
 * Whether a request was refused for want of anybody who makes it. Such entries would tell nothing, and anyone could fill a
 * log with them that nobody can empty.
 */
const isOfNobody = ({ code }: ProblemKind, request: FastifyRequest): boolean =>
  OF_NOBODY.has(code) && auditOf(request).actorId === null;

/** To be registered after whatever may refuse a request. */
export const auditing = fp(async (app) => {
  app.decorateRequest('audit', null);
  app.addHook('onRoute', (route) => {
    const operation = route.config?.operation;
    if (!operation) return;
    const { access, audit, problems = [] } = operation.config;
    if (access === 'public' && !audit) return;
    const own = audit ? [...problems, InternalError] : [];
    const codes = new Set([...REFUSALS, ...own].map(({ code }) => code));
    addHook(route, 'onSend', (request, reply, payload, done) => {
      const { problem } = reply;
      const isDone = request.audit?.hasEntryOf(problem) ?? false;
      if (isDone || (problem && !codes.has(problem.code))) return done(null, payload);
      if (problem && isOfNobody(problem, request)) return done(null, payload);
      if (problem) {
        const written = auditOf(request).writeProblem(app.db, problem);
        const log = (error: unknown) => request.log.error({ err: error }, 'the audit log was not written');
        return void written.catch(log).then(() => done(null, payload));
      }
      if (audit === undefined || request.replayed) done(null, payload);
      else done(new Error(`${operation.id} left no entry in the audit log`));
    });
  });
});
