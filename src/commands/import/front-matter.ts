import { parse as parseToml, TomlDate, TomlError } from 'smol-toml';
import { LineCounter, parseDocument } from 'yaml';

/** Front matter with every scalar as the text it was written as, so that `1.10` or `no` stay what they say. */
export type Meta = string | Meta[] | MetaTable;
/** Keys are normalised by `metaKey`: `publishedAt`, `published_at` and `Published-At` are one key. */
export type MetaTable = Map<string, Meta>;

export type SplitResult = { ok: true; meta: MetaTable; body: string } | { ok: false; reason: string };

/** No real front matter is longer; the YAML parser's search for repeated keys is quadratic in their number. */
const MAX_LENGTH = 65_536;

type Format = 'YAML' | 'TOML' | 'JSON';

/** The one spelling under which a front matter key is kept: lower case without `_`, `-` and spaces. */
export function metaKey(key: string): string {
  return key.toLowerCase().replace(/[\s_-]/g, '');
}

/**
 * Splits a file into its front matter and its body: YAML between `---` (closed by `---` or `...`), TOML between
 * `+++`, JSON from a line `{` to a line `}`, or none at all. A byte order mark is dropped and every line end
 * becomes `\n`. Fails with a reason that names the line of the file when the front matter is broken.
 */
export function splitFrontMatter(text: string): SplitResult {
  const lines = text
    .replace(/^\uFEFF/, '')
    .replace(/\r\n?/g, '\n')
    .split('\n');
  const start = lines.findIndex((line) => line.trim() !== '');
  const opening = lines[start]?.trimEnd();
  const close = (end: RegExp) => lines.findIndex((line, index) => index > start && end.test(line));
  if (opening === '---') return split(lines, 'YAML', start, close(/^(?:---|\.\.\.)\s*$/));
  if (opening === '+++') return split(lines, 'TOML', start, close(/^\+\+\+\s*$/));
  if (opening === '{') return split(lines, 'JSON', start, close(/^\}\s*$/));
  return { ok: true, meta: new Map(), body: lines.join('\n') };
}

function split(lines: string[], format: Format, start: number, end: number): SplitResult {
  if (end === -1) return fault(`the ${format} front matter is never closed`, start + 1);
  // The lines between the marks; JSON has no marks, its braces belong to it.
  const [from, to] = format === 'JSON' ? [start, end + 1] : [start + 1, end];
  const source = lines.slice(from, to).join('\n');
  if (source.length > MAX_LENGTH) return fault(`the ${format} front matter is too long`, start + 1);
  return parseMeta(source, format, from, lines.slice(end + 1).join('\n'));
}

/** Parses `source`, which begins after `offset` lines of the file. */
function parseMeta(source: string, format: Format, offset: number, body: string): SplitResult {
  try {
    const meta = format === 'TOML' ? toMeta(parseToml(source)) : yamlToMeta(source, offset, format);
    if (meta === undefined || meta === '') return { ok: true, meta: new Map(), body };
    if (meta instanceof Map) return { ok: true, meta, body };
    return fault(`the ${format} front matter is not a list of names and values`, offset + 1);
  } catch (error) {
    if (error instanceof MetaFault) return fault(error.message, error.line);
    if (error instanceof TomlError) return fault(`broken TOML: ${firstLine(error)}`, offset + error.line);
    return fault(
      `broken ${format}: ${error instanceof Error ? firstLine(error) : String(error)}`,
      offset + 1,
    );
  }
}

class MetaFault extends Error {
  readonly line: number;
  constructor(message: string, line: number) {
    super(message);
    this.line = line;
  }
}

/** YAML, and JSON as the part of YAML that it is. The fail-safe schema reads every scalar as a string. */
function yamlToMeta(source: string, offset: number, format: Format): Meta | undefined {
  const lineCounter = new LineCounter();
  const document = parseDocument(source, {
    schema: 'failsafe',
    lineCounter,
    prettyErrors: false,
    logLevel: 'error',
  });
  const [error] = document.errors;
  if (error) {
    throw new MetaFault(
      `broken ${format}: ${firstLine(error)}`,
      offset + lineCounter.linePos(error.pos[0]).line,
    );
  }
  return toMeta(document.toJS({ mapAsMap: true, maxAliasCount: 50 }));
}

/**
 * Reads `{ title: '…', tags: ['…'] }`, the JavaScript object that Next sites export from an MDX file instead of front
 * matter. One made of plain values only is YAML as well; one that computes or comments fails with a reason.
 */
export function parseObjectLiteral(source: string): SplitResult {
  const result = parseMeta(source, 'YAML', 0, '');
  return result.ok ? result : { ok: false, reason: 'the exported metadata is more than plain values' };
}

function toMeta(value: unknown): Meta | undefined {
  if (value === null || value === undefined || value === 'null' || value === '~') return undefined;
  if (value instanceof TomlDate) return value.toISOString();
  if (Array.isArray(value)) return value.map(toMeta).filter((item) => item !== undefined);
  if (typeof value !== 'object') return String(value);
  const entries: [unknown, unknown][] = value instanceof Map ? [...value] : Object.entries(value);
  const table: MetaTable = new Map();
  for (const [key, item] of entries) {
    const meta = toMeta(item);
    if (meta !== undefined) table.set(metaKey(String(key)), meta);
  }
  return table;
}

function firstLine(error: Error): string {
  return (error.message.split('\n')[0] ?? '').replace(/^Invalid TOML document: /, '').replace(/\.$/, '');
}

function fault(reason: string, line: number): SplitResult {
  return { ok: false, reason: `line ${line}: ${reason}` };
}
