import t from 'tap';
import { generateSigningKey } from '../../src/platform/keys.ts';
import { propertiesOf } from '../../src/platform/unknown.ts';
import { until } from '../support/until.ts';
import { DEPLOYED, serve } from './imprint.ts';

const JWT_PRIVATE_KEY = generateSigningKey();
const staging = { ...DEPLOYED, JWT_PRIVATE_KEY };

const linesOf = (stdout: string) =>
  stdout
    .trim()
    .split('\n')
    .map((line) => propertiesOf(JSON.parse(line)));

t.test(
  'it starts without its database and its Redis, says so at /health/ready, and writes JSON lines only',
  async (t) => {
    const service = await serve(['--shutdown-delay', '1'], { ...staging, REDIS_URL: 'redis://127.0.0.1:1' });
    t.equal((await fetch(`${service.url}/health`)).status, 200);
    const ready = await fetch(`${service.url}/health/ready`);
    t.equal(ready.status, 503);
    t.match(await ready.json(), {
      checks: [
        { name: 'process', status: 'ok' },
        { name: 'database', status: 'unavailable' },
        { name: 'migrations', status: 'unavailable' },
        { name: 'cache', status: 'unavailable' },
      ],
    });

    service.kill('SIGTERM');
    const isStopping = async () =>
      (await fetch(`${service.url}/health`)).headers.get('connection') === 'close';
    await until(isStopping);
    const health = await fetch(`${service.url}/health`);
    t.equal(health.status, 200, 'load balancers may still send requests');
    t.equal(health.headers.get('connection'), 'close');
    t.match(await (await fetch(`${service.url}/health/ready`)).json(), {
      checks: [{ name: 'process', status: 'unavailable', detail: 'is shutting down' }],
    });
    const { status, stdout } = await service.ended;
    t.equal(status, 0);
    t.match(linesOf(stdout).at(-1), { level: 'info', msg: 'stopped' });
    t.match(stdout, 'Redis does not answer');
    t.match(stdout, 'SMTP_URL is not set', 'and that its mails reach nobody');
  },
);

t.test('an error that nobody caught is logged, and the process ends with a failure', async (t) => {
  const fault = "process.on('SIGUSR2', () => Promise.reject(new Error('nobody caught this')))";
  const service = await serve(['--shutdown-delay', '0'], {
    ...staging,
    NODE_OPTIONS: `--import=data:text/javascript,${encodeURIComponent(fault)}`,
  });
  service.kill('SIGUSR2');
  const { status, stdout } = await service.ended;
  t.equal(status, 1);
  const lines = linesOf(stdout);
  const fatal = lines.find(({ level }) => level === 'fatal');
  t.match(fatal, { reason: 'unhandledRejection', err: { message: 'nobody caught this' } });
  t.ok(lines.some(({ msg }) => msg === 'stopped'));
});
