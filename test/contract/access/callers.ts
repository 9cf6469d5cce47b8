import type { Scope } from '../../../src/http/access/access.ts';
import type { Operation } from '../../../src/http/contract/operations.ts';
import { CrossSiteRequest, Unauthenticated } from '../../../src/http/contract/problems.ts';
import type { Role } from '../../../src/platform/actor.ts';
import type { Client } from '../../support/client/client.ts';

/** What the declaration of an operation says about who is let in. */

/** Who makes a request, as far as it matters for that. */
export interface Identity {
  by: 'nothing' | 'token' | 'cookie' | 'key';
  /** Of the account behind it. */
  role: Role;
  /** Whether the things that the request names are its own. */
  isOwner: boolean;
  /** Whether what it is known by does not count any more. */
  isOver: boolean;
  /** Whether a page of another site sends it. */
  isForeign: boolean;
  /** What its API key may do. */
  scopes: readonly Scope[];
}

/** An identity and how its requests are sent. */
export interface Caller extends Identity {
  name: string;
  client: Client;
  /** Whose account that is; null for who is nobody, or not any more. */
  account: string | null;
  /** Whether the scopes of its key are to open the operation. */
  key?: 'in scope' | 'in scope, to read' | 'out of scope';
}

/** Whether everyone may read what is asked for, or its owner and admins only. */
export type Thing = 'open' | 'closed';

/** What may come of a request that is valid: an answer of success, or one of these. */
export type Outcome =
  | 'let in'
  | '401 unauthenticated'
  | '401 invalid_token'
  | '403 forbidden'
  | '403 insufficient_scope'
  | '403 cross_site_request'
  | '404';

export type Declared = Pick<Operation, 'method' | 'url'> & {
  config: Pick<Operation['config'], 'access' | 'audit' | 'problems' | 'answerScope'> & {
    scope?: Scope | undefined;
  };
};

/** These name what belongs to an account alone, and is there for an admin in operations of admins only. */
const PERSONAL = ['session_id', 'api_key_id'];

/** Whether an operation is open to what somebody is known by: an API key needs the scope. */
export const isInScope = ({ by, scopes }: Identity, scope: Scope | undefined) =>
  by !== 'key' || (scope !== undefined && scopes.includes(scope));

/** Whether somebody who is known may have to do with what the path names. */
function isTheirs({ url, config }: Declared, { isOwner, role }: Identity, thing: Thing): boolean {
  if (config.access === 'author') return isOwner || role === 'admin';
  const namesNothing = !url.includes(':');
  if (isOwner || namesNothing) return true;
  if (config.access !== 'admin' && PERSONAL.some((name) => url.includes(`:${name}`))) return false;
  return thing === 'open' || role === 'admin';
}

/** What everyone gets to see who is nobody in particular. */
function expectedOfVisitor({ config }: Declared, thing: Thing): Outcome {
  if (thing === 'open') return 'let in';
  return config.problems?.includes(Unauthenticated) ? '401 unauthenticated' : '404';
}

/** Whether an answer would show an API key what it may not read: a post that is not published, or an account. */
function showsTooMuch({ config: { answerScope } }: Declared, caller: Identity, thing: Thing): boolean {
  if (answerScope === undefined || isInScope(caller, answerScope)) return false;
  return thing === 'closed' || answerScope === 'users:read';
}

/** What is to come of a valid request, from the declaration alone. */
export function expected(operation: Declared, caller: Identity, thing: Thing): Outcome {
  const { access, scope, problems = [] } = operation.config;
  if (access === 'public')
    return caller.isForeign && problems.includes(CrossSiteRequest) ? '403 cross_site_request' : 'let in';
  const isSafe = operation.method === 'GET' && operation.config.audit === undefined;
  if (caller.isForeign && !isSafe) return '403 cross_site_request';
  if (access === 'visitor') {
    if (caller.isOver && caller.by !== 'cookie') return '401 invalid_token';
    if (caller.by === 'nothing' || caller.isOver) return expectedOfVisitor(operation, thing);
    if (!isInScope(caller, scope))
      return scope === undefined ? expectedOfVisitor(operation, thing) : '403 insufficient_scope';
  } else {
    if (caller.by === 'nothing') return '401 unauthenticated';
    if (caller.isOver) return '401 invalid_token';
    if (!isInScope(caller, scope)) return '403 insufficient_scope';
    if (access === 'admin' && caller.role !== 'admin') return '403 forbidden';
    if (access === 'moderator' && caller.role === 'user') return '403 forbidden';
  }
  if (!isTheirs(operation, caller, thing)) return '404';
  return showsTooMuch(operation, caller, thing) ? '403 insufficient_scope' : 'let in';
}
