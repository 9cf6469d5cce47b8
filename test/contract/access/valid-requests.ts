import type { Operation } from '../../../src/http/contract/operations.ts';
import { CrossSiteRequest } from '../../../src/http/contract/problems.ts';
import { PASSWORD, type RequestOptions } from '../../support/client/client.ts';
import { sampleRequest, withQuery } from '../../support/contract/samples.ts';
import type { Thing } from './callers.ts';
import type { AccessSetup } from './setup.ts';

/** A request to each operation that fails for no other reason than who sends it. */

export interface Valid {
  thing: Thing;
  method: string;
  /** From the root. */
  path: string;
  options: RequestOptions;
}

const WITHOUT_ROLE = { username: 'somebody-new', full_name: null, bio: 'Changed.', locale: 'en' };
const REPLACEMENT = { ...WITHOUT_ROLE, email: 'somebody-new@example.com', role: 'user', is_active: true };

/**
 * The bodies of operations whose example does not do: it names what is not there, or sets what only admins may. A new
 * operation is put in here where its example is not enough.
 */
const BODIES: Record<string, (setup: AccessSetup) => object> = {
  login: ({ owner: { email, password } }) => ({ email, password }),
  createBrowserSession: ({ owner: { email, password } }) => ({ email, password }),
  refreshTokens: ({ secrets: { refresh_token } }) => ({ refresh_token }),
  changePassword: () => ({ current_password: PASSWORD, new_password: PASSWORD }),
  requestPasswordReset: ({ owner: { email } }) => ({ email }),
  resetPassword: ({ secrets }) => ({ token: secrets.reset_password, new_password: PASSWORD }),
  verifyEmail: ({ secrets }) => ({ token: secrets.verify_email }),
  updateUser: () => WITHOUT_ROLE,
  replaceUser: () => REPLACEMENT,
  createComment: () => ({ body: 'A comment like many.' }),
};

/** Queries that ask for what is closed, of operations whose path names nothing. */
const CLOSED_QUERIES: Record<string, (setup: AccessSetup) => string> = {
  listPosts: ({ owner }) => `status=draft&author=${owner.user.username}`,
};

/** The operations that are spoken of here by their names. */
export const NOT_BY_EXAMPLE = [...Object.keys(BODIES), ...Object.keys(CLOSED_QUERIES)];

const isAboutPosts = ({ url }: Operation) => /:post_(ref|id)/.test(url);

function pathOf({ id, url }: Operation, params: Record<string, string>): string {
  return url.replace(/:(\w+)/g, (_, name: string) => {
    const value = params[name];
    if (value === undefined) throw new Error(`${id} needs a ${name}: arrangeAccess has to give one`);
    return encodeURIComponent(value);
  });
}

/** The requests to try: on what is open and what is closed, where there are both, and conditionally. */
export function validRequests(operation: Operation, setup: AccessSetup): Valid[] {
  const { method, options: sample } = sampleRequest(operation);
  const body = BODIES[operation.id]?.(setup) ?? sample.body;
  const fromOurs = operation.config.problems?.includes(CrossSiteRequest);
  const headers = {
    ...(operation.config.ifMatch && { 'if-match': '*' }),
    ...(fromOurs && { 'sec-fetch-site': 'same-origin' }),
  };
  const options = { headers, ...(body !== undefined && { body }) };
  const on = (thing: Thing): Valid => ({
    thing,
    method,
    path: pathOf(operation, setup.params[thing]),
    options,
  });
  const query = CLOSED_QUERIES[operation.id]?.(setup);
  const requests = [
    on('open'),
    ...(isAboutPosts(operation) ? [on('closed')] : []),
    ...(query ? [{ ...on('closed'), path: withQuery(on('closed').path, query) }] : []),
  ];
  if (method !== 'GET' || !operation.config.etag) return requests;
  const conditional = { headers: { 'if-none-match': '*' } };
  return [...requests, ...requests.map((request) => ({ ...request, options: conditional }))];
}
