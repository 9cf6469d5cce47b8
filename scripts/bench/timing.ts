// Measures whether response times reveal what the responses do not: which addresses have an account, and its state. Starts the service on a loopback port, with an embedded database or a copy on the PostgreSQL of TEST_DATABASE_URL.
//
// usage: timing.ts [REQUESTS, of each kind: 200] [SECONDS, at the most: 110]
import { randomInt } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { createApp } from '../../src/app.ts';
import { loadConfig } from '../../src/config.ts';
import { openCounters } from '../../src/platform/counters/index.ts';
import { openEmbedded } from '../../src/platform/database/embedded.ts';
import type { Db } from '../../src/platform/database/index.ts';
import { openPostgres } from '../../src/platform/database/postgres.ts';
import { newId } from '../../src/platform/ids.ts';
import { generateSigningKey } from '../../src/platform/keys.ts';
import { createLog } from '../../src/platform/log.ts';
import { openMailer } from '../../src/platform/mail/index.ts';
import { hashPassword } from '../../src/platform/passwords.ts';
import { cloneTemplate, migratedDump, POSTGRES_URL } from '../../src/tooling/database-template.ts';
import { compare, median, quantile } from './ranks.ts';

const [requests = 200, seconds = 110] = process.argv.slice(2).map(Number);
if (!(requests >= 10 && seconds > 0)) throw new Error('usage: timing.ts [REQUESTS from 10 on] [SECONDS]');

const PASSWORD = 'correct horse battery staple';
/** Mails are sent up to 50 ms after the response; the next measurement starts after that. */
const MAIL_PAUSE = 80;
/** A z value of this distance from 0 has a probability of 0.001 by chance. */
const SUSPICIOUS = 3.29;

/** One kind of request; `send` resolves with the status once the answer is there. */
interface Kind {
  name: string;
  send(): Promise<number>;
  pause?: number;
}

/** Times of every kind in milliseconds. The order is random, so that other load affects all kinds alike. */
async function measure(kinds: readonly Kind[], until: number): Promise<Map<string, number[]>> {
  const times = new Map(kinds.map(({ name }) => [name, [] as number[]]));
  for (const { send } of kinds) await send(); // warm-up of connections, statements and code
  for (let round = 0; round < requests && performance.now() < until; round++) {
    for (const { name, send, pause } of shuffled(kinds)) {
      if (pause) await sleep(pause);
      const start = performance.now();
      const status = await send();
      times.get(name)?.push(performance.now() - start);
      if (status >= 500) throw new Error(`${name} was answered ${status}`);
    }
  }
  return times;
}

function shuffled<T>(items: readonly T[]): T[] {
  const left = [...items];
  return items.map(() => left.splice(randomInt(left.length), 1)[0] as T);
}

/** Compares every kind with the first. Returns whether one can be distinguished from it. */
function report(title: string, times: Map<string, number[]>): boolean {
  const [[unknown, base] = ['', []], ...others] = times;
  const line = (...cells: string[]) =>
    console.log(cells.map((cell, n) => (n ? cell.padStart(10) : cell.padEnd(34))).join(''));
  const ms = (value: number) => `${value.toFixed(2)} ms`;
  console.log(`\n${title} (${base.length} requests each)`);
  line('', 'median', 'p90', 'ratio', 'z');
  line(unknown, ms(median(base)), ms(quantile(base, 0.9)));
  let differs = false;
  for (const [name, values] of others) {
    const z = compare(values, base);
    differs ||= Math.abs(z) > SUSPICIOUS;
    line(
      name,
      ms(median(values)),
      ms(quantile(values, 0.9)),
      (median(values) / median(base)).toFixed(3),
      z.toFixed(2),
    );
  }
  return differs;
}

let made = 0;
/** Creates an account and returns its address. */
async function account(
  db: Db,
  values: { password_hash: string | null; is_active?: boolean; deleted_at?: string },
) {
  const username = `timing-${++made}`;
  const email = `${username}@example.com`;
  await db
    .insertInto('users')
    .values({ id: newId(), email, username, ...values })
    .execute();
  return email;
}

const root = await mkdtemp(join(tmpdir(), 'imprint-timing-'));
const config = {
  ...loadConfig({ APP_ENV: 'test', LOG_LEVEL: 'silent', RATE_LIMIT: 'off', DATA_DIR: root }),
  PORT: 0,
};
const log = createLog(config);
const clone = POSTGRES_URL ? await cloneTemplate(POSTGRES_URL) : undefined;
const database = clone
  ? openPostgres({ url: clone.url, poolSize: 10 }, log)
  : await openEmbedded({ dump: await migratedDump() });
const { db } = database;
const mailer = openMailer(config, log);
const counters = await openCounters(config, log);
const app = await createApp(config, { database, mailer, counters, log, signingKey: generateSigningKey() });
const address = await app.listen({ host: '127.0.0.1', port: 0 });
const end = performance.now() + seconds * 1000;

const post = async (path: string, body: object) => {
  const headers = { 'content-type': 'application/json' };
  const answer = await fetch(`${address}/api/v1${path}`, {
    method: 'POST',
    headers,
    body: JSON.stringify(body),
  });
  await answer.text();
  return answer.status;
};
const logIn = (name: string, email: string, password = 'not the password'): Kind => ({
  name,
  send: () => post('/auth/login', { email, password }),
});

try {
  const password_hash = await hashPassword(PASSWORD);
  const logins = [
    logIn('unknown address', 'nobody@example.com'),
    logIn('wrong password', await account(db, { password_hash })),
    logIn('disabled account', await account(db, { password_hash, is_active: false })),
    logIn('deleted account', await account(db, { password_hash, deleted_at: new Date().toISOString() })),
    logIn('account without a password', await account(db, { password_hash: null })),
  ];
  // An account gets three mails an hour at the most.
  const known: string[] = [];
  for (let n = 0; n <= requests; n++) known.push(await account(db, { password_hash }));
  let asked = 0;
  const resets = [
    {
      name: 'unknown address',
      pause: MAIL_PAUSE,
      send: () => post('/auth/password/forgot', { email: `nobody-${++asked}@example.com` }),
    },
    {
      name: 'known address',
      pause: MAIL_PAUSE,
      send: () => post('/auth/password/forgot', { email: known.pop() }),
    },
  ];
  console.log(
    `Timing on ${database.engine}; |z| above ${SUSPICIOUS} comes by chance once in a thousand times.`,
  );
  const byLogin = report(
    'login',
    await measure(logins, performance.now() + (end - performance.now()) * 0.65),
  );
  const byReset = report('requestPasswordReset', await measure(resets, end));
  console.log(
    byLogin || byReset ? '\nThe time of an answer tells something.' : '\nNothing can be told apart.',
  );
  process.exitCode = byLogin || byReset ? 1 : 0;
} finally {
  await app.close();
  await mailer.close();
  await database.close();
  await clone?.drop();
  await rm(root, { recursive: true, force: true });
}
