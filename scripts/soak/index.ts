// Runs the service for a while with everything at once that was ever used against it, beside normal traffic, and checks that nobody notices: the times of normal requests, server errors, memory, and that nothing acknowledged was lost.
//
// usage: index.ts [MINUTES: 15]; on the PostgreSQL of TEST_DATABASE_URL or an embedded database, and with TEST_REDIS_URL also with a Redis that is lost now and then
import { setTimeout as sleep } from 'node:timers/promises';
import { interruptibleWay } from '../../src/tooling/interruptible.ts';
import { startService } from '../bench/service.ts';
import { Caller, json, type Kind, Record } from './caller.ts';
import { attacksOn, Contest } from './hostile.ts';
import { type Ledger, normalTraffic } from './normal.ts';

const [minutes = 15] = process.argv.slice(2).map(Number);
if (!(minutes > 0 && minutes <= 240)) throw new Error('usage: soak [MINUTES, at most 240]');

const PEOPLE = 8;
/**
 * Milliseconds within which 99 of 100 normal requests are answered, and after which a slow head is closed (10 s, and what a
 * busy process takes to notice). The embedded database runs in the thread that answers.
 */
const BOUNDS = {
  postgres: { p99: 1_000, slowHead: 20_000 },
  embedded: { p99: 6_000, slowHead: 40_000 },
};
/** How much memory may grow from the first quarter of a run to its end. */
const GROWTH = { share: 0.25, least: 80 };
const MEMORY_EVERY = 2_000;
const REDIS_LOST = { every: 40_000, for: 4_000 };

const way = process.env.TEST_REDIS_URL ? await interruptibleWay(process.env.TEST_REDIS_URL, 6379) : undefined;
const service = await startService({
  RATE_LIMIT: 'on',
  RATE_LIMITS: 'exports=600/60',
  TRUST_PROXY: '127.0.0.1',
  ...(way && { REDIS_URL: way.url }),
});
const bounds = BOUNDS[service.engine];
const record = new Record();
const ledger: Ledger = { posts: [], comments: [] };
const end = AbortSignal.timeout(minutes * 60_000);
const faults: string[] = [];

/** Repeats something until the end; what it throws is a fault. */
async function repeat(name: string, once: () => Promise<unknown>): Promise<void> {
  while (!end.aborted) {
    await once().catch((error: unknown) => {
      faults.push(`${name}: ${String(error)}`);
      return sleep(1_000);
    });
  }
}

async function attack(): Promise<void> {
  const callers = new Map<string, Caller>();
  const makeCaller = (name: string) => {
    const caller = callers.get(name) ?? new Caller(service.url, record, 'hostile', name);
    if (!name.startsWith('erased')) callers.set(name, caller);
    return caller;
  };
  const attacks = Object.entries(attacksOn(service.url, bounds.slowHead)).map(async ([name, prepare]) =>
    repeat(name, await prepare(makeCaller)),
  );
  const contest = new Contest(service.url, record);
  await contest.begin();
  await Promise.all([...attacks, repeat('contest', () => contest.round())]);
  faults.push(...(await contest.check()));
}

async function loseRedis(): Promise<void> {
  while (way && !end.aborted) {
    await sleep(REDIS_LOST.every, undefined, { signal: end }).catch(() => undefined);
    way.cut();
    await sleep(REDIS_LOST.for);
    way.restore();
  }
}

const memory: number[] = [];
async function watchMemory(): Promise<void> {
  while (!end.aborted) {
    await sleep(MEMORY_EVERY);
    memory.push(await service.memory());
  }
}

