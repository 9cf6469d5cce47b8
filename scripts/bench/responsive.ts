// Measures what is left for others while passwords are checked and long texts are rendered: how soon /health answers during 200 logins at once, and during ten posts of 990 kB of nested emphasis, with the rate of readers of one post beside it.
//
// usage: responsive.ts [WORKERS: 1]; on the PostgreSQL of TEST_DATABASE_URL, or an embedded database
import { setTimeout as sleep } from 'node:timers/promises';
import { propertiesOf } from '../../src/platform/unknown.ts';
import { drive, probe, type Series, send } from './load.ts';
import { startService } from './service.ts';

const [workers = '1'] = process.argv.slice(2);
const PASSWORD = 'correct horse battery staple';
const LOGINS = 200;
const POSTS = 10;
const PROBE_EVERY = 10;
const READERS = 16;

const service = await startService({ RATE_LIMIT: 'off', WORKERS: workers });
const api = `${service.url}/api/v1`;

/** Runs something beside a probe of /health. */
async function beside<T>(work: () => Promise<T>): Promise<{ health: Series; result: T; took: number }> {
  const end = new AbortController();
  const probing = probe(`${service.url}/health`, PROBE_EVERY, end.signal);
  await sleep(200);
  const start = performance.now();
  const result = await work();
  const took = performance.now() - start;
  end.abort();
  return { health: await probing, result, took };
}

const ms = (value: number) => `${value.toFixed(1)} ms`;
const say = (what: string, { health, took }: { health: Series; took: number }, more: string) =>
  console.log(
    `${what}: ${(took / 1000).toFixed(1)} s, /health p50 ${ms(health.quantile(0.5))}, p99 ${ms(health.quantile(0.99))}, most ${ms(health.quantile(1))} (${health.counted()})${more}`,
  );

try {
  const account = JSON.stringify({ email: 'bench@example.com', password: PASSWORD });
  await send(`${api}/auth/register`, { method: 'POST', body: account });
  const login = () => send(`${api}/auth/login`, { method: 'POST', body: account });
  const { access_token } = propertiesOf(JSON.parse((await login()).text));
  const headers = { authorization: `Bearer ${access_token}` };
  const write = (title: string, body: string) =>
    send(`${api}/posts`, {
      method: 'POST',
      headers,
      body: JSON.stringify({ title, body, status: 'published' }),
    });
  const made = await write('Read by many', 'A **short** text.\n\n'.repeat(150));
  const { id } = propertiesOf(JSON.parse(made.text));
  const read = (signal: AbortSignal) => drive(`${api}/posts/${id}`, READERS, signal);
  await read(AbortSignal.timeout(2_000)); // warm-up

  const quiet = await beside(() => sleep(3_000));
  say('nothing else', quiet, '');
  const logins = await beside(() => Promise.all(Array.from({ length: LOGINS }, login)));
  const statuses = Map.groupBy(logins.result, ({ status }) => status);
  const counted = [...statuses].map(([status, { length }]) => `${status} × ${length}`).join(', ');
  const rate = (LOGINS * 1000) / logins.took;
  say(`${LOGINS} logins at once`, logins, `; logins ${counted}, ${rate.toFixed(0)} a second`);

  const alone = await read(AbortSignal.timeout(5_000));
  const text = '*a **b '.repeat(141_000);
  const writing = await beside(async () => {
    const end = new AbortController();
    const reading = read(end.signal);
    const posts = await Promise.all(Array.from({ length: POSTS }, (_, n) => write(`Emphasis ${n}`, text)));
    end.abort();
    return { posts, readers: await reading };
  });
  const { posts, readers } = writing.result;
  const written = posts.map(({ status }) => status).join(' ');
  const share = (100 * readers.rate) / alone.rate;
  say(
    `${POSTS} posts of ${text.length} characters`,
    writing,
    `; posts ${written}; readers ${readers.rate.toFixed(0)} a second of ${alone.rate.toFixed(0)} (${share.toFixed(0)} %), p99 ${ms(readers.series.quantile(0.99))} (${readers.series.counted()})`,
  );
} finally {
  await service.stop();
}
