import { once } from 'node:events';
import { connect, createServer } from 'node:net';
import { sql } from 'kysely';
import t from 'tap';
import { freshDatabase, isParallel } from '../support/database/database.ts';
import { until } from '../support/until.ts';
import { launch, serve, temporaryFolder } from './imprint.ts';

/** A development server that is started before its database. */

const NOT_THERE = /the database cannot be reached \([^\n]*\); trying again in [\d.]+ s/;
const settings = async (url: string) => ({ DATABASE_URL: url, DATA_DIR: await temporaryFolder(), PORT: '0' });

for (const workers of ['1', '2']) {
  t.test(`it says that it waits, and ends when it is told to (${workers} workers)`, async (t) => {
    const env = await settings('postgres://nobody@127.0.0.1:1/nothing');
    const { output, ended, kill } = launch(['serve', '--workers', workers], env);
    await until(() => NOT_THERE.test(output.stdout));
    kill('SIGTERM');
    t.equal((await ended).status, 0);
  });
}

t.test(
  'a command that migrates says whom it waits for, and goes on afterwards',
  { skip: !isParallel && 'on PostgreSQL only' },
  async (t) => {
    const { owner, ownerUrl } = await freshDatabase();
    const { running } = await owner.transaction().execute(async (tx) => {
      await sql`select pg_advisory_xact_lock(3853314791062309107)`.execute(tx);
      const running = launch(['migrate', 'up'], { DATABASE_URL: ownerUrl ?? '' });
      await until(() => running.output.stderr.includes('\n'));
      return { running };
    });
    const { status, stdout, stderr } = await running.ended;
    t.match(
      stderr,
      /^imprint: waiting for "imprint" \(process \d+ of PostgreSQL, from [\d.:a-f]+\), which migrates the database\n$/,
    );
    t.equal(stdout, 'nothing to do\n');
    t.equal(status, 0);
  },
);

/** A port on which nobody listens. */
async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  await once(server, 'close');
  return typeof address === 'object' ? (address?.port ?? 0) : 0;
}

t.test(
  'it migrates, seeds and serves once the database is there',
  { skip: !isParallel && 'on PostgreSQL only' },
  async (t) => {
    const target = new URL((await freshDatabase()).url ?? '');
    const port = await freePort();
    const proxy = createServer((client) => {
      const server = connect(Number(target.port || 5432), target.hostname);
      client.pipe(server).pipe(client);
      for (const socket of [client, server]) socket.on('error', () => undefined);
    });
    t.teardown(() => proxy.close());
    const url = new URL(target);
    url.host = `127.0.0.1:${port}`;
    const begun = serve([], await settings(url.href), /cannot be reached/);
    const service = await begun;
    proxy.listen(port, '127.0.0.1');
    await until(() => /Demo login/.test(service.output.stdout));
    t.match(service.output.stdout, NOT_THERE);
    t.match(service.output.stdout, 'demo content has been put into the empty database');
    service.kill('SIGTERM');
    t.equal((await service.ended).status, 0);
  },
);
