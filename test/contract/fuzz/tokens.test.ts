import fc from 'fast-check';
import t from 'tap';
import { newId } from '../../../src/platform/ids.ts';
import { type Case, casesOf } from './cases.ts';
import { enough, fuzzed, holds, runs } from './fuzz.ts';
import { unfitRequests } from './invalid-cases.ts';

/** What holds for every request, fitting or not, that comes with no token or with one that is none. */

const { operations, known, send, actors } = await fuzzed(t);
const { token = '' } = actors.admin;
const { tokens } = actors.admin.app;

/** What a header can hold, but blanks around it. */
const visible = fc
  .string({
    unit: fc.integer({ min: 0x21, max: 0xff }).map((code) => String.fromCharCode(code)),
    maxLength: 200,
  })
  .filter((text) => !/[\x7f-\xa0]/.test(text));

/** The token of an admin with one of its characters changed for another of its alphabet. */
const altered = fc.tuple(fc.nat(token.length - 1), fc.constantFrom(...'Ab0_-.')).map(([at, other]) => {
  const changed = token.slice(0, at) + other + token.slice(at + 1);
  return changed === token ? `${token}x` : changed;
});

const claims = (sub: string, sid: string) => tokens.issue({ sub, sid });
const junk = fc.oneof(
  visible.map((text) => `Bearer ${text}`),
  altered.map((text) => `Bearer ${text}`),
  fc.nat(token.length - 1).map((length) => `Bearer ${token.slice(0, length)}`),
  fc.constantFrom('Basic', 'Token', 'Bearer Bearer', 'JWT', '').map((scheme) => `${scheme} ${token}`),
  // Signed by the service, for nobody there is or for a session that is not theirs.
  fc.constantFrom(...(known.user_id ?? [])).map((id) => `Bearer ${claims(String(id), newId())}`),
  fc.constantFrom(...(known.session_id ?? [])).map((id) => `Bearer ${claims(newId(), String(id))}`),
  visible,
);

/** Requests that fit, and some that do not: neither makes a difference to somebody who is not let in. */
function anyCase(operation: Case['operation']): fc.Arbitrary<Case> {
  const valid = casesOf(operation, known);
  const spoilt = unfitRequests(operation, known).map((unfit) => unfit.spoil(valid));
  return fc.oneof(valid, ...spoilt).map((one): Case => ({ ...one, actor: 'guest' }));
}

async function faultOf(one: Case): Promise<string | undefined> {
  const { status, headers, text } = await send(one);
  if (status !== 401) return `${status} instead of 401: ${text}`;
  return headers['www-authenticate'] ? undefined : 'it does not say how to authenticate';
}

t.test('without a token, whatever else is sent, what needs one answers 401', async (t) => {
  for (const operation of operations.filter(({ config }) => !['public', 'visitor'].includes(config.access)))
    await holds(t, `${operation.id} without a token`, anyCase(operation), runs(1 / 4), faultOf);
});

t.test('with a token that is none, whatever else is sent, all that reads tokens answers 401', async (t) => {
  for (const operation of operations.filter(({ config }) => config.access !== 'public')) {
    const cases = fc
      .tuple(anyCase(operation), junk)
      .map(([one, authorization]) => ({ ...one, headers: { ...one.headers, authorization } }));
    await holds(t, `${operation.id} with junk for a token`, cases, runs(1 / 2), faultOf);
  }
});

enough(t, 400);
