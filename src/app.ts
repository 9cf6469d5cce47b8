import compress from '@fastify/compress';
import Fastify, { type FastifyError, LogController } from 'fastify';
import type { Config } from './config.ts';
import { authenticatorOf, isRecentSession, tokens } from './domains/auth/index.ts';
import { domains } from './domains/index.ts';
import { access } from './http/access/access.ts';
import { requestClients } from './http/access/actor.ts';
import { cors } from './http/access/cors.ts';
import { credentials } from './http/access/credentials.ts';
import { recentSignIn } from './http/access/recent-sign-in.ts';
import { auditing } from './http/concerns/audit.ts';
import { caching } from './http/concerns/caching.ts';
import { conditional, encodedEtags } from './http/concerns/conditional.ts';
import { deprecation } from './http/concerns/deprecation.ts';
import { idempotency } from './http/concerns/idempotency.ts';
import { language } from './http/concerns/language.ts';
import { limits, type Tier } from './http/concerns/limits.ts';
import { overload } from './http/concerns/overload.ts';
import { pagination } from './http/concerns/pagination.ts';
import { declaredResponses } from './http/contract/declared-responses.ts';
import { type App, MAX_PARAMETER_LENGTH, operations } from './http/contract/operations.ts';
import { serializerCompiler } from './http/contract/serialization.ts';
import { validation } from './http/contract/validation.ts';
import { health } from './http/endpoints/health.ts';
import { jwks } from './http/endpoints/jwks.ts';
import { notFound } from './http/endpoints/not-found.ts';
import { openapiFiles } from './http/endpoints/openapi.ts';
import { pages } from './http/endpoints/pages/index.ts';
import { openapi } from './http/openapi/index.ts';
import { baseHeaders } from './http/wire/base-headers.ts';
import { bodies } from './http/wire/bodies.ts';
import { handleClientError } from './http/wire/client-errors.ts';
import { errors } from './http/wire/errors.ts';
import { framing } from './http/wire/framing.ts';
import { requestId, requestLog, requestWork } from './http/wire/requests.ts';
import { timeouts } from './http/wire/timeouts.ts';
import type { Counters } from './platform/counters/index.ts';
import type { Database } from './platform/database/index.ts';
import { maintainEmbedded } from './platform/database/server.queries.ts';
import { KeyRing, type Secrets } from './platform/keys.ts';
import type { Log } from './platform/log.ts';
import type { Mailer } from './platform/mail/index.ts';
import { type MarkdownOptions, MarkdownRenderer } from './platform/markdown/index.ts';
import { RecurringWork } from './platform/recurring.ts';

declare module 'fastify' {
  interface FastifyInstance {
    config: Config;
    db: Database['db'];
    reads: Database['reads'];
    mailer: Mailer;
    counters: Counters;
    markdown: MarkdownRenderer;
    recurring: RecurringWork;
    /** The address clients see, without a slash at the end. */
    publicUrl(): string;
    /** Secrets of their own for each purpose, derived from the signing keys. */
    secretsFor(purpose: string): Secrets;
  }
}

/** What the service uses and does not open itself; the caller of `createApp` closes them. */
export interface Resources {
  database: Database;
  mailer: Mailer;
  counters: Counters;
  log: Log;
  /** Ed25519 private key (PKCS #8 PEM) for access tokens. */
  signingKey: string;
  /** Aborted when the process is told to stop: it still serves, but is not ready any more. */
  stopping?: AbortSignal;
}

/** What tests set differently. */
export interface AppOptions {
  /** Other numbers of requests for rate limits. */
  tiers?: Partial<Record<Tier, number>>;
  /** From which delay of the event loop on requests are answered 503, in milliseconds; 0 is never. */
  maxEventLoopDelay?: number;
  /** How long a body may take to arrive before its sender is authorized again, in milliseconds. */
  reauthorizeAfter?: number;
  /** How long the head of a request may take to arrive, in milliseconds. */
  headersTimeout?: number;
  /** How long the previous key goes on signing, in seconds. */
  handover?: number;
  /** Other limits for the rendering of Markdown. */
  markdown?: Partial<MarkdownOptions>;
}

/**
 * Creates the service, without listening. Requests pass the plugins in the order of their registration.
 */
