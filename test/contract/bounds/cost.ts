import { cpuUsage } from 'node:process';
import type { InjectOptions } from 'fastify';
import type { App } from '../../../src/http/contract/operations.ts';

/**
 * What requests cost, in milliseconds of CPU. The least of several attempts counts, and reading the JSON is taken off
 * before costs are compared: it is the engine's, and its hash tables grow in steps.
 */

/** What any request may cost. */
const MOST = 150;
/** What is below this is not looked at more closely: it may be the collection of garbage, or a query. */
const FLOOR = 60;
/** An input of twice the size may cost so many times as much. */
const GROWTH = 2.3;
const ATTEMPTS = 4;

/** A request whose input has about so many bytes. */
export type Sized = (bytes: number) => InjectOptions;

async function costOf(work: () => unknown): Promise<number> {
  const before = cpuUsage();
  await work();
  const { user, system } = cpuUsage(before);
  return (user + system) / 1000;
}

/** The least that some work costs; the first attempt that costs no more than `enough` is the last. */
export async function leastCostOf(work: () => unknown, enough = 0): Promise<number> {
  let least = Number.POSITIVE_INFINITY;
  for (let attempt = 0; attempt < ATTEMPTS && least > enough; attempt++)
    least = Math.min(least, await costOf(work));
  return least;
}

async function send(app: App, request: InjectOptions): Promise<void> {
  const { statusCode, payload } = await app.inject(request);
  if (statusCode >= 500) throw new Error(`${statusCode}: ${payload}`);
}

/** What a request costs beside the reading of its JSON. */
async function costBesideReading(app: App, request: InjectOptions): Promise<number> {
  const { payload } = request;
  const reading = typeof payload === 'string' ? await leastCostOf(() => JSON.parse(payload)) : 0;
  return (await leastCostOf(() => send(app, request))) - reading;
}

/** What is wrong with the cost of a large input; nothing where it is bounded and grows like its size. */
export async function costFault(app: App, sized: Sized, bytes: number): Promise<string | undefined> {
  const request = sized(bytes);
  const cost = await leastCostOf(() => send(app, request), FLOOR);
  if (cost > MOST) return `it costs ${cost.toFixed()} ms`;
  if (cost <= FLOOR) return undefined;
  const whole = await costBesideReading(app, request);
  if (whole <= FLOOR) return undefined;
  const half = await costBesideReading(app, sized(bytes / 2));
  if (whole <= GROWTH * half) return undefined;
  return `half of it costs ${half.toFixed()} ms, and all of it ${whole.toFixed()} ms`;
}
