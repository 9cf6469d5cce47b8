import { spawn } from 'node:child_process';
import { mkdtempSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import t from 'tap';
import { propertiesOf } from '../../src/platform/unknown.ts';
import { oncePerFile } from '../support/runner/current-file.ts';
import { until } from '../support/until.ts';

/** Runs the command line as people do: in a process of its own, in a folder of its own. */

const CLI = fileURLToPath(new URL('../../scripts/imprint.mjs', import.meta.url));

/** Every setting that staging and production ask for, with a database that is not there. */
export const DEPLOYED = {
  APP_ENV: 'staging',
  PUBLIC_URL: 'https://imprint.example',
  DATABASE_URL: 'postgres://nobody@127.0.0.1:1/nothing',
};

export async function temporaryFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'imprint-test-'));
  t.teardown(() => rm(folder, { recursive: true, force: true }));
  return folder;
}

/** The working directory of every command that a test file runs. */
export const workingFolder = oncePerFile(() => {
  const folder = mkdtempSync(join(tmpdir(), 'imprint-test-'));
  t.teardown(() => rm(folder, { recursive: true, force: true }));
  return folder;
});

type Settings = Record<string, string>;

/** How a process ended. */
export interface Ended {
  status: number | null;
  signal: string | null;
  stdout: string;
  stderr: string;
}

/** A command that runs. */
export interface Running {
  pid: number;
  /** What it has written so far. */
  output: { stdout: string; stderr: string };
  ended: Promise<Ended>;
  kill(signal: NodeJS.Signals): void;
}

/** Starts a command; whatever is left of it at the end of the tests is killed. */
export function launch(args: string[], env: Settings = {}, input = ''): Running {
  const { PATH = '', HOME = '' } = process.env;
  const child = spawn(process.execPath, [CLI, ...args], {
    cwd: workingFolder(),
    env: { PATH, HOME, ...env },
  });
  t.teardown(() => child.kill('SIGKILL'));
  const output = { stdout: '', stderr: '' };
  child.stdout.on('data', (chunk) => {
    output.stdout += chunk;
  });
  child.stderr.on('data', (chunk) => {
    output.stderr += chunk;
  });
  const ended = new Promise<Ended>((resolve) => {
    child.on('close', (status, signal) => resolve({ status, signal, ...output }));
  });
  child.stdin.on('error', () => undefined); // a command that never reads it
  child.stdin.end(input);
  return { pid: child.pid ?? 0, output, ended, kill: (signal) => void child.kill(signal) };
}

/** Runs a command to its end. */
export const imprint = (args: string[], env: Settings = {}, input = ''): Promise<Ended> =>
  launch(args, env, input).ended;

/** A process that serves. */
export interface Service extends Running {
  url: string;
  port: number;
}

const ADDRESS = /http:\/\/127\.0\.0\.1:(\d+)/;

/**
 * Starts `imprint serve` on a free port.
 *
 * @param ready what it says when it is ready
 */
export async function serve(args: string[], env: Settings, ready: RegExp = ADDRESS): Promise<Service> {
  const running = launch(['serve', ...args], { PORT: '0', ...env });
  const { output, ended } = running;
  let hasEnded = false;
  void ended.then(() => {
    hasEnded = true;
  });
  await until(() => hasEnded || ready.test(output.stdout));
  if (hasEnded) throw new Error(`it did not start: ${output.stderr}${output.stdout}`);
  const port = Number(ADDRESS.exec(output.stdout)?.[1]);
  return { ...running, url: `http://127.0.0.1:${port}`, port };
}

export interface Answer {
  status: number;
  body: Record<string, unknown>;
}

/** Asks a service for JSON. */
export async function ask(url: string, options: { body?: object; token?: string } = {}): Promise<Answer> {
  const response = await fetch(url, {
    method: options.body ? 'POST' : 'GET',
    headers: {
      connection: 'close',
      ...(options.body && { 'content-type': 'application/json' }),
      ...(options.token && { authorization: `Bearer ${options.token}` }),
    },
    ...(options.body && { body: JSON.stringify(options.body) }),
  });
  return { status: response.status, body: propertiesOf(await response.json()) };
}
