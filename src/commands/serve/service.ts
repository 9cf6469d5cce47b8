import cluster from 'node:cluster';
import { flushCompileCache } from 'node:module';
import { type Config, isDeployed, misspeltSettings } from '../../config.ts';
import type { App } from '../../http/contract/operations.ts';
import { openCounters } from '../../platform/counters/index.ts';
import type { Database } from '../../platform/database/index.ts';
import { createLog, type Log } from '../../platform/log.ts';
import { openMailer } from '../../platform/mail/index.ts';
import { shareHashing } from '../../platform/passwords.ts';
import { Drain, type StopReason, type StopRequests, watchForStop } from '../../platform/shutdown.ts';
import { isDebugging, open, signingKeyOf } from '../context.ts';
import { describeFailure, Failure, report } from '../failures.ts';
import { announce } from './announce.ts';

/** The times of a shutdown, in milliseconds. */
export interface ShutdownTimes {
  delay: number;
  timeout: number;
}

/** Functions that close what has been opened, in the order of opening; they are called in reverse order. */
type Closers = (() => Promise<void>)[];

/** A worker tells its primary why it could not start. */
export interface StartFailure {
  failure: string;
  status: 1 | 2;
}

/**
 * Serves until the process is told to stop, and ends the process: with status 0 after a signal, 1 after an uncaught error
 * or a failed start.
 */
export async function runService(config: Config, times: ShutdownTimes): Promise<void> {
  const stops = watchForStop();
  const log = createLog(config);
  if (cluster.isPrimary) for (const line of misspeltSettings()) log.warn(line);
  const opened: Closers = [];
  void stops.requested.then((reason) => forceEnd(reason, log, times.timeout));
  try {
    await start(config, { log, opened, stops, times });
  } catch (error) {
    if (!stops.signal.aborted) {
      await closeAll(opened).catch(() => undefined);
      process.exit(await reportStart(error));
    }
  }
  const reason = await stops.requested;
  logReason(log, reason);
  try {
    await closeAll(opened);
  } catch (error) {
    log.error({ err: error }, 'the end was not orderly');
    process.exit(1);
  }
  log.info('stopped');
  process.exit('error' in reason ? 1 : 0);
}

interface Start {
  log: Log;
  opened: Closers;
  stops: StopRequests;
  times: ShutdownTimes;
}

async function start(config: Config, { log, opened, stops, times }: Start): Promise<void> {
  const { signal } = stops;
  shareHashing(config.WORKERS);
  const signingKey = await signingKeyOf(config);
  // The embedded database is busy outside this thread for a while, so the code is loaded meanwhile.
  const loading = Promise.all([import('../../app.ts'), import('./prepare.ts')]);
  loading.catch(() => undefined); // awaited below, where a failure is reported
  const counters = await openCounters(config, log);
  opened.push(async () => counters.close());
  const database = await open(config, log);
  opened.push(() => database.close());
  const [{ createApp }, { prepare }] = await loading;
  signal.throwIfAborted();
  const login = cluster.isPrimary ? await prepare(config, database, log, { signingKey, signal }) : undefined;
  signal.throwIfAborted();
  const mailer = openMailer(config, log);
  opened.push(() => mailer.close());
  if (isDeployed(config.APP_ENV) && !config.SMTP_URL)
    log.warn('SMTP_URL is not set: mails are written to files under DATA_DIR/mail, and nobody gets them');
  const app = await createApp(config, { database, mailer, counters, log, signingKey, stopping: signal });
  const drain = new Drain(app.server);
  let isListening = false;
  opened.push(async () => {
    if (!isListening) return app.close();
    const { delay, timeout } = times;
    await drain.run({ delay, cutAfter: timeout * 0.8, shared: cluster.isWorker }, () => app.close());
  });
  signal.throwIfAborted();
  await listen(app, config);
  isListening = true;
  if (isDeployed(config.APP_ENV)) void warnOfDatabase(database, log);
  setTimeout(flushCompileCache, 1000).unref(); // so that the cache exists even if the process is killed
  if (config.APP_ENV === 'development' && cluster.isPrimary) announce(app.publicUrl(), login);
}

/** Logs if the database is unavailable or migrations are pending. The service listens nevertheless. */
async function warnOfDatabase({ db }: Database, log: Log): Promise<void> {
  try {
    const { pendingMigrations } = await import('../../platform/database/migrations.ts');
    const pending = await pendingMigrations(db);
    if (pending.length > 0) log.warn(`${pending.length} migrations have not run: run \`imprint migrate up\``);
  } catch (error) {
    log.warn({ err: error }, 'the database cannot be used yet');
  }
}

const LISTENING: Record<string, string> = {
  EADDRINUSE: 'is in use by another process; stop that one, or choose another PORT',
  EACCES: 'may not be used by this user; choose a PORT from 1024 on',
  EADDRNOTAVAIL: 'is not an address of this machine; choose another HOST',
  ENOTFOUND: 'is not a name that can be resolved; choose another HOST',
  EAI_AGAIN: 'is not a name that can be resolved; choose another HOST',
};

async function listen(app: App, { HOST, PORT }: Config): Promise<void> {
  try {
    await app.listen({ host: HOST, port: PORT });
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : '';
    const fault = LISTENING[code];
    throw fault ? new Failure(`${HOST}:${PORT} ${fault}`) : error;
  }
}

async function closeAll(opened: Closers): Promise<void> {
  for (let close = opened.pop(); close; close = opened.pop()) await close();
}

/** Ends the process if an orderly shutdown takes too long. */
function forceEnd(reason: StopReason, log: Log, timeout: number): void {
  setTimeout(() => {
    log.fatal({ reason: reason.name }, `not everything had ended after ${timeout / 1000} s`);
    process.exit(1);
  }, timeout).unref();
}

function logReason(log: Log, reason: StopReason): void {
  if ('error' in reason)
    log.fatal({ err: reason.error, reason: reason.name }, 'stopping because of an error');
  else log.info({ reason: reason.name }, 'stopping');
}

async function reportStart(error: unknown): Promise<1 | 2> {
  if (!process.send) return report(error, { stack: isDebugging() });
  const { line, status } = await describeFailure(error);
  const message: StartFailure = { failure: line, status };
  await new Promise((resolve) => process.send?.(message, resolve));
  return status;
}
