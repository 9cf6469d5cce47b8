import type { FastifyRequest } from 'fastify';
import fp from 'fastify-plugin';
import { Audit, type AuditTarget } from '../../platform/audit/index.ts';
import { isId } from '../../platform/ids.ts';
import { propertiesOf } from '../../platform/unknown.ts';
import { actorOf } from '../access/actor.ts';
import { isRead } from '../access/credentials.ts';
import { addHook, type Operation, onOperation, operationOf } from '../contract/operations.ts';
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
 * Audit entries of operations. An operation declares `audit` with the kind of its target, and passes its {@link auditOf}
 * to the service, which writes the entry in the transaction of the effect. Refusals of such an operation, and every 401
 * and 403 of an operation that is not public, are written here; malformed requests, exceeded limits, overload and
 * anonymous requests are not.
 */

/** The audit entry of a request, to be written by a service or, for a refusal, by the hook. */
export function auditOf(request: FastifyRequest): Audit {
  const operation = operationOf(request);
  if (!operation) throw new Error('a request without an operation has no audit entry');
  const { audit, auditOthers } = operation.config;
  const type = audit ?? auditOthers ?? null;
  const named = propertiesOf(request.params)[`${type}_id`];
  const target = typeof named === 'string' && isId(named) ? named : null;
  request.audit ??= new Audit(actorOf(request), { action: operation.id, type, target });
  return request.audit;
}

declare module '../contract/operations.ts' {
  interface OperationConfig {
    /** Writes an audit entry, with a target of this kind. */
    audit?: AuditTarget;
    /**
     * The same where what it is done to is somebody else’s: for what authors do to their own, and admins to anybody's. Of its
     * refusals only those are audited that are for every operation.
     */
    auditOthers?: AuditTarget;
  }
}

declare module 'fastify' {
  interface FastifyRequest {
    audit: Audit | null;
  }
}

/** Refusals that every operation audits which is not public. */
const REFUSALS = [InvalidToken, InsufficientScope, RecentSignInRequired, Forbidden];

/** Codes of refusals that may come before the account is known. */
const MAY_BE_ANONYMOUS = new Set([InvalidToken, CrossSiteRequest].map(({ code }) => code));

/**
 * Whether a request was refused without a known account. Such entries would tell nothing, and anyone could fill the log
 * with them.
 */
const isAnonymousRefusal = ({ code }: ProblemKind, request: FastifyRequest): boolean =>
  MAY_BE_ANONYMOUS.has(code) && auditOf(request).actorId === null;

/** Whether an operation changes what may be somebody else's. */
const changesOthers = ({ method, config: { access } }: Operation): boolean =>
  !isRead(method) && ['author', 'moderator', 'admin'].includes(access);

/** Writes the entries of refusals, and fails a request that should have left one. */
export const auditing = fp(
  async (app) => {
    app.decorateRequest('audit', null);
    app.operations.addKey('audit');
    app.operations.addKey('auditOthers');
    onOperation(app, (operation, route) => {
      const { access, audit, auditOthers, problems = [] } = operation.config;
      if (changesOthers(operation) && !audit && !auditOthers)
        throw new Error(
          `${operation.id} lets somebody change what is another’s and leaves no entry in the audit log`,
        );
      if (access === 'public' && !audit) return;
      const own = audit ? [...problems, InternalError] : [];
      const codes = new Set([...REFUSALS, ...own].map(({ code }) => code));
      addHook(route, 'onSend', (request, reply, payload, done) => {
        const { problem } = reply;
        const isWritten = request.audit?.hasEntryOf(problem) ?? false;
        if (isWritten || (problem && !codes.has(problem.code))) return done(null, payload);
        if (problem && isAnonymousRefusal(problem, request)) return done(null, payload);
        if (problem) {
          const written = auditOf(request).writeProblem(app.db, problem);
          const log = (error: unknown) => request.log.error({ err: error }, 'the audit log was not written');
          return void written.catch(log).then(() => done(null, payload));
        }
        if ((audit ?? auditOthers) === undefined || request.replayed) done(null, payload);
        else done(new Error(`${operation.id} left no entry in the audit log`));
      });
    });
  },
  {
    name: 'audit',
    dependencies: ['access', 'recent-sign-in', 'idempotency', 'errors', 'declared-responses'],
  },
);
