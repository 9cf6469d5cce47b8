import t from 'tap';
import { ACCESS, SCOPES } from '../../src/http/access.ts';
import type { Operation } from '../../src/http/operations.ts';
import {
  CrossSiteRequest,
  Forbidden,
  InsufficientScope,
  InvalidToken,
  Unauthenticated,
} from '../../src/http/problems.ts';
import { testApp } from '../support/app.ts';
import type { Answer, ProblemBody } from '../support/client.ts';
import { type Caller, type Declared, expected, type Identity, type Outcome, type Thing } from './callers.ts';
import { makeEstate } from './estate.ts';
import { stateReader } from './state.ts';
import { type Valid, validRequests } from './valid.ts';

/**
 * Every operation, called by everyone: who is let in is who the operation declares, and nobody else learns or changes
 * anything. What is expected comes from the declaration alone.
 */

// Mails would be written a while after the answer; nothing here is about them.
const { app, client, db } = await testApp(t, { foundations: { mailer: { send: () => undefined } } });
const estate = await makeEstate(client, db);
const readState = await stateReader(db);

/** What came of one request, kept for the tests of the expectations themselves. */
interface Seen {
  operation: Operation;
  caller: Identity;
  thing: Thing;
  outcome: string;
}
const seen: Seen[] = [];

const outcomeOf = ({ status, body }: Answer<ProblemBody>): string => {
  if (status < 400) return 'let in';
  return status === 404 && body.code !== 'route_not_found' ? '404' : `${status} ${body.code}`;
};

/** The scopes of a key that is to open an operation, and nothing else, or is not to. */
const scopesFor = ({ config: { scope } }: Operation, key: Caller['key']) =>
  key === 'in scope' && scope ? [scope] : SCOPES.filter((one) => one !== scope);

const states = new Map<string, Record<string, string>>();

/** Sets the scopes of all keys, and gives what is in the database then. */
async function arrange(scopes: readonly string[]): Promise<Record<string, string>> {
  await db
    .updateTable('api_keys')
    .set({ scopes: [...scopes] })
    .execute();
  const name = scopes.join();
  const state = states.get(name) ?? (await readState());
  states.set(name, state);
  return state;
}

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

/** What is wrong with what the audit log says of a refusal. */
async function auditFault(operation: Operation, answer: Answer<ProblemBody>): Promise<string | undefined> {
  const entries = await db
    .selectFrom('audit_log')
    .select(['action', 'outcome', 'problem_code'])
    .where('request_id', '=', String(answer.headers['x-request-id']))
    .execute();
  const { code } = answer.body;
  const entry = { action: operation.id, outcome: 'refused', problem_code: code };
  const wanted = JSON.stringify(isAudited(operation, code) ? [entry] : []);
  return JSON.stringify(entries) === wanted
    ? undefined
    : `the audit log has ${JSON.stringify(entries)} and not ${wanted}`;
}

/** What an answer tells that is not for the caller; whoever sends something of it knows it already. */
function toldTo(caller: Caller, { options, path }: Valid, { text, headers }: Answer<unknown>): string[] {
  const { told, secrets } = estate;
  const isInScope = caller.key !== 'out of scope';
  if (!caller.isOver && isInScope && (caller.isOwner || caller.role === 'admin')) return [];
  const sent = path + JSON.stringify(options);
  const hidden = [...told.never, ...Object.values(secrets)];
  if (hidden.some((one) => sent.includes(one))) return [];
  const isModerator = caller.role === 'moderator';
  const answered = text + JSON.stringify(headers);
  return [...hidden, ...(isModerator ? [] : [told.moderated])].filter((one) => answered.includes(one));
}

/** What is wrong with what comes of a request. */
async function faultsOf(operation: Operation, request: Valid, caller: Caller): Promise<string[]> {
  const scopes = caller.key ? scopesFor(operation, caller.key) : SCOPES;
  const before = await arrange(scopes);
  const { thing, method, path, options } = request;
  const site = caller.isForeign ? { 'sec-fetch-site': 'cross-site' } : {};
  const headers = { ...options.headers, ...site };
  const answer = await caller.client.root.request(method, path, { ...options, headers });
  const outcome = outcomeOf(answer);
  const identity = { ...caller, scopes };
  seen.push({ operation, caller: identity, thing, outcome });
  const wanted: Outcome = expected(operation, identity, thing);
  const told = toldTo(caller, request, answer);
  const faults = [
    ...(outcome === wanted ? [] : [`expected ${wanted}, got ${outcome}`]),
    ...(told.length === 0 ? [] : [`was told ${told.join(', ')}`]),
  ];
  if (outcome === 'let in' && method !== 'GET') {
    await estate.restore();
    return faults;
  }
  const after = await readState();
  const changed = Object.keys(after).filter((table) => after[table] !== before[table]);
  if (changed.length > 0) {
    faults.push(`changed ${changed.join(', ')}`);
    await estate.restore();
  }
  const fault = outcome === 'let in' ? undefined : await auditFault(operation, answer);
  return fault ? [...faults, fault] : faults;
}

for (const operation of app.operations.all) {
  t.test(
    `${operation.id} lets in whom it declares, and nobody else learns or changes anything`,
    async (t) => {
      const all: string[] = [];
      for (const request of validRequests(operation, estate)) {
        for (const caller of estate.callers) {
          const faults = await faultsOf(operation, request, caller);
          const name = `${operation.id} (${request.thing}) × ${caller.name}`;
          all.push(...faults.map((fault) => `${name}: ${fault}`));
        }
      }
      t.same(all, []);
    },
  );
}
