// Own process: the meter of the event loop is replaced before the service is loaded.
import t from 'tap';
import { fileDatabase } from '../support/database/database.ts';
import { loop } from '../support/doubles/slow-loop.ts';
import { until } from '../support/until.ts';

// Only now, so that the service meets the meter that this test reads.
const { testApp } = await import('../support/app/app.ts');

t.test(
  'a process that is held up for seconds answers 503, but says that it lives, until it is well again',
  async (t) => {
    loop.delayInMilliseconds = 5_000;
    // The embedded engine computes in the same thread, so beside it a busy one is not taken for overload.
    const database = { ...(await fileDatabase()), engine: 'postgres' as const };
    const { client } = await testApp(t, { resources: { database }, maxEventLoopDelay: 2_000 });
    const isRefused = async () => (await client.root.get('/nowhere')).status === 503;
    await until(isRefused);
    for (const path of ['/api/v1/auth/me', '/api/v1/posts', '/.well-known/jwks.json', '/nowhere']) {
      const { status, body } = await client.root.get(path);
      t.equal(status, 503, path);
      t.equal(body.code, 'service_unavailable', path);
    }
    t.equal((await client.root.get('/health')).status, 200, 'or it would be restarted under load');
    loop.delayInMilliseconds = 0;
    await until(async () => !(await isRefused()));
    t.equal((await client.root.get('/health')).status, 200);
    t.equal((await client.get('/auth/me')).status, 401);
  },
);