export async function createApp(
  config: Config,
  resources: Resources,
  options: AppOptions = {},
): Promise<App> {
  const { http, ...times } = timeouts(options.headersTimeout);
  const app: App = Fastify({
    loggerInstance: resources.log,
    genReqId: requestId,
    logController: new LogController({ disableRequestLogging: true, requestIdLogLabel: 'request_id' }),
    trustProxy: config.TRUST_PROXY.length > 0 ? config.TRUST_PROXY : false,
    bodyLimit: config.MAX_BODY_BYTES,
    ...times,
    http: { ...http, requireHostHeader: false }, // a request without it gets a problem
    return503OnClosing: false, // while closing, requests are still answered, with `Connection: close`
    routerOptions: { maxParamLength: MAX_PARAMETER_LENGTH },
    clientErrorHandler: handleClientError(() => app),
    frameworkErrors: (error, request, reply) => {
      const answer = (problem: FastifyError) => app.errorHandler.call(app, problem, request, reply);
      app.limitUnmatched(request, reply).then(() => answer(error), answer);
    },
  });
  const { db, reads } = resources.database;
  const keys = new KeyRing(resources.signingKey, config.JWT_PREVIOUS_KEYS, options.handover);

  app.decorate('config', config);
  app.decorate('db', db);
  app.decorate('reads', reads);
  app.decorate('mailer', resources.mailer);
  app.decorate('counters', resources.counters);
  const markdown = new MarkdownRenderer({ processes: config.WORKERS, ...options.markdown });
  app.decorate('markdown', markdown);
  app.addHook('onClose', () => markdown.close());
  const recurring = new RecurringWork(resources.log);
  app.decorate('recurring', recurring);
  app.addHook('onClose', () => recurring.close());
  if (resources.database.engine === 'embedded')
    recurring.add({
      name: 'maintaining the database',
      interval: 10_000,
      run: () => maintainEmbedded(resources.database),
    });
  app.decorate('secretsFor', (purpose: string) => keys.secretsFor(purpose));
  app.decorate(
    'publicUrl',
    () => config.PUBLIC_URL ?? `http://${hostOf(config)}:${listeningPort(app) ?? config.PORT}`,
  );
  app.setSerializerCompiler(serializerCompiler({ strict: config.APP_ENV === 'test' }));

  await app.register(tokens, { keys, config });

  await app.register(operations);
  await app.register(requestClients);
  await app.register(baseHeaders);
  await app.register(caching);
  await app.register(errors, { publicUrl: () => app.publicUrl(), verbose: config.APP_ENV !== 'production' });
  await app.register(requestWork);
  await app.register(requestLog);
  await app.register(framing);
  await app.register(cors, { origins: config.CORS_ORIGINS, partnerOrigins: config.PARTNER_CORS_ORIGINS });
  await app.register(deprecation);
  // The embedded database runs in this thread, so there a busy event loop does not mean overload.
  const delay = options.maxEventLoopDelay ?? 2_000;
  const maxEventLoopDelay = resources.database.engine === 'embedded' ? 0 : delay;
  await app.register(overload, { maxEventLoopDelay });
  const origins = () => [...config.CORS_ORIGINS, new URL(app.publicUrl()).origin];
  await app.register(credentials, { authenticator: authenticatorOf(app), origins });
  await app.register(limits, {
    on: config.RATE_LIMIT === 'on',
    counters: resources.counters,
    limits: config.RATE_LIMITS,
    trustedNetworks: config.TRUSTED_NETWORKS,
    ...(options.tiers && { tiers: options.tiers }),
  });
  await app.register(access, { reauthorizeAfter: options.reauthorizeAfter });
  await app.register(recentSignIn, { isRecent: isRecentSession(app) });
  await app.register(bodies);
  await app.register(validation);
  await app.register(idempotency);
  await app.register(pagination, { secrets: keys.secretsFor('cursors'), database: resources.database });
  await app.register(conditional);
  await app.register(language);
  await app.register(declaredResponses);
  await app.register(auditing);
  await app.register(compress, {
    global: true,
    globalDecompression: false,
    threshold: 500,
    encodings: ['br', 'gzip'],
    brotliOptions: { params: { 1: 4 } },
  });
  await app.register(encodedEtags);
  await app.register(notFound);
  await app.register(openapi);
  await app.register(health, resources);
  await app.register(jwks, { keys });
  await app.register(openapiFiles);
  await app.register(pages);
  await app.register(domains);
  return app;
}

/** An IPv6 address stands in brackets in a URL (RFC 3986, section 3.2.2). */
const hostOf = ({ HOST }: Config): string => (HOST.includes(':') ? `[${HOST}]` : HOST);

function listeningPort(app: App): number | undefined {
  const address = app.server.address();
  return typeof address === 'object' ? address?.port : undefined;
}
