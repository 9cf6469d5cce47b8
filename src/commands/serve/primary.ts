import cluster, { type Worker } from 'node:cluster';
import { fileURLToPath } from 'node:url';
import { type Config, isDeployed, misspeltSettings } from '../../config.ts';
import { createLog, type Log } from '../../platform/log.ts';
import { type StopRequests, watchForStop } from '../../platform/shutdown.ts';
import { isDebugging } from '../context.ts';
import { report } from '../failures.ts';
import { announce, type DemoLogin } from './announce.ts';
import type { StartFailure } from './service.ts';

/** A worker that exits sooner than this is restarted after a delay that doubles each time; milliseconds. */
const SHORT_LIFE = 10_000;
const FIRST_WAIT = 500;
const LONGEST_WAIT = 30_000;
/** Milliseconds after the shutdown timeout of a worker at which it is killed. */
const KILL_AFTER = 2_000;

/**
 * Supervises the workers until the process is told to stop. The primary serves no requests: it distributes connections,
 * restarts workers that exit, and forwards signals.
 *
 * @param timeout milliseconds that a worker may take to shut down
 */
export async function supervise(config: Config, timeout: number): Promise<void> {
  const stops = watchForStop();
  const log = createLog(config);
  for (const line of misspeltSettings()) log.warn(line);
  let login: DemoLogin | undefined;
  try {
    if (!isDeployed(config.APP_ENV)) {
      const { prepareOnce } = await import('./prepare.ts');
      login = await prepareOnce(config, log, stops.signal);
    }
  } catch (error) {
    if (!stops.signal.aborted) process.exit(await report(error, { stack: isDebugging() }));
  }
  if (!stops.signal.aborted) new Workers(config, log, stops, login).startAll();

  const reason = await stops.requested;
  if ('error' in reason)
    log.fatal({ err: reason.error, reason: reason.name }, 'stopping because of an error');
  else log.info({ reason: reason.name, workers: running().length }, 'stopping');
  const hasEnded = await stopAll(timeout + KILL_AFTER);
  if (!hasEnded) log.fatal('the workers did not end in time and were killed');
  else log.info('stopped');
  process.exit('error' in reason || !hasEnded ? 1 : 0);
}

const running = (): Worker[] => Object.values(cluster.workers ?? {}).filter((one) => one !== undefined);

/** Stops all workers and waits for them. Returns false if one had to be killed. */
async function stopAll(timeout: number): Promise<boolean> {
  const workers = running();
  const ended = Promise.all(
    workers.map((worker) => new Promise((resolve) => worker.process.once('exit', resolve))),
  );
  for (const worker of workers) worker.process.kill('SIGTERM');
  const late = new Promise<'late'>((resolve) => setTimeout(resolve, timeout, 'late').unref());
  if ((await Promise.race([ended, late])) !== 'late') return true;
  for (const worker of running()) worker.process.kill('SIGKILL');
  return false;
}

class Workers {
  readonly #config: Config;
  readonly #log: Log;
  readonly #stops: StopRequests;
  readonly #login: DemoLogin | undefined;
  readonly #listening = new Set<number>();
  #isReady = false;
  #shortLives = 0;

  constructor(config: Config, log: Log, stops: StopRequests, login: DemoLogin | undefined) {
    this.#config = config;
    this.#log = log;
    this.#stops = stops;
    this.#login = login;
    cluster.setupPrimary({ exec: fileURLToPath(new URL('../../../scripts/imprint.mjs', import.meta.url)) });
    cluster.on('listening', (worker, { address, port }) => this.#onListening(worker, address, port));
  }

  startAll(): void {
    for (let n = 0; n < this.#config.WORKERS; n++) this.#start();
  }

  #start(): void {
    const worker = cluster.fork();
    const born = performance.now();
    let failure: StartFailure | undefined;
    worker.on('message', (message: StartFailure | object) => {
      if ('failure' in message) failure = message;
    });
    worker.on('exit', (code, signal) => {
      this.#listening.delete(worker.id);
      if (!this.#stops.signal.aborted)
        this.#onDeath({ worker_pid: worker.process.pid, code, signal }, born, failure);
    });
  }

  #onListening(worker: Worker, address: string, port: number): void {
    this.#listening.add(worker.id);
    if (this.#isReady || this.#listening.size < this.#config.WORKERS) return;
    this.#isReady = true;
    const url = this.#config.PUBLIC_URL ?? `http://${address}:${port}`;
    if (this.#config.APP_ENV === 'development') announce(url, this.#login);
    else this.#log.info({ workers: this.#config.WORKERS, address: url }, 'all workers are listening');
  }

  #onDeath(worker: object, born: number, failure: StartFailure | undefined): void {
    // If the first workers cannot start, restarts would fail too.
    if (failure && !this.#isReady) {
      process.stderr.write(`imprint: ${failure.failure}\n`);
      for (const one of running()) one.process.kill('SIGKILL');
      process.exit(failure.status);
    }
    const isShort = performance.now() - born < SHORT_LIFE;
    this.#shortLives = isShort ? this.#shortLives + 1 : 0;
    const wait = isShort ? Math.min(FIRST_WAIT * 2 ** (this.#shortLives - 1), LONGEST_WAIT) : 0;
    this.#log.error(
      { ...worker, reason: failure?.failure, wait_ms: wait },
      'a worker died; starting another',
    );
    setTimeout(() => {
      if (!this.#stops.signal.aborted) this.#start();
    }, wait);
  }
}
