import { spawnSync } from 'node:child_process';
import pg from 'pg';
import t from 'tap';
import { until } from '../support/until.ts';
import { ask, imprint, serve, temporaryFolder } from './imprint.ts';

const server = process.env.TEST_DATABASE_URL;
const READY = /Stop +Ctrl\+C/;

t.test('two workers serve one PostgreSQL', { skip: !server && 'needs TEST_DATABASE_URL' }, async (t) => {
  const name = `imprint_workers_${process.pid}`;
  const admin = new pg.Client({ connectionString: server });
  await admin.connect();
  await admin.query(`create database ${name}`);
  t.teardown(async () => {
    await admin.query(`drop database ${name} with (force)`);
    await admin.end();
  });
  const url = new URL(server ?? '');
  url.pathname = `/${name}`;
  const env = { DATABASE_URL: url.href, DATA_DIR: await temporaryFolder(), RATE_LIMIT: 'off' };
  const service = await serve(['--workers', '2'], env, READY);
  const children = () => {
    const { stdout } = spawnSync('pgrep', ['-P', String(service.pid)], { encoding: 'utf8' });
    return stdout.trim().split('\n').map(Number);
  };

  t.match(service.output.stdout, /demo content/);
  const answers = await Promise.all(
    Array.from({ length: 20 }, () => ask(`${service.url}/api/v1/posts?per_page=1`)),
  );
  t.ok(answers.every((answer) => answer.status === 200));
  t.match(answers[0]?.body, { meta: { total: 12 } }, 'it was seeded once');

  t.test('one that dies is replaced', async (t) => {
    const [first = 0, second = 0] = children();
    process.kill(first, 'SIGKILL');
    await until(() => !children().includes(first));
    t.equal((await ask(`${service.url}/health`)).status, 200, 'the other serves meanwhile');
    await until(() => children().length === 2);
    const now = children();
    t.equal(now.length, 2);
    t.ok(now.includes(second) && !now.includes(first));
  });

  t.test('a start that cannot succeed is said once and not repeated', async (t) => {
    const { status, stderr } = await imprint(['serve'], { ...env, WORKERS: '2', PORT: String(service.port) });
    t.equal(status, 1);
    t.match(stderr, /^imprint: 127\.0\.0\.1:\d+ is in use by another process[^\n]+\n$/);
  });

  t.test('SIGTERM ends them all, and the primary with success', async (t) => {
    const workers = children();
    service.kill('SIGTERM');
    t.equal((await service.ended).status, 0);
    for (const pid of workers) t.throws(() => process.kill(pid, 0));
  });
});
