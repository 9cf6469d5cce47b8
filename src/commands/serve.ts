import cluster from 'node:cluster';
import { isDeployed } from '../config.ts';
import { settings } from './context.ts';
import { UsageError } from './failures.ts';

/** The flags of `imprint serve`, as text. */
export interface ServeOptions {
  workers?: string;
  shutdownDelay?: string;
  shutdownTimeout: string;
}

function seconds(flag: string, text: string, minimum: number): number {
  const value = Number(text);
  if (!/^\d+(\.\d+)?$/.test(text) || value < minimum || value > 3600)
    throw new UsageError(`${flag} must be a number of seconds from ${minimum} to 3600 (it is "${text}")`);
  return value * 1000;
}

/** `imprint serve` */
export async function serve(options: ServeOptions): Promise<void> {
  const timeout = seconds('--shutdown-timeout', options.shutdownTimeout, 0.1);
  const given = options.shutdownDelay && seconds('--shutdown-delay', options.shutdownDelay, 0);
  // As a setting, so that it is validated as one and workers inherit it.
  if (options.workers !== undefined) process.env.WORKERS = options.workers;
  const config = settings();
  const delay = Math.min(given || given === 0 ? given : isDeployed(config.APP_ENV) ? 3_000 : 0, timeout / 2);

  if (config.WORKERS > 1 && cluster.isPrimary) {
    const { supervise } = await import('./serve/primary.ts');
    return supervise(config, timeout);
  }
  const { runService } = await import('./serve/service.ts');
  await runService(config, { delay, timeout });
}
