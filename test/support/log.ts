import { pino } from 'pino';
import { createLog } from '../../src/platform/log.ts';

/** A log that nobody reads. */
export const silentLog = createLog({ APP_ENV: 'test', LOG_LEVEL: 'silent' });

/** A log whose lines can be read. */
export function keptLog() {
  const lines: Record<string, unknown>[] = [];
  const log = pino({ level: 'trace', base: null }, { write: (line) => lines.push(JSON.parse(line)) });
  return { log, lines, saying: (text: string) => lines.filter(({ msg }) => String(msg).includes(text)) };
}
