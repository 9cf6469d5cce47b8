import type { Operation } from '../../../src/http/contract/operations.ts';
import {
  CrossSiteRequest,
  Forbidden,
  InsufficientScope,
  InvalidToken,
  Unauthenticated,
} from '../../../src/http/contract/problems.ts';
import type { Db } from '../../../src/platform/database/index.ts';
import type { Answer, ProblemBody } from '../../support/client/client.ts';
import { type Caller, type Identity, isInScope } from './callers.ts';
import type { AccessSetup } from './setup.ts';
import type { Valid } from './valid-requests.ts';

/** What a request leaves behind with who was not let in, and with the audit log. */

const ALWAYS_WRITTEN = [Unauthenticated, InvalidToken, InsufficientScope, Forbidden, CrossSiteRequest];

/** Whether a refusal is to be found in the audit log. */
function isAudited({ config }: Operation, code: string): boolean {
  const { access, audit, problems = [] } = config;
  const own = audit ? problems : [];
  return (
    (access !== 'public' || audit !== undefined) &&
    [...ALWAYS_WRITTEN, ...own].some((one) => one.code === code)
  );
}

/** What is wrong with what the audit log says of a refusal: who was refused is told where that was known by then. */
export async function auditFault(
  db: Db,
  operation: Operation,
  caller: Caller,
  { body: { code }, headers }: Answer<ProblemBody>,
): Promise<string | undefined> {
  const entries = await db
    .selectFrom('audit_log')
    .select(['action', 'outcome', 'problem_code', 'actor_id'])
    .where('request_id', '=', String(headers['x-request-id']))
    .execute();
  const isKnown = !['invalid_token', 'cross_site_request'].includes(code);
  const by = (actor: string | null) => (isKnown ? ` by ${actor}` : '');
  const found = entries
    .map(
      ({ action, outcome, problem_code, actor_id }) => `${action} ${outcome}: ${problem_code}${by(actor_id)}`,
    )
    .join();
  const isOfNobody =
    code === 'unauthenticated' ||
    code === 'cross_site_request' ||
    (code === 'invalid_token' && caller.by !== 'token' && operation.config.access !== 'public');
  const wanted =
    isAudited(operation, code) && !isOfNobody ? `${operation.id} refused: ${code}${by(caller.account)}` : '';
  return found === wanted ? undefined : `the audit log says "${found}" and not "${wanted}"`;
}

/** Their effect comes after the answer, and here not at all. */
const DEFERRED = ['requestPasswordReset', 'requestEmailVerification'];

/** Whether what was done is to be found in the audit log. */
function isAuditedSuccess({ id, method, config }: Operation, { isOwner }: Identity): boolean {
  if (DEFERRED.includes(id)) return false;
  if (config.audit !== undefined) return true;
  const mayBeOthers = method !== 'GET' && ['author', 'moderator', 'admin'].includes(config.access);
  return mayBeOthers && !isOwner;
}

/** What is wrong with what the audit log says of a request that was let in. */
export async function auditFaultOfSuccess(
  db: Db,
  operation: Operation,
  caller: Identity & Pick<Caller, 'account'>,
  { headers }: Answer<unknown>,
): Promise<string | undefined> {
  const entries = await db
    .selectFrom('audit_log')
    .select(['action', 'outcome', 'actor_id'])
    .where('request_id', '=', String(headers['x-request-id']))
    .execute();
  // Who signs in is somebody only from then on.
  const by = (actor: string | null) => (operation.config.access === 'public' ? '' : ` by ${actor}`);
  const found = entries.map(({ action, outcome, actor_id }) => `${action} ${outcome}${by(actor_id)}`).join();
  const wanted = `${operation.id} success${by(caller.account)}`;
  if (!isAuditedSuccess(operation, caller)) return found === '' ? undefined : `the audit log says "${found}"`;
  return found === wanted ? undefined : `the audit log says "${found}" and not "${wanted}"`;
}

/** What an answer tells that is not for the caller; whoever sends something of it knows it already. */
export function toldTo(
  { told, secrets }: AccessSetup,
  { config }: Operation,
  caller: Identity,
  { options, path }: Valid,
  { text, headers }: Answer<unknown>,
): string[] {
  const mayRead = config.answerScope === undefined || isInScope(caller, config.answerScope);
  const counts = !caller.isOver && isInScope(caller, config.scope) && mayRead;
  if (counts && (caller.isOwner || caller.role === 'admin')) return [];
  const sent = path + JSON.stringify(options);
  const hidden = [...told.never, ...Object.values(secrets)];
  if (hidden.some((one) => sent.includes(one))) return [];
  const isModerator = caller.role === 'moderator';
  const answered = text + JSON.stringify(headers);
  return [...hidden, ...(isModerator ? [] : [told.moderated])].filter((one) => answered.includes(one));
}
