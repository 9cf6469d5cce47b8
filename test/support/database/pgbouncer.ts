import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { connect, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Test } from 'tap';
import { POSTGRES_URL } from '../../../src/tooling/database-template.ts';
import { until } from '../until.ts';

/** Debian's is not in the PATH of everyone. */
const PROGRAM = ['/usr/sbin', '/usr/local/sbin', ...(process.env.PATH ?? '').split(':')]
  .map((folder) => join(folder, 'pgbouncer'))
  .find(existsSync);

/** Why there can be no PgBouncer here; undefined where there can. */
export const noPooler: string | undefined = POSTGRES_URL
  ? PROGRAM
    ? undefined
    : 'PgBouncer is not installed'
  : 'there is no PostgreSQL to stand in front of';

/**
 * A PgBouncer in transaction mode in front of a database, until the end of the test.
 *
 * @param options.connections how many connections it makes to the server
 * @param options.settings lines for its configuration
 * @returns the address of the same database through it
 */
export async function pgbouncer(
  t: Test,
  database: string,
  options: { connections: number; settings?: readonly string[] },
): Promise<string> {
  const folder = mkdtempSync(join(tmpdir(), 'imprint-pgbouncer-'));
  chmodSync(folder, 0o777); // it does not run as root, and then cannot use what is root's own
  const port = await freePort();
  const { hostname, port: serverPort, username, password } = new URL(database);
  const login = `user=${username || 'postgres'}${password ? ` password=${decodeURIComponent(password)}` : ''}`;
  const config = join(folder, 'pgbouncer.ini');
  writeFileSync(
    config,
    [
      '[databases]',
      `* = host=${hostname} port=${serverPort || 5432} ${login}`,
      '[pgbouncer]',
      'listen_addr = 127.0.0.1',
      `listen_port = ${port}`,
      'unix_socket_dir =',
      'auth_type = any',
      'pool_mode = transaction',
      `default_pool_size = ${options.connections}`,
      'max_client_conn = 200',
      `logfile = ${folder}/log`,
      ...(options.settings ?? []),
    ].join('\n'),
    { mode: 0o644 },
  );
  const user = process.getuid?.() === 0 ? ['-u', nonRoot()] : [];
  const child = spawn(PROGRAM ?? 'pgbouncer', ['-q', ...user, config], { stdio: 'ignore' });
  const ended = once(child, 'exit');
  t.teardown(async () => {
    child.kill('SIGTERM');
    await ended;
    rmSync(folder, { recursive: true, force: true });
  });
  await Promise.race([
    listening(port),
    ended.then(([code]) => Promise.reject(new Error(`it ended with ${code}`))),
  ]);
  const url = new URL(database);
  url.host = `127.0.0.1:${port}`;
  return url.href;
}

/** Some user of this machine that is not root. */
const nonRoot = (): string =>
  ['postgres', 'nobody'].find((name) => spawnSync('id', ['-u', name]).status === 0) ?? 'daemon';

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  await once(server, 'close');
  if (typeof address !== 'object' || address === null) throw new Error('there is no free port');
  return address.port;
}

async function listening(port: number): Promise<void> {
  await until(async () => {
    const socket = connect(port, '127.0.0.1');
    const isOpen = await once(socket, 'connect').then(
      () => true,
      () => false,
    );
    socket.destroy();
    return isOpen;
  });
}
