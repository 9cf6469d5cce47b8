import t from 'tap';
import { ACCESS, SCOPES, type Scope } from '../../../src/http/access/access.ts';
import type { Operation } from '../../../src/http/contract/operations.ts';
import { testApp } from '../../support/app/app.ts';
import type { Answer, ProblemBody } from '../../support/client/client.ts';
import { type Caller, type Declared, expected, type Identity, type Outcome, type Thing } from './callers.ts';
import { stateReader } from './database-state.ts';
import { auditFault, auditFaultOfSuccess, toldTo } from './refusals.ts';
import { EVENTS, WAYS, type Way } from './revocations.ts';
import { arrangeAccess } from './setup.ts';
import { NOT_BY_EXAMPLE, type Valid, validRequests } from './valid-requests.ts';

/**
 * Every operation, called by everyone: who is let in is who the operation declares, and nobody else learns or changes
 * anything. What is expected comes from the declaration alone.
 */

// Mails would be written a while after the answer; nothing here is about them.
const { app, client, db, database } = await testApp(t, { resources: { mailer: { send: () => undefined } } });
const setup = await arrangeAccess(client, database);
const readState = await stateReader(database.owner);

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
function scopesFor({ config: { scope, answerScope } }: Operation, key: Caller['key']): Scope[] {
  if (key === 'out of scope' || !scope) return SCOPES.filter((one) => one !== scope);
  return key === 'in scope, to read' && answerScope ? [scope, answerScope] : [scope];
}

/** What is in the database, by the scopes that all keys have: nothing but these differs from request to request. */
const states = new Map<string, Record<string, string>>();
let arranged: readonly Scope[] = [];
/** Whether the last request may have changed something. */
let isChanged = true;

/** Puts everything back as it was, with keys of such scopes. */
async function arrange(scopes: readonly Scope[]): Promise<void> {
  const name = scopes.join();
  if (isChanged) await setup.restore();
  if (isChanged || name !== arranged.join())
    await db
      .updateTable('api_keys')
      .set('scopes', [...scopes])
      .execute();
  arranged = scopes;
  if (!states.has(name)) states.set(name, await readState());
}

/** The tables that are not as they were arranged. */
async function changes(): Promise<string[]> {
  const before = states.get(arranged.join()) ?? {};
  const after = await readState();
  const changed = Object.keys(after).filter((table) => after[table] !== before[table]);
  isChanged = changed.length > 0;
  return changed;
}

/** What is wrong with what came of a request. */
async function faultsOf(operation: Operation, request: Valid, caller: Caller): Promise<string[]> {
  const scopes = caller.key ? scopesFor(operation, caller.key) : arranged;
  await arrange(scopes);
  const { thing, method, path, options } = request;
  const site = caller.isForeign && { 'sec-fetch-site': 'cross-site' };
  const headers = { ...options.headers, ...site };
  const answer = await caller.client.root.request(method, path, { ...options, headers });
  const outcome = outcomeOf(answer);
  const identity = { ...caller, scopes };
  seen.push({ operation, caller: identity, thing, outcome });
  const wanted: Outcome = expected(operation, identity, thing);
  const told = toldTo(setup, operation, identity, request, answer);
  const faults: (string | false | undefined)[] = [
    outcome !== wanted && `expected ${wanted}, got ${outcome}`,
    told.length > 0 && `was told ${told.join(', ')}`,
  ];
  isChanged = outcome === 'let in' && method !== 'GET';
  // Reading the state takes as long as a request: what only reads is held against it once for all callers.
  if (!isChanged && method !== 'GET') {
    const changed = await changes();
    faults.push(changed.length > 0 && `changed ${changed.join(', ')}`);
  }
  const auditedBy = outcome === 'let in' ? auditFaultOfSuccess : auditFault;
  faults.push(await auditedBy(db, operation, caller, answer));
  return faults.filter((fault) => typeof fault === 'string');
}

for (const operation of app.operations.all) {
  t.test(
    `${operation.id} lets in whom it declares, and nobody else learns or changes anything`,
    async (t) => {
      const all: string[] = [];
      for (const request of validRequests(operation, setup)) {
        for (const caller of setup.callers) {
          const faults = await faultsOf(operation, request, caller);
          const name = `${operation.id} (${request.thing}) × ${caller.name}`;
          all.push(...faults.map((fault) => `${name}: ${fault}`));
        }
        if (request.method === 'GET') t.same(await changes(), [], 'nobody changes anything by reading it');
      }
      t.same(all, []);
    },
  );
}

