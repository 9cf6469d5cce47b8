import { pino } from 'pino';
import { propertiesOf } from '../../../src/platform/unknown.ts';

export { silentLog } from '../../../src/tooling/silent-log.ts';

/** A log whose lines can be read. */
export function keptLog() {
  const lines: Record<string, unknown>[] = [];
  const log = pino(
    { level: 'trace', base: null },
    { write: (line) => lines.push(propertiesOf(JSON.parse(line))) },
  );
  return { log, lines, saying: (text: string) => lines.filter(({ msg }) => String(msg).includes(text)) };
}
