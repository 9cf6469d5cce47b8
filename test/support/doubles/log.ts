import { pino } from 'pino';

export { silentLog } from '../../../src/tooling/silent-log.ts';

/** A log whose lines can be read. */
export function keptLog() {
  const lines: Record<string, unknown>[] = [];
  const log = pino({ level: 'trace', base: null }, { write: (line) => lines.push(JSON.parse(line)) });
  return { log, lines, saying: (text: string) => lines.filter(({ msg }) => String(msg).includes(text)) };
}
