import { type Static, Type } from '@sinclair/typebox';
import type { Counters } from '../../platform/counters/index.ts';
import type { Database } from '../../platform/database/index.ts';
import { pendingMigrations } from '../../platform/database/migrations.ts';
import { type App, operation } from '../contract/operations.ts';
import { answer, component, enumeration, listOf, nullable, ref, text } from '../contract/schema.ts';
import { setRetryAfter } from '../wire/retry-after.ts';
import { pingDatabase } from './health.queries.ts';

const HealthStatus = enumeration('HealthStatus', ['ok', 'unavailable'], 'Whether it works or not.');

const Health = component('Health', { status: ref(HealthStatus) }, { description: 'The process answers.' });

const ReadinessCheck = component(
  'ReadinessCheck',
  {
    name: text({ maxLength: 50, description: 'What was checked.', examples: ['database'] }),
    status: ref(HealthStatus),
    duration_ms: Type.Number({
      format: 'double',
      minimum: 0,
      maximum: 60_000,
      description: 'How long the check took, in milliseconds.',
      examples: [1.5],
    }),
    detail: nullable(
      text({
        maxLength: 300,
        description: 'What is wrong; null where nothing is.',
        examples: ['cannot be reached'],
      }),
    ),
  },
  { description: 'One thing the service needs.' },
);

const Readiness = component(
  'Readiness',
  {
    status: ref(HealthStatus),
    checks: listOf(ReadinessCheck, { maxItems: 20, description: 'Each thing the service needs.' }),
  },
  { description: 'Whether the service can take requests.' },
);

const CHECK_TIMEOUT = 2_500;

async function check(
  name: string,
  run: () => Promise<string | null>,
): Promise<Static<typeof ReadinessCheck>> {
  const start = performance.now();
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<string>((resolve) => {
    timer = setTimeout(resolve, CHECK_TIMEOUT, 'did not answer in time');
  });
  const detail = await Promise.race([run(), late]).catch(() => 'cannot be reached');
  clearTimeout(timer);
  const duration_ms = Math.round((performance.now() - start) * 100) / 100;
  return { name, status: detail === null ? 'ok' : 'unavailable', duration_ms, detail };
}

/** Liveness and readiness, for load balancers and orchestrators; outside the version of the API. */
export async function health(
  app: App,
  { database, counters, stopping }: { database: Database; counters: Counters; stopping?: AbortSignal },
): Promise<void> {
  const tags = ['Health'];
  let closing = false;
  app.addHook('preClose', async () => {
    closing = true;
  });

  app.route({
    method: 'GET',
    url: '/health',
    schema: {
      operationId: 'checkHealth',
      summary: 'Is the process alive?',
      description: 'Answers as long as the process can answer at all; it looks at nothing else.',
      tags,
      response: { 200: answer(Health, 'The process answers.') },
    },
    config: operation({ access: 'public', limit: 'none' }),
    handler: () => ({ status: 'ok' as const }),
  });

  app.route({
    method: 'GET',
    url: '/health/ready',
    schema: {
      operationId: 'checkReadiness',
      summary: 'Can it take requests?',
      description: 'Checks everything the service needs. Send traffic only while this answers 200.',
      tags,
      response: {
        200: answer(Readiness, 'It can take requests.'),
        503: answer(Readiness, 'It cannot, for the reasons given.'),
      },
    },
    config: operation({ access: 'public', limit: 'none' }),
    handler: async (_request, reply) => {
      const checks = await Promise.all([
        check('process', async () => (closing || stopping?.aborted ? 'is shutting down' : null)),
        check('database', () => pingDatabase(database.db).then(() => null)),
        check('migrations', async () => {
          const pending = await pendingMigrations(database.db);
          return pending.length === 0 ? null : `${pending.length} have not run; run \`imprint migrate up\``;
        }),
        ...(counters.engine === 'redis' ? [check('cache', () => counters.ping().then(() => null))] : []),
      ]);
      const status = checks.every((one) => one.status === 'ok') ? ('ok' as const) : ('unavailable' as const);
      if (status === 'ok') return { status, checks };
      setRetryAfter(reply);
      return reply.code(503).send({ status, checks });
    },
  });
}
