import t from 'tap';
import { TIERS, type Tier } from '../../src/config/rate-limits.ts';
import { newId } from '../../src/platform/ids.ts';
import { testApp } from '../support/app/app.ts';
import { sampleRequest } from '../support/contract/samples.ts';
import { broken, failing, unreachable, withCode } from '../support/database/failing-database.ts';

/** What every operation answers when the limits are used up, or when what the service stands on fails. */

/** Operations that answer without asking the database for anything. */
const SELF_SUFFICIENT = ['checkHealth', 'getSigningKeys'];

t.test(
  'when the limits are used up, every limited operation answers 429 and says when to come back',
  async (t) => {
    const tiers = Object.fromEntries(Object.keys(TIERS).map((tier) => [tier, 1])) as Record<Tier, number>;
    const { app, client } = await testApp(t, { tiers, resources: { database: unreachable() } });
    const signedIn = client.root.as(app.tokens.issue({ sub: newId(), sid: newId() }));
    for (const operation of app.operations.all.filter(({ config }) => config.limit !== 'none')) {
      const { method, path, options } = sampleRequest(operation);
      await signedIn.request(method, path, options);
      const { status, body, headers } = await signedIn.request(method, path, options);
      t.equal(status, 429, operation.id);
      t.equal(body.code, 'too_many_requests', operation.id);
      const { limit } = operation.config;
      if (limit === 'none') continue;
      const window = TIERS[limit].window / 1000;
      t.equal(headers['ratelimit-policy'], `"${limit}";q=1;w=${window}`, operation.id);
      t.match(headers.ratelimit, new RegExp(`^"${limit}";r=0;t=\\d+$`), operation.id);
    }
  },
);

t.test('when the database is gone, every operation that needs it answers 503', async (t) => {
  const { app, client } = await testApp(t, { resources: { database: unreachable() } });
  const signedIn = client.root.as(app.tokens.issue({ sub: newId(), sid: newId() }));
  for (const operation of app.operations.all) {
    const { method, path, options } = sampleRequest(operation);
    const { status, text } = await signedIn.request(method, path, options);
    t.equal(status, SELF_SUFFICIENT.includes(operation.id) ? 200 : 503, operation.id);
    t.notMatch(text, /ECONNREFUSED|:5432/, operation.id);
  }
});

t.test(
  'when something unforeseen happens, every operation answers 500 and tells nothing about it',
  async (t) => {
    const { app, client } = await testApp(t, {
      config: { APP_ENV: 'production' },
      resources: { database: broken() },
    });
    const signedIn = client.root.as(app.tokens.issue({ sub: newId(), sid: newId() }));
    for (const operation of app.operations.all) {
      if (SELF_SUFFICIENT.includes(operation.id) || operation.id === 'checkReadiness') continue;
      const { method, path, options } = sampleRequest(operation);
      const { status, body, text } = await signedIn.request(method, path, options);
      t.equal(status, 500, operation.id);
      t.equal(body.code, 'internal_error', operation.id);
      t.notMatch(text, /secret|select|nowhere|\.ts|node_modules/, operation.id);
    }
  },
);

t.test('outside production the answer says what happened', async (t) => {
  const { app, client } = await testApp(t, { resources: { database: broken() } });
  const token = app.tokens.issue({ sub: newId(), sid: newId() });
  const { body } = await client.as(token).get('/auth/me');
  t.match(body.detail, 'the SQL was select 1 from nowhere (said outside production only)');
});

t.test('each fault of the database is answered by what it means to the caller', async (t) => {
  const expected: Record<string, number> = {
    '08006': 503,
    '53300': 503,
    '57014': 503,
    '57P01': 503,
    '55P03': 503,
    '40001': 503,
    '40P01': 503,
    ECONNRESET: 503,
    ENOTFOUND: 503,
    '22021': 400,
    '22P02': 400,
    '42P01': 503,
    '42601': 500,
    '23514': 500,
  };
  for (const [code, status] of Object.entries(expected)) {
    const { client } = await testApp(t, { resources: { database: failing(() => withCode('no', code)) } });
    const answer = await client.post('/auth/login', { email: 'a@b.example', password: 'x' });
    t.equal(answer.status, status, code);
  }
});
