import t from 'tap';
import type { Operation } from '../../../src/http/contract/operations.ts';
import { sampleRequest } from '../../support/contract/samples.ts';
import { type Case, casesOf } from './cases.ts';
import { enough, fuzzed, holds, runs } from './fuzz.ts';

/** What holds for every request that fits the contract, whoever sends it. */

const { operations, known, send, actors } = await fuzzed(t);

/** What says that a request does not fit, which nothing says of one that does. */
const UNFIT = [
  'malformed_request',
  'uri_too_long',
  'body_too_large',
  'unsupported_media_type',
  'validation_failed',
];

/** Hashing takes ten times as long as anything else, so there are fewer cases of what does it. */
const hashes = (operation: Operation): boolean =>
  /password/.test(JSON.stringify(sampleRequest(operation).options.body ?? ''));

async function faultOf(one: Case): Promise<string | undefined> {
  const answer = await send(one);
  if (answer.status >= 500) return `a valid request is answered with ${answer.status}: ${answer.text}`;
  const { code, errors = [] } = answer.status < 400 ? { code: '' } : answer.body;
  // An address is looked at again when it has been normalised, which the schema cannot say.
  const isAddress = errors.length === 1 && errors[0]?.pointer === '/email' && /NFKC/.test(errors[0].detail);
  if (UNFIT.includes(code) && !isAddress) return `a valid request is refused: ${answer.text}`;
  const next = /^<(.+)>; rel="next"$/.exec(answer.headers.link ?? '')?.[1];
  if (next === undefined) return undefined;
  const following = await actors[one.actor].root.get(next);
  return following.status === 200 ? undefined : `the next page, ${next}, is ${following.text}`;
}

t.test('a request that fits is never refused as one that does not, nor fails', async (t) => {
  for (const operation of operations)
    await holds(t, operation.id, casesOf(operation, known), runs(hashes(operation) ? 1 / 4 : 1), faultOf);
});

enough(t, 800);
