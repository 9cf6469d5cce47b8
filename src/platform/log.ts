import type { FastifyBaseLogger } from 'fastify';
import { pino } from 'pino';
import type { Config } from '../config.ts';

export type Log = FastifyBaseLogger;

/** Never written down, wherever in a line it stands. */
const SECRETS = [
  'authorization',
  'cookie',
  'set-cookie',
  'password',
  'current_password',
  'new_password',
  'token',
  'access_token',
  'refresh_token',
];
const REDACT = SECRETS.flatMap((name) => [`["${name}"]`, `*["${name}"]`, `*.*["${name}"]`]);

/** JSON lines on standard output; readable ones in development, where someone reads them as they come. */
export function createLog(config: Pick<Config, 'APP_ENV' | 'LOG_LEVEL'>): Log {
  const options = {
    level: config.LOG_LEVEL,
    redact: { paths: REDACT, censor: '[redacted]' },
    base: null,
    timestamp: () => `,"time":"${new Date().toISOString()}"`,
    formatters: { level: (label: string) => ({ level: label }) },
  };
  if (config.APP_ENV !== 'development') return pino(options);
  const { formatters: _levelsAsNumbers, ...readable } = options;
  return pino({
    ...readable,
    transport: { target: 'pino-pretty', options: { translateTime: 'SYS:HH:MM:ss', singleLine: true } },
  });
}
