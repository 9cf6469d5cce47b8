import type { FastifyBaseLogger } from 'fastify';
import { pino } from 'pino';
import type { Config } from '../config.ts';

export type Log = FastifyBaseLogger;

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
    Object.entries(value).map(([name, item]) => {
      if (SECRETS.has(name.toLowerCase())) return [name, '[redacted]'];
      const isPlain =
        typeof item === 'object' && item !== null && Object.getPrototypeOf(item) === Object.prototype;
      return [name, isPlain && depth < MAX_DEPTH ? redacted(item, depth + 1) : item];
    }),
  );
}

/** JSON lines on standard output; readable ones in development, where someone reads them as they come. */
export function createLog(config: Pick<Config, 'APP_ENV' | 'LOG_LEVEL'>): Log {
  const options = {
    level: config.LOG_LEVEL,
    base: null,
    timestamp: () => `,"time":"${new Date().toISOString()}"`,
    formatters: { level: (label: string) => ({ level: label }), log: (line: object) => redacted(line) },
  };
  if (config.APP_ENV !== 'development') return pino(options);
  // Only levels as numbers, which is how pino-pretty knows them.
  return pino({
    ...options,
    formatters: { log: options.formatters.log },
    transport: { target: 'pino-pretty', options: { translateTime: 'SYS:HH:MM:ss', singleLine: true } },
  });
}
