import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';

/** Where the generated clients are. */
export const SDK = fileURLToPath(new URL('../../openapi/sdk', import.meta.url));

/** Runs a program in this folder to its end; the service it talks to is in this process and goes on meanwhile. */
export async function run(
  command: string[],
  env: Record<string, string> = {},
  folder = '.',
): Promise<{ status: number; out: string }> {
  const [tool = '', ...options] = command;
  const cwd = fileURLToPath(new URL(folder, import.meta.url));
  const child = spawn(tool, options, {
    cwd,
    env: { ...process.env, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const [out, errors, [status]] = await Promise.all([
    text(child.stdout),
    text(child.stderr),
    once(child, 'close'),
  ]);
  return { status, out: out + errors };
}

/** Why a test of a language has to be left out: what it runs with is not on this machine. */
export async function missing(command: string[]): Promise<string | false> {
  const { status } = await run(command).catch(() => ({ status: 1 }));
  return status === 0 ? false : `\`${command.join(' ')}\` does not work on this machine`;
}
