const NUMERIC =
  /^(\d{4})[-/](\d{1,2})[-/](\d{1,2})(?:(?:t|\s+)(\d{1,2}):(\d{2})(?::(\d{2})(?:[.,](\d{1,9}))?)?)?\s*(z|utc|gmt|[+-]\d{1,2}(?::?\d{2})?)?$/i;
const NAMED_MONTH = /\b(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)/i;
const NAMED_ZONE = /(?:\bZ|\bUTC|\bGMT|\b[ECMP][SD]T|[+-]\d{2}:?\d{2})(?:\s*\([^)]*\))?$/;

/**
 * A date of front matter as RFC 3339 in UTC with milliseconds, or `undefined` when it cannot be one. Takes what
 * YAML, TOML and people write: `2014-03-01`, `2014-3-1 12:00 +0200`, `2014-03-01T12:00:00.123Z`, `March 1, 2014`,
 * RFC 2822. Without a zone it is taken as UTC, since the site's own is not in the file. `03/01/2014` is refused:
 * nobody can say which number is the month.
 */
export function parseDate(text: string): string | undefined {
  const trimmed = text.trim();
  const match = NUMERIC.exec(trimmed);
  if (match) return parseNumeric(match);
  if (!NAMED_MONTH.test(trimmed) || !/\b\d{4}\b/.test(trimmed)) return undefined;
  const plain = trimmed.replace(/(\d)(?:st|nd|rd|th)\b/gi, '$1');
  return timestamp(NAMED_ZONE.test(plain) ? plain : `${plain} UTC`);
}

function parseNumeric([, year = '', month = '', day = '', ...time]: RegExpExecArray): string | undefined {
  const [hour = '0', minute = '00', second = '00', fraction = '', zone = 'Z'] = time;
  const date = `${year}-${month.padStart(2, '0')}-${day.padStart(2, '0')}`;
  // JavaScript rolls 30 February over to March; a date that moved was never one.
  if (!timestamp(`${date}T00:00:00Z`)?.startsWith(date)) return undefined;
  const ms = fraction.slice(0, 3).padEnd(3, '0');
  return timestamp(`${date}T${hour.padStart(2, '0')}:${minute}:${second}.${ms}${offset(zone)}`);
}

/** `+2`, `-0530`, `utc` as the `+02:00`, `-05:30`, `Z` that JavaScript reads. */
function offset(zone: string): string {
  const match = /^([+-])(\d{1,2}):?(\d{2})?$/.exec(zone);
  return match ? `${match[1]}${(match[2] ?? '').padStart(2, '0')}:${match[3] ?? '00'}` : 'Z';
}

function timestamp(text: string): string | undefined {
  const date = new Date(text);
  const iso = Number.isNaN(date.getTime()) ? '' : date.toISOString();
  // Years outside 0001..9999 have no RFC 3339 form.
  return /^\d{4}-/.test(iso) && !iso.startsWith('0000') ? iso : undefined;
}
