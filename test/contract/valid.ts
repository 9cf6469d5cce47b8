import type { Operation } from '../../src/http/operations.ts';
import { CrossSiteRequest } from '../../src/http/problems.ts';
import { PASSWORD, type RequestOptions } from '../support/client.ts';
import { sampleRequest, withQuery } from '../support/samples.ts';
import type { Thing } from './callers.ts';
import type { Estate } from './estate.ts';

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
const BODIES: Record<string, (estate: Estate) => object> = {
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
const CLOSED_QUERIES: Record<string, (estate: Estate) => string> = {
  listPosts: ({ owner }) => `status=draft&author=${owner.user.username}`,
};

/** The operations that are spoken of here by their names. */
export const NOT_BY_EXAMPLE = [...Object.keys(BODIES), ...Object.keys(CLOSED_QUERIES)];

const isAboutPosts = ({ url }: Operation) => /:post_(ref|id)/.test(url);

function pathOf({ id, url }: Operation, params: Record<string, string>): string {
  return url.replace(/:(\w+)/g, (_, name: string) => {
    const value = params[name];
    if (value === undefined) throw new Error(`${id} needs a ${name}: makeEstate has to give one`);
    return encodeURIComponent(value);
  });
}

/** The requests to try: on what is open and what is closed, where there are both, and conditionally. */
export function validRequests(operation: Operation, estate: Estate): Valid[] {
  const { method, options: sample } = sampleRequest(operation);
  const body = BODIES[operation.id]?.(estate) ?? sample.body;
  const fromOurs = operation.config.problems?.includes(CrossSiteRequest);
  const headers = {
    ...(operation.config.ifMatch && { 'if-match': '*' }),
    ...(fromOurs && { 'sec-fetch-site': 'same-origin' }),
  };
  const options = { headers, ...(body !== undefined && { body }) };
  const on = (thing: Thing): Valid => ({
    thing,
    method,
    path: pathOf(operation, estate.params[thing]),
    options,
  });
  const query = CLOSED_QUERIES[operation.id]?.(estate);
  const requests = [
    on('open'),
    ...(isAboutPosts(operation) ? [on('closed')] : []),
    ...(query ? [{ ...on('closed'), path: withQuery(on('closed').path, query) }] : []),
  ];
  if (method !== 'GET' || !operation.config.etag) return requests;
  const conditional = { headers: { 'if-none-match': '*' } };
  return [...requests, ...requests.map((request) => ({ ...request, options: conditional }))];
}