/** Looks for everything that was acknowledged. */
async function findAcknowledged(): Promise<void> {
  const reader = new Caller(service.url, new Record(), 'normal', 'reader');
  const get = async (path: string) => {
    for (let attempt = 0; attempt < 20; attempt++) {
      reader.address = Caller.newAddress();
      const answer = await reader.call('found', path);
      if (answer.status !== 503 && answer.status !== 0) return answer;
      await sleep(500);
    }
    throw new Error(`${path} could not be read`);
  };
  for (const { id, title } of ledger.posts) {
    const { status, text } = await get(`/posts/${id}`);
    if (status !== 200 || !text.includes(title)) faults.push(`the post ${id} is lost: ${status}`);
  }
  for (const post of new Set(ledger.comments.map(({ post }) => post))) {
    const wanted = ledger.comments.filter((comment) => comment.post === post);
    const found = new Set<unknown>();
    for (let cursor: unknown; cursor !== null; ) {
      const after = typeof cursor === 'string' ? `&cursor=${cursor}` : '';
      const { data = [], meta } = json(await get(`/posts/${post}/comments?per_page=100${after}`)) as {
        data?: { id: string }[];
        meta?: { next_cursor?: string | null };
      };
      for (const { id } of data) found.add(id);
      cursor = meta?.next_cursor ?? null;
    }
    for (const { id } of wanted) if (!found.has(id)) faults.push(`the comment ${id} is lost`);
  }
}

const mean = (values: readonly number[]) => values.reduce((sum, one) => sum + one, 0) / values.length;

function checkMemory(): string {
  const quarter = Math.ceil(memory.length / 4);
  const [before, after] = [mean(memory.slice(quarter, 2 * quarter)), mean(memory.slice(-quarter))];
  const allowed = Math.max(GROWTH.least, before * GROWTH.share);
  if (after - before > allowed)
    faults.push(`memory grew from ${before.toFixed(0)} to ${after.toFixed(0)} MiB`);
  return `memory: ${before.toFixed(0)} MiB in the second quarter, ${after.toFixed(0)} in the last, ${Math.max(...memory).toFixed(0)} at most`;
}

const row = (...cells: string[]) =>
  console.log(cells.map((cell, n) => (n === 0 ? cell.padEnd(28) : cell.padStart(n < 4 ? 10 : 4))).join(' '));

function tell(group: 'normal' | 'hostile'): void {
  row(group, 'requests', 'median', 'p99', '  answers');
  for (const [name, kind] of record[group]) {
    const ms = (share: number) => `${kind.quantile(share).toFixed(0)} ms`;
    row(`  ${name}`, String(kind.times.length), ms(0.5), ms(0.99), `  ${kind.counted()}`);
    for (const [fault, same] of Map.groupBy(kind.faults, (one) => one))
      faults.push(`${name}: ${same.length} times ${fault}`);
  }
}

const allOf = (kinds: Iterable<Kind>) => [...kinds].flatMap(({ times }) => times).sort((a, b) => a - b);

try {
  console.log(`${minutes} minutes on ${service.engine}${way ? ' with Redis' : ''}`);
  const people = Array.from({ length: PEOPLE }, (_, n) =>
    normalTraffic(service.url, record, ledger, `person-${n}`, end),
  );
  await Promise.all([...people, attack(), loseRedis(), watchMemory()]);
  await sleep(2_000);
  await findAcknowledged();
  tell('normal');
  tell('hostile');
  const times = allOf(record.normal.values());
  const p99 = times[Math.floor(times.length * 0.99)] ?? Number.NaN;
  if (!(p99 < bounds.p99)) faults.push(`p99 of normal requests is ${p99.toFixed(0)} ms`);
  console.log(`\nnormal requests: ${times.length}, p99 ${p99.toFixed(0)} ms`);
  console.log(checkMemory());
  console.log(
    `acknowledged and looked for: ${ledger.posts.length} posts, ${ledger.comments.length} comments`,
  );
  const failed = service.complaints().filter((line) => !/counters|redis/i.test(line));
  for (const line of failed.slice(0, 10)) faults.push(`log: ${line.slice(0, 500)}`);
  console.log(faults.length === 0 ? '\nNothing was found.' : `\nFaults:\n${faults.join('\n')}`);
  process.exitCode = faults.length === 0 ? 0 : 1;
} finally {
  await service.stop();
  way?.close();
}
