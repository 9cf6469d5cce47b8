import fc from 'fast-check';
import t from 'tap';
import type { Access } from '../../../src/http/access/access.ts';
import { MAX_PARAMETER_LENGTH } from '../../../src/http/contract/operations.ts';
import type { Role } from '../../../src/platform/actor.ts';
import { ROLES } from '../../../src/platform/actor.ts';
import { type Case, casesOf, wire } from './cases.ts';
import type { Actor } from './fixture.ts';
import { enough, fuzzed, holds, runs } from './fuzz.ts';
import { type Unfit, unfitRequests } from './invalid-cases.ts';

/** What holds for every request that does not fit the contract, and has one fault only. */

const { operations, known, send } = await fuzzed(t);

const ROLE_OF: Record<Actor, Role | undefined> = {
  guest: undefined,
  user: 'user',
  author: 'user',
  moderator: 'moderator',
  admin: 'admin',
};

/** How somebody is refused whatever they send; undefined for those who are let in. */
function refusalOf(actor: Actor, access: Access): number | undefined {
  if (access === 'public' || access === 'visitor') return undefined;
  const role = ROLE_OF[actor];
  if (!role) return 401;
  if (access === 'user' || access === 'author') return undefined;
  return ROLES.indexOf(role) < ROLES.indexOf(access) ? 403 : undefined;
}

/** A part of a path that is too long for the router has another answer than one that does not fit. */
const isTooLong = (one: Case): boolean =>
  (wire(one).path.split('?', 1)[0] ?? '')
    .split('/')
    .some((part) => decodeURI(part).length > MAX_PARAMETER_LENGTH);

async function faultOf(one: Case, unfit: Unfit): Promise<string | undefined> {
  const { status, body, text } = await send(one);
  const expected = isTooLong(one) ? 414 : (refusalOf(one.actor, one.operation.config.access) ?? unfit.status);
  if (status !== expected) return `${status} instead of ${expected}: ${text.slice(0, 2000)}`;
  if (status !== 422) return undefined;
  const { pointer, code } = unfit;
  const isTold = body.errors?.some((e) => e.pointer === pointer && (code === undefined || e.code === code));
  return isTold ? undefined : `${code} at ${pointer} is not among the errors: ${text.slice(0, 2000)}`;
}

/** Most are sent by whom nothing else keeps out. */
const byAdmin = (cases: fc.Arbitrary<Case>) =>
  fc.oneof(
    { arbitrary: cases.map((one): Case => ({ ...one, actor: 'admin' })), weight: 3 },
    { arbitrary: cases, weight: 1 },
  );

t.test('a request with one fault is refused for that fault', async (t) => {
  for (const operation of operations) {
    const valid = byAdmin(casesOf(operation, known));
    for (const unfit of unfitRequests(operation, known))
      await holds(t, `${operation.id}: ${unfit.title}`, unfit.spoil(valid), runs(1 / 8), (one) =>
        faultOf(one, unfit),
      );
  }
});

enough(t, 1500);
