import t from 'tap';
import { type Document, termsBetween } from '../../../src/tooling/contract/terms.ts';
import { compare, documentOf } from './compare.ts';

/** Who may call an operation, how often and from where: what it means to callers when that changes. */

const operation = (more: object) => ({
  post: { operationId: 'doIt', tags: ['Things'], responses: { 204: { description: 'Done.' } }, ...more },
});
const document = (more: object, path = '/things/{id}') => documentOf({ [path]: operation(more) });

/** What changes in these terms, one line each. */
const told = (before: object, after: object) =>
  termsBetween(document(before) as Document, document(after) as Document).map(
    ({ kind, text }) => `${kind} ${text}`,
  );
/** The same, and whatever else the whole comparison finds: once for each term. */
const toldInAll = (before: object, after: object) =>
  compare(document(before), document(after)).map(({ kind, text }) => `${kind} ${text}`);
const NAME = '`POST /things/{id}`';

const PUBLIC = { security: [] };
const VISITOR = { security: [{}, { bearer: [] }] };
const GLOBAL = {};

t.test('the comparison of two documents tells the change of a term once', async (t) => {
  const limit = (requests: number) => ({ tier: 'writes', requests, seconds: 60 });
  const changes: [object, object][] = [
    [{ security: [] }, { security: [{ bearer: [] }] }],
    [{ 'x-access': 'user' }, { 'x-access': 'admin' }],
    [{ 'x-scope': 'posts:read' }, { 'x-scope': null }],
    [{ 'x-recent-sign-in': null }, { 'x-recent-sign-in': 3600 }],
    [{ 'x-rate-limit': limit(2) }, { 'x-rate-limit': limit(1) }],
    [{ 'x-key-rate-limit': limit(2) }, { 'x-key-rate-limit': limit(1) }],
    [{ 'x-partner-origins': true }, { 'x-partner-origins': false }],
  ];
  const [before, after] = [0, 1].map((side) => Object.assign({}, ...changes.map((change) => change[side])));
  t.same(toldInAll(before, after).sort(), told(before, after).sort());
  t.equal(told(before, after).length, changes.length);
});

t.test('an operation that needs a token where it did not breaks its callers', async (t) => {
  t.same(told(PUBLIC, GLOBAL), [`breaking ${NAME} needs bearer; it needed nothing.`]);
  t.same(told(VISITOR, GLOBAL), [`breaking ${NAME} needs bearer; it needed nothing or bearer.`]);
  t.same(told(PUBLIC, { security: [{ bearer: [] }] }), [`breaking ${NAME} needs bearer; it needed nothing.`]);
  t.same(told(GLOBAL, { security: [{ bearer: [], key: [] }] }), [
    `breaking ${NAME} needs bearer and key; it needed bearer.`,
  ]);
  t.same(told(GLOBAL, { security: [{ bearer: ['write'] }] }).length, 1, 'so does a scope');
});

t.test('an operation that needs a token no longer is an addition', async (t) => {
  t.same(told(GLOBAL, PUBLIC), [`additive ${NAME} needs nothing; it needed bearer.`]);
  t.same(told(GLOBAL, VISITOR), [`additive ${NAME} needs nothing or bearer; it needed bearer.`]);
  t.same(told(GLOBAL, { security: [{ bearer: [] }] }), [], 'and to write down what holds anyway is none');
});

t.test(
  'what the whole document asks for counts for every operation that does not say otherwise',
  async (t) => {
    const paths = { '/open': operation({ security: [] }), '/closed': operation({ operationId: 'doMore' }) };
    const withSecurity = (security: object[]) => ({ ...documentOf(paths), security });
    const between = (before: object[], after: object[]) =>
      compare(withSecurity(before), withSecurity(after)).map(({ kind, text }) => `${kind} ${text}`);
    t.same(between([], [{ bearer: [] }]), ['breaking `POST /closed` needs bearer; it needed nothing.']);
    t.same(between([{ bearer: [] }], []), ['additive `POST /closed` needs nothing; it needed bearer.']);
  },
);

