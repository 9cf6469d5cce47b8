/**
 * How values come out of either engine: timestamps as RFC 3339 text in UTC with milliseconds, the form the API answers
 * with; dates as `YYYY-MM-DD`; 64-bit integers as numbers, since none of ours leaves the exact range.
 */
const TIMESTAMPTZ = 1184;
const INT8 = 20;
const DATE = 1082;

/** `2026-11-20 12:00:00.5+00`, as PostgreSQL writes it in UTC, to `2026-11-20T12:00:00.500Z`. */
export function timestampFromText(text: string): string {
  const fraction = text.slice(19, text.indexOf('+', 19));
  return `${text.slice(0, 10)}T${text.slice(11, 19)}${fraction === '' ? '.000' : fraction.padEnd(4, '0')}Z`;
}

/** How we read a type in our own way, by its oid. */
export const PARSERS: Record<number, (text: string) => string | number> = {
  [TIMESTAMPTZ]: timestampFromText,
  [INT8]: Number,
  [DATE]: String,
};