t.test('whatever is made valid on purpose is an operation', async (t) => {
  const ids = app.operations.all.map(({ id }) => id);
  t.same(
    NOT_BY_EXAMPLE.filter((id) => !ids.includes(id)),
    [],
  );
});

/** Whether what was seen of an operation is what another declaration would make of it, too. */
const fits = (operation: Operation, config: Partial<Declared['config']>) =>
  seen
    .filter((one) => one.operation === operation)
    .every(({ caller, thing, outcome }) => {
      const declared = { ...operation, config: { ...operation.config, ...config } };
      return expected(declared, caller, thing) === outcome;
    });

t.test('any other access than the declared one would have been noticed', async (t) => {
  const pairs = app.operations.all.flatMap((operation) => ACCESS.map((access) => ({ operation, access })));
  const fitting = pairs.filter(({ operation, access }) => fits(operation, { access }));
  t.same(
    fitting.map(({ operation, access }) => `${operation.id} as ${access}`),
    app.operations.all.map(({ id, config }) => `${id} as ${config.access}`),
  );
});

t.test('any other scope than the declared one would have been noticed', async (t) => {
  // A scope makes no difference to what everyone may read in full.
  const withKeys = app.operations.all.filter(
    (operation) =>
      operation.config.access !== 'public' &&
      seen.some(
        (one) =>
          one.operation === operation &&
          one.outcome !== 'let in' &&
          one.caller.by === 'key' &&
          !one.caller.isOver,
      ),
  );
  const pairs = withKeys.flatMap((operation) =>
    [undefined, ...SCOPES].map((scope) => ({ operation, scope })),
  );
  const fitting = pairs.filter(({ operation, scope }) => fits(operation, { scope }));
  t.same(
    fitting.map(({ operation, scope }) => `${operation.id} with ${scope}`),
    withKeys.map(({ id, config }) => `${id} with ${config.scope}`),
  );
  t.ok(withKeys.length > 40);
});

t.test('each thing that may come of a request came of one', async (t) => {
  const outcomes: Record<Outcome, true> = {
    'let in': true,
    '401 unauthenticated': true,
    '401 invalid_token': true,
    '403 forbidden': true,
    '403 insufficient_scope': true,
    '403 cross_site_request': true,
    '404': true,
  };
  t.same([...new Set(seen.map(({ outcome }) => outcome))].sort(), Object.keys(outcomes).sort());
});

/** For those who may do the most, what is an admin's and what is one's own: a read and a change of each. */
const PROBES = [
  ['listUsers', 'open'],
  ['restoreUser', 'open'],
  ['getPost', 'closed'],
  ['updatePost', 'closed'],
] as const;

/** Nor does whoever repeats a request get the answer of before. */
const REPEATED = { 'idempotency-key': 'repeated' };

const probes = PROBES.map(([id, thing]) => {
  const operation = app.operations.all.find((one) => one.id === id);
  if (!operation) throw new Error(`there is no ${id} any more`);
  return { operation, thing };
});

/** What is wrong with what the owner, who was made an admin, may do now, by whatever it is known. */
async function probe(stateOf: (by: Way) => Pick<Identity, 'role' | 'isOver'>): Promise<string[]> {
  const { open, closed } = setup.params;
  const params = { open: { ...open, user_id: setup.bystander }, closed };
  const faults: string[] = [];
  for (const by of WAYS) {
    for (const { operation, thing } of probes) {
      const request = validRequests(operation, { ...setup, params }).find((one) => one.thing === thing);
      if (!request) throw new Error(`${operation.id} has nothing ${thing}`);
      const { method, path, options } = request;
      const headers = { ...options.headers, ...(operation.config.idempotent && REPEATED) };
      const outcome = outcomeOf(await setup.reach[by].root.request(method, path, { ...options, headers }));
      const who = { ...stateOf(by), by, isOwner: true, isForeign: false, scopes: SCOPES };
      const wanted = expected(operation, who, thing);
      if (outcome !== wanted) faults.push(`${operation.id} × ${by}: expected ${wanted}, got ${outcome}`);
    }
  }
  return faults;
}

for (const { name, ends, role = 'admin', happen } of EVENTS) {
  t.test(`${name}: what that ends is refused at once, and the rest is not`, async (t) => {
    await setup.restore();
    await db.updateTable('users').set({ role: 'admin' }).where('id', '=', setup.owner.user.id).execute();
    t.same(await probe(() => ({ role: 'admin', isOver: false })), [], 'before');
    await happen(setup);
    t.same(await probe((by) => ({ role, isOver: ends.includes(by) })), [], 'after');
  });
}