t.test('a narrower access is breaking, and a wider one an addition', async (t) => {
  const access = (from: string, to: string) => told({ 'x-access': from }, { 'x-access': to });
  t.same(access('user', 'admin'), [`breaking ${NAME} is open to \`admin\`; it was open to \`user\`.`]);
  t.same(access('admin', 'moderator'), [
    `additive ${NAME} is open to \`moderator\`; it was open to \`admin\`.`,
  ]);
  const kindOf = (from: string, to: string) => access(from, to)[0]?.split(' ')[0];
  const widening = ['admin', 'author', 'user', 'visitor', 'public'];
  for (const [index, wider] of widening.slice(1).entries()) {
    const narrower = widening[index] ?? '';
    t.equal(kindOf(narrower, wider), 'additive', `${narrower} to ${wider}`);
    t.equal(kindOf(wider, narrower), 'breaking', `${wider} to ${narrower}`);
  }
  t.equal(kindOf('author', 'moderator'), 'breaking', 'the owners are shut out');
  t.equal(kindOf('moderator', 'author'), 'breaking', 'the moderators are');
});

t.test(
  'a scope that keys need besides, or another, is breaking, and to let keys in an addition',
  async (t) => {
    const scope = (from: string | null, to: string | null) => told({ 'x-scope': from }, { 'x-scope': to });
    t.same(scope('posts:read', 'posts:write'), [
      `breaking ${NAME} is open to API keys with \`posts:write\`; it was open to API keys with \`posts:read\`.`,
    ]);
    t.same(scope('posts:read', null), [
      `breaking ${NAME} is open to no API key; it was open to API keys with \`posts:read\`.`,
    ]);
    t.match(scope(null, 'posts:read'), [/^additive /]);
  },
);

t.test('fewer requests or a longer window is breaking, and more or a shorter one an addition', async (t) => {
  const limit = (tier: string, requests?: number, seconds?: number) => ({
    'x-rate-limit': { tier, requests, seconds },
  });
  const writes = limit('writes', 60, 60);
  t.same(told(writes, limit('auth', 10, 60)), [
    `breaking ${NAME} has a limit of 10 requests in 60 seconds (\`auth\`); it had a limit of 60 requests in 60 seconds (\`writes\`).`,
  ]);
  t.match(told(writes, limit('writes', 60, 120)), [/^breaking /]);
  t.match(told(writes, limit('writes', 100, 120)), [/^breaking /]);
  t.match(told(writes, limit('writes', 100, 60)), [/^additive /]);
  t.match(told(writes, limit('writes', 60, 30)), [/^additive /]);
  t.match(told(writes, limit('none')), [/^additive .* has no limit; it had a limit of 60 /]);
  t.match(told(limit('none'), writes), [/^breaking .*; it had no limit\.$/]);
});

t.test('pages of partners that may no longer call an operation are broken', async (t) => {
  const partners = (may: boolean) => ({ 'x-partner-origins': may });
  t.same(told(partners(true), partners(false)), [
    `breaking ${NAME} may no longer be called from pages of partners.`,
  ]);
  t.same(told(partners(false), partners(true)), [
    `additive ${NAME} may now be called from pages of partners.`,
  ]);
});

t.test('a recent sign-in that is needed, or a more recent one, is breaking', async (t) => {
  const recent = (from: number | null, to: number | null) =>
    told({ 'x-recent-sign-in': from }, { 'x-recent-sign-in': to }).map((one) => one.split(' ')[0]);
  t.same(recent(null, 3600), ['breaking']);
  t.same(recent(3600, 900), ['breaking']);
  t.same(recent(900, 3600), ['additive']);
  t.same(recent(3600, null), ['additive']);
});

t.test('a lower limit of API keys is breaking, as is none', async (t) => {
  const limit = (requests: number) => ({ tier: 'key-writes', requests, seconds: 60 });
  const keys = (from: object | null, to: object | null) =>
    told({ 'x-key-rate-limit': from }, { 'x-key-rate-limit': to }).map((one) => one.split(' ')[0]);
  t.same(keys(limit(120), limit(60)), ['breaking']);
  t.same(keys(limit(120), null), ['breaking']);
  t.same(keys(limit(60), limit(120)), ['additive']);
  t.same(keys(null, limit(120)), ['additive']);
});

t.test('terms that were never said are only new to read, and must not be left out again', async (t) => {
  t.same(told({}, { 'x-access': 'admin' }), [`documentation ${NAME}`]);
  t.same(told({ 'x-access': 'admin' }, {}), [`breaking ${NAME}: \`x-access\` is not said any more.`]);
});
