import cluster from 'node:cluster';
import { type BaseLogger, type Bindings, type ChildLoggerOptions, pino } from 'pino';
import type { Config } from '../config.ts';
import { propertiesOf } from './unknown.ts';

/** Takes lines of the log, by their level (pino). */
export interface Log
  extends Pick<BaseLogger, 'level' | 'fatal' | 'error' | 'warn' | 'info' | 'debug' | 'trace' | 'silent'> {
  /** A log that adds the same properties to every line. */
  child(bindings: Bindings, options?: ChildLoggerOptions): Log;
}

/** Never written down, wherever in a line it stands. */
const SECRETS = new Set([
  'authorization',
  'cookie',
  'set-cookie',
  'password',
  'current_password',
  'new_password',
  'token',
  'access_token',
  'refresh_token',
]);
const MAX_DEPTH = 5;

/** A copy of what is to be logged, without the values of secrets. */
function redacted(value: object, depth = 0): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(value).map(([name, item]) => [
      name,
      SECRETS.has(name.toLowerCase()) ? '[redacted]' : redactedValue(item, depth + 1),
    ]),
  );
}

function redactedValue(value: unknown, depth: number): unknown {
  if (typeof value !== 'object' || value === null) return value;
  if (depth > MAX_DEPTH) return '[…]';
  if (value instanceof Error) return errorOf(value, depth);
  return Array.isArray(value) ? value.map((item) => redactedValue(item, depth + 1)) : redacted(value, depth);
}

/** What helps to find an error; not its other members, such as the row that a database names in full. */
function errorOf(error: Error, depth: number): object {
  const more = ['code', 'constraint', 'severity', 'validation'].flatMap((name) =>
    name in error ? [[name, propertiesOf(error)[name]] as const] : [],
  );
  const cause = error.cause === undefined ? {} : { cause: redactedValue(error.cause, depth + 1) };
  return {
    type: error.name,
    message: error.message,
    stack: error.stack,
    ...Object.fromEntries(more),
    ...cause,
  };
}

/** Which process a line is from: its number and, of those that serve side by side, which one it is. */
const PROCESS = { pid: process.pid, worker: cluster.worker?.id ?? null };

/** JSON lines on standard output; readable ones in development, where someone reads them as they come. */
export function createLog(config: Pick<Config, 'APP_ENV' | 'LOG_LEVEL'>): Log {
  const options = {
    level: config.LOG_LEVEL,
    base: PROCESS,
    serializers: { err: (error: object) => error }, // it comes as `errorOf` made it
    timestamp: () => `,"time":"${new Date().toISOString()}"`,
    formatters: { level: (label: string) => ({ level: label }), log: (line: object) => redacted(line) },
  };
  if (config.APP_ENV !== 'development') return pino(options);
  // Only levels as numbers, which is how pino-pretty knows them.
  return pino({
    ...options,
    formatters: { log: options.formatters.log },
    transport: {
      target: 'pino-pretty',
      options: { translateTime: 'SYS:HH:MM:ss', singleLine: true, ignore: 'pid,worker' },
    },
  });
}
