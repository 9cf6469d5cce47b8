import { Type } from '@sinclair/typebox';
import type { Counters } from '../../platform/counters/index.ts';
import type { Database } from '../../platform/database/index.ts';
import { pendingMigrations } from '../../platform/database/migrations.ts';
import { type App, operation } from '../contract/operations.ts';
import {
  answer,
  component,
  enumeration,
  listOf,
  nullable,
  ref,
  text,
  timestamp,
} from '../contract/schema.ts';
import { setRetryAfter } from '../wire/retry-after.ts';
import { pingDatabase } from './health.queries.ts';
import { type Check, sharedReport } from './readiness.ts';

const [OK, UNAVAILABLE] = ['ok', 'unavailable'] as const;

const HealthStatus = enumeration('HealthStatus', [OK, UNAVAILABLE], 'Whether it works or not.');

const ReadinessStatus = enumeration(
  'ReadinessStatus',
  ['ok', 'degraded', 'unavailable'],
  'Whether it can take requests: all of them, not all of them (`degraded`), or none.',
);

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
    status: ref(ReadinessStatus),
    checked_at: timestamp('When it was looked at: within the last second, or before if that took longer.'),
    checks: listOf(ReadinessCheck, { maxItems: 20, description: 'Each thing the service needs.' }),
  },
  { description: 'Whether the service can take requests.' },
);

/** Liveness and readiness, for load balancers and orchestrators; outside the version of the API. */
export async function health(
  app: App,
  { database, counters, stopping }: { database: Database; counters: Counters; stopping?: AbortSignal },
): Promise<void> {
  const tags = ['Health'];
  const ready = sharedReport(checksOf(database, counters));
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
      description:
        'Looks at everything the service needs, once a second at most however often this is asked. Send traffic only while it answers 200. `degraded` is a 200 as well: while `cache` is lost, reads and writes go on without limits, and signing in and its like answer 503.',
      tags,
      response: {
        200: answer(Readiness, 'It can take requests.'),
        503: answer(Readiness, 'It cannot, for the reasons given.'),
      },
    },
    config: operation({ access: 'public', limit: 'none' }),
    handler: async (_request, reply) => {
      const report = await ready();
      const detail = closing || stopping?.aborted ? 'is shutting down' : null;
      const process = { name: 'process', status: detail ? UNAVAILABLE : OK, duration_ms: 0, detail };
      const status = detail ? UNAVAILABLE : report.status;
      if (status === UNAVAILABLE) {
        setRetryAfter(reply);
        reply.code(503);
      }
      return { ...report, status, checks: [process, ...report.checks] };
    },
  });
}

/** What the service needs. The pool of the requests is left out of it, so that a crowd in front of that is no reason. */
function checksOf({ reads }: Database, counters: Counters): Check[] {
  const database: Check = {
    name: 'database',
    isRequired: true,
    run: () => pingDatabase(reads).then(() => null),
  };
  const migrations: Check = {
    name: 'migrations',
    isRequired: true,
    run: async () => {
      const pending = await pendingMigrations(reads);
      return pending.length === 0 ? null : `${pending.length} have not run; run \`imprint migrate up\``;
    },
  };
  const cache: Check = { name: 'cache', isRequired: false, run: () => counters.ping().then(() => null) };
  return [database, migrations, ...(counters.engine === 'redis' ? [cache] : [])];
}
