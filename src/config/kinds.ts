import { isIP } from 'node:net';
import { Type } from '@sinclair/typebox';
import type { Environment } from './environments.ts';

/**
 * The kinds of settings. Each builds the schema of a setting together with how its text is read, and says in words what
 * the text must be: no fault shows a regular expression.
 */

/** What a text was read as, or the end of a sentence that begins with the name of the setting and says what to do. */
export type Reading<T> = { value: T } | { fault: string };

/** What a setting says about itself beyond its type. */
export interface SettingOptions {
  description: string;
  /** Its value where none is given, as it would be written; a function of the environment where that matters. */
  default?: string | number | ((environment: Environment) => string | number | undefined);
  /** Staging and production do not start without it. */
  requiredWhenDeployed?: boolean;
  /** Never printed; of the address of a server everything but the password is. */
  secret?: boolean;
}

/** A setting as the table in the README and the reader of the settings see it. */
export interface Setting extends SettingOptions {
  type: 'string' | 'integer' | 'array';
  enum?: readonly string[];
  minimum?: number;
  maximum?: number;
  /** What its text must be, as the end of a sentence. */
  expected: string;
  read(text: string): Reading<unknown>;
}

const setting = <T>(schema: Omit<Setting, 'read'>, read: (text: string) => Reading<T>) =>
  Object.assign(Type.Unsafe<T>({}), { ...schema, read });

const ANYTHING = { pattern: /(?:)/, expected: 'a text' };

interface TextOptions extends SettingOptions {
  pattern?: RegExp;
  /** A form that a pattern cannot say. */
  accepts?: (text: string) => boolean;
  expected?: string;
}

/** A text; `\n` in it stands for the end of a line. */
export function text(options: TextOptions) {
  const { pattern = ANYTHING.pattern, expected = ANYTHING.expected, accepts = () => true, ...rest } = options;
  return setting<string>({ type: 'string', expected, ...rest }, (given) => {
    const value = given.replaceAll('\\n', '\n');
    return pattern.test(value) && accepts(value) ? { value } : { fault: `must be ${expected}` };
  });
}

/** A whole number within bounds. */
export function integer(options: SettingOptions & { minimum?: number; maximum?: number }) {
  const { minimum = 0, maximum, ...rest } = options;
  const expected = `a whole number ${maximum === undefined ? `from ${minimum}` : `from ${minimum} to ${maximum}`}`;
  const bounds = { minimum, ...(maximum !== undefined && { maximum }) };
  return setting<number>({ type: 'integer', expected, ...bounds, ...rest }, (given) => {
    const value = /^-?\d{1,15}$/.test(given) ? Number(given) : Number.NaN;
    const fits = value >= minimum && value <= (maximum ?? Number.POSITIVE_INFINITY);
    return fits ? { value } : { fault: `must be ${expected}` };
  });
}

/** One of some words. */
export function oneOf<const T extends readonly string[]>(values: T, options: SettingOptions) {
  const expected = `one of ${values.join(', ')}`;
  return setting<T[number]>({ type: 'string', enum: values, expected, ...options }, (given) => {
    const value = values.find((one) => one === given);
    return value === undefined ? { fault: `must be ${expected}` } : { value };
  });
}

/** The parts of a list, which commas separate. */
const partsOf = (given: string): string[] =>
  given
    .split(',')
    .map((item) => item.trim())
    .filter(Boolean);

/** Some texts, separated by commas. */
export function list(options: SettingOptions & { accepts: (item: string) => boolean; expected: string }) {
  const { accepts, expected, ...rest } = options;
  return setting<string[]>(
    { type: 'array', expected: `a list of which each is ${expected}`, ...rest },
    (given) => {
      const value = partsOf(given);
      const wrong = value.find((item) => !accepts(item));
      return wrong === undefined
        ? { value }
        : { fault: `holds "${wrong}"; each of the list must be ${expected}` };
    },
  );
}

/** Names with values, such as `reads=600/60`, separated by commas. */
export function entries<T>(
  options: SettingOptions & {
    expected: string;
    readEntries: (parts: string[]) => Reading<T>;
    /** The value as it would be written. */
    write: (value: T) => string;
  },
) {
  const { readEntries, write, expected, ...rest } = options;
  const schema = setting<T>({ type: 'array', expected, ...rest }, (given) => readEntries(partsOf(given)));
  return Object.assign(schema, { write });
}

/** Whether a text is an IP address, or a network in CIDR notation (RFC 4632, RFC 4291). */
export function isNetwork(given: string): boolean {
  const [address = '', bits, ...more] = given.split('/');
  const family = isIP(address);
  if (family === 0 || more.length > 0) return false;
  return bits === undefined || (/^\d{1,3}$/.test(bits) && Number(bits) <= (family === 4 ? 32 : 128));
}

/**
 * Whether a text is an absolute URL of one of some schemes, with a host and without a fragment. An `@` behind the host
 * shows a password in which a `/` or `?` was not encoded.
 */
export function isUrl(given: string, ...schemes: string[]): boolean {
  if (/[\s#]/.test(given) || !schemes.some((scheme) => given.startsWith(`${scheme}://`))) return false;
  const url = URL.parse(given);
  return url !== null && url.hostname !== '' && !url.pathname.includes('@');
}

/** Whether a text is an origin (RFC 6454) in the form in which browsers send it. */
export const isOrigin = (given: string): boolean =>
  isUrl(given, 'http', 'https') && URL.parse(given)?.origin === given;
