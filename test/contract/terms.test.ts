import t from 'tap';
import { compare, documentOf } from './comparing.ts';

/** Who may call an operation, how often and from where: what it means to callers when that changes. */

const operation = (more: object) => ({
  post: { operationId: 'doIt', tags: ['Things'], responses: { 204: { description: 'Done.' } }, ...more },
});
const document = (more: object, path = '/things/{id}') => documentOf({ [path]: operation(more) });

/** All that changes with these terms, one line each. */
const told = (before: object, after: object) =>
  compare(document(before), document(after)).map(({ kind, text }) => `${kind} ${text}`);
const NAME = '`POST /things/{id}`';

const PUBLIC = { security: [] };
const VISITOR = { security: [{}, { bearer: [] }] };
const GLOBAL = {};

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
