import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { generateSigningKey } from '../../src/platform/keys.ts';
import { cloneTemplate, POSTGRES_URL } from '../../src/tooling/database-template.ts';

/** The service in processes of its own, to be measured from outside. */
export interface StartedService {
  url: string;
  engine: 'embedded' | 'postgres';
  /** Memory that the processes have, in MiB. */
  memory(): Promise<number>;
  /** The lines of the log so far that say that something went wrong. */
  complaints(): string[];
  stop(): Promise<void>;
}

const ROOT = fileURLToPath(new URL('../../', import.meta.url));
/** The level of errors in the log. */
const COMPLAINT = 50;

async function freePort(): Promise<number> {
  const server = createServer();
  await once(server.listen(0, '127.0.0.1'), 'listening');
  const address = server.address();
  await new Promise((resolve) => server.close(resolve));
  return typeof address === 'object' ? (address?.port ?? 0) : 0;
}

const isAnswered = (url: string): Promise<boolean> =>
  fetch(url).then(
    () => true,
    () => false,
  );

/** The children of a process, and theirs. */
async function descendantsOf(pid: number): Promise<number[]> {
  const text = await readFile(`/proc/${pid}/task/${pid}/children`, 'utf8').catch(() => '');
  const children = text.split(' ').filter(Boolean).map(Number);
  return [...children, ...(await Promise.all(children.map(descendantsOf))).flat()];
}

async function residentOf(pid: number): Promise<number> {
  const status = await readFile(`/proc/${pid}/status`, 'utf8').catch(() => '');
  return Number(/^VmRSS:\s+(\d+)/m.exec(status)?.[1] ?? 0) / 1024;
}

/**
 * Starts the service on a free port: on a copy of the template in the PostgreSQL of `TEST_DATABASE_URL`, or without that on
 * an embedded database.
 */
export async function startService(settings: Record<string, string> = {}): Promise<StartedService> {
  const folder = await mkdtemp(join(tmpdir(), 'imprint-bench-'));
  const clone = POSTGRES_URL ? await cloneTemplate(POSTGRES_URL) : undefined;
  const port = await freePort();
  const { PATH = '', HOME = '' } = process.env;
  const child = spawn(process.execPath, ['scripts/imprint.mjs', 'serve', '--shutdown-delay', '0'], {
    cwd: ROOT,
    env: {
      PATH,
      HOME,
      PORT: String(port),
      DATA_DIR: folder,
      LOG_LEVEL: 'error',
      JWT_PRIVATE_KEY: generateSigningKey(),
      APP_ENV: 'test',
      ...(clone && { APP_ENV: 'staging', PUBLIC_URL: 'http://127.0.0.1', DATABASE_URL: clone.url }),
      ...settings,
    },
  });
  // Whatever ends this process ends the service, too.
  process.once('exit', () => child.kill('SIGKILL'));
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => process.exit(1));
  const complaints: string[] = [];
  const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  let rest = '';
  const read = (chunk: Buffer) => {
    const lines = (rest + chunk).split('\n');
    rest = lines.pop() ?? '';
    complaints.push(...lines.filter((line) => Number(/"level":(\d+)/.exec(line)?.[1] ?? 0) >= COMPLAINT));
  };
  child.stdout.on('data', read);
  child.stderr.on('data', read);
  const url = `http://127.0.0.1:${port}`;
  while (!(await isAnswered(`${url}/health`))) {
    if (child.exitCode !== null) throw new Error(`the service ended while it started: ${rest}`);
    await sleep(100);
  }
  return {
    url,
    engine: clone ? 'postgres' : 'embedded',
    memory: async () => {
      const all = [child.pid ?? 0, ...(await descendantsOf(child.pid ?? 0))];
      return (await Promise.all(all.map(residentOf))).reduce((sum, one) => sum + one, 0);
    },
    complaints: () => complaints,
    stop: async () => {
      child.kill('SIGTERM');
      await ended;
      await clone?.drop();
      await rm(folder, { recursive: true, force: true });
    },
  };
}
