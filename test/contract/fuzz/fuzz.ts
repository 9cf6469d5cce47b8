import { randomInt } from 'node:crypto';
import fc from 'fast-check';
import type { Test } from 'tap';
import { testApp } from '../../support/app/app.ts';
import type { Answer, Client, ProblemBody } from '../../support/client/client.ts';
import { oncePerFile } from '../../support/runner/current-file.ts';
import { type Case, curl, wire } from './cases.ts';
import { type FuzzFixture, makeFixture } from './fixture.ts';

/**
 * Running of generated cases. `npm test` runs few, always the same ones, so that it says the same of the same code.
 * `FUZZ_RUNS` runs so many of each kind, from a seed that is printed, `FUZZ_SEED` from a given one, and `FUZZ_ONLY` those
 * properties whose title has that text in it, from `FUZZ_PATH` on; a failure prints what to set to see it again.
 */

const USUAL_RUNS = 24;
const USUAL_SEED = 20261120;

const number = (name: string) => (process.env[name] ? Number(process.env[name]) : undefined);
const RUNS = number('FUZZ_RUNS');
const SEED = number('FUZZ_SEED') ?? (RUNS === undefined ? USUAL_SEED : randomInt(2 ** 31));
const ONLY = process.env.FUZZ_ONLY ?? '';
const PATH = process.env.FUZZ_PATH;

/** How many cases a property gets, where it gets `share` of what is usual; one at least. */
export const runs = (share = 1): number => Math.max(1, Math.round((RUNS ?? USUAL_RUNS) * share));

/** A service, the fixture it serves, and what sends cases to it. */
export interface Fuzzed extends FuzzFixture {
  operations: Client['app']['operations']['all'];
  /** Sends a case with the token of its actor, or with the headers of its own. */
  send(one: Case): Promise<Answer<ProblemBody>>;
}

export async function fuzzed(t: Test): Promise<Fuzzed> {
  if (RUNS !== undefined) {
    t.comment(`FUZZ_SEED=${SEED}`);
    t.setTimeout(0);
  }
  // Tokens have to last as long as the longest run.
  const { app, client, database } = await testApp(t, { config: { ACCESS_TOKEN_TTL: 86_400 } });
  const fixture = await makeFixture(client, database);
  const send = async (one: Case) => {
    const { method, path, options } = wire(one);
    const answer = await fixture.actors[one.actor].root.request(method, path, options);
    // What is refused has had no effect, but for a token in a body: an old one ends its session.
    const hadEffect = answer.status < 400 || one.operation.config.access === 'public';
    if (method !== 'GET' && hadEffect) await fixture.restore();
    return answer;
  };
  return { ...fixture, operations: app.operations.all, send };
}

/** How many cases have run in this file. */
const ran = oncePerFile(() => ({ cases: 0 }));

/** The last test of a file: where nothing was asked for, so many cases ran, or the generators have dried up. */
export const enough = (t: Test, least: number) =>
  t.test(`there were ${least} cases and more`, async (t) => {
    const { cases } = ran();
    t.ok(cases >= least || RUNS !== undefined || ONLY !== '', `${cases} cases`);
  });

/** Checks that a property holds for generated cases: it returns what is wrong, or nothing. */
export async function holds(
  t: Test,
  title: string,
  cases: fc.Arbitrary<Case>,
  numRuns: number,
  fault: (one: Case) => Promise<string | undefined>,
): Promise<void> {
  if (!title.includes(ONLY)) return;
  const property = fc.asyncProperty(cases, async (one) => {
    const found = await fault(one);
    if (found !== undefined) throw new Error(found);
  });
  const result = await fc.check(property, { seed: SEED, numRuns, ...(PATH && { path: PATH }) });
  ran().cases += result.numRuns;
  if (!result.failed) return void t.pass(title);
  const [one] = result.counterexample ?? [];
  const lines = [
    `seed ${result.seed}, path ${result.counterexamplePath}, made smaller ${result.numShrinks} times:`,
    one ? curl(one) : 'no case',
    String(result.errorInstance instanceof Error ? result.errorInstance.message : result.errorInstance),
    `again: FUZZ_SEED=${SEED} FUZZ_PATH=${result.counterexamplePath} FUZZ_RUNS=${RUNS ?? USUAL_RUNS} FUZZ_ONLY='${title}' npm test ${t.fullname.split(' ')[0]}`,
  ];
  // Reporters break what they show into short lines; as it is it stands in .tap/test-results.
  console.log(`${title}\n  ${lines.join('\n  ')}`);
  t.fail(`${title}: ${lines[2]}`);
}
