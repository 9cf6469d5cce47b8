import type { TSchema } from '@sinclair/typebox';
import fc from 'fast-check';
import { schemaNamed } from '../../../src/http/openapi/schemas.ts';

/** Generators of values that fit a schema: those of the contract, and no other keywords than it uses. */

/** Values that mean something to the service, by the name of the property that takes them; they fit its schema. */
export type Known = Readonly<Record<string, readonly unknown[]>>;

/** No text that is generated is longer, in characters; a schema may allow far more than a test has time for. */
const LONGEST = 5000;
/** Nor is a list, where its schema allows more items than any answer of one page has. */
export const MOST_ITEMS = 100;
/** Texts without an edge in sight are this much longer, at the most, than they have to be. */
const USUAL = 60;

const KEYWORDS = new Set(
  `$id $ref additionalProperties anyOf const default description discriminator enum examples format items maxItems
  maxLength maximum minItems minLength minProperties minimum oneOf pattern properties required type uniqueItems
  x-headers x-location`.split(/\s+/),
);

/** Texts that have broken something somewhere: patterns, markup, queries, numbers, directions, what folds or combines. */
const AWKWARD = [
  ...[
    '%',
    '_%_',
    '\\',
    "'",
    '"',
    "'; drop table users --",
    '$1',
    ':name',
    '{}',
    '[]',
    '&|!<->:*()',
    '"open',
    '-',
  ],
  ...[
    '<script>alert(1)</script>',
    '[a](javascript:alert(1))',
    '```',
    '| a |\n|-|\n| b |',
    '#',
    '1e400',
    '0x10',
    '-0',
  ],
  ...[
    'null',
    'true',
    'undefined',
    '__proto__',
    'constructor',
    '../../etc/passwd',
    '%2e%2e',
    '%00',
    '\\u0000',
  ],
  ...[
    '\u0130',
    'ß',
    'ﬁ',
    '\u212b',
    'e\u0301',
    'İ'.normalize('NFD'),
    '\u202eabc',
    '\ufeff',
    '\u200b',
    '\u2028',
    '\uffff',
  ],
  ...[
    '👩‍👩‍👧‍👦',
    '🏳️‍🌈',
    '𝔘𝔫𝔦',
    '漢字',
    'שלום',
    'مرحبا',
    '\t',
    '\r\n',
    '\u0001',
    '\u007f',
    '\u0085',
    '\u00a0',
  ],
];

/** The length of a text as JSON Schema counts it: in code points. */
export const lengthOf = (text: string): number => [...text].length;

/** The text cut, or made longer by repeating one of its characters; itself where nothing of that fits. */
function resized(text: string, length: number, fits: (text: string) => boolean): string {
  const characters = [...text];
  const missing = length - characters.length;
  const candidates =
    missing <= 0
      ? [characters.slice(0, length), characters.slice(characters.length - length)]
      : [characters.length - 1, 0, characters.length >> 1].map((at) =>
          characters.toSpliced(Math.max(at, 0), 1, (characters[at] ?? 'x').repeat(missing + 1)),
        );
  return candidates.map((parts) => parts.join('')).find(fits) ?? text;
}

const freeText = (minLength: number): fc.Arbitrary<string> => {
  const bounds = { minLength, maxLength: minLength + USUAL };
  return fc.oneof(
    fc.string({ ...bounds, unit: 'grapheme-ascii' }),
    fc.string({ ...bounds, unit: 'grapheme' }),
    fc.string({ ...bounds, unit: 'binary' }),
    fc.constantFrom(...AWKWARD),
  );
};

/** Moments as RFC 3339 may write them. */
const moments = fc.oneof(
  fc
    .tuple(
      fc.date({ min: new Date('0000-01-01'), max: new Date('9999-12-31T23:59:59Z'), noInvalidDate: true }),
      fc.constantFrom('T', 't'),
      fc.constantFrom('', '.5', '.000', '.123456789'),
      fc.constantFrom('Z', 'z', '+00:00', '-00:00', '+14:00', '-23:59'),
    )
    .map(([date, separator, fraction, zone]) => {
      const [day, time] = date.toISOString().slice(0, 19).split('T');
      return `${day}${separator}${time}${fraction}${zone}`;
    }),
  fc.constantFrom('2016-12-31T23:59:60Z', '0000-01-01T00:00:00+14:00', '9999-12-31T23:59:59.999-23:59'),
);

const FORMATS: Record<string, fc.Arbitrary<string>> = {
  'date-time': moments,
  uri: fc.webUrl({ withQueryParameters: true, withFragments: true }),
};

const matching = new Map<string, fc.Arbitrary<string> | undefined>();

/**
 * Texts made to match a pattern; undefined where so many match it by chance that filtering is enough. Kept, since it
 * takes a tenth of a second to make them.
 */
function textsMatching(pattern: RegExp): fc.Arbitrary<string> | undefined {
  if (!matching.has(pattern.source)) {
    const sample = fc.sample(freeText(1), { numRuns: 60, seed: 1 });
    const isLoose = sample.filter((text) => pattern.test(text)).length > 20;
    matching.set(pattern.source, isLoose ? undefined : fc.stringMatching(pattern));
  }
  return matching.get(pattern.source);
}

function texts({ minLength = 0, maxLength = LONGEST, pattern, format }: TSchema): fc.Arbitrary<string> {
  const longest = Math.min(maxLength, LONGEST);
  const expression = pattern === undefined ? undefined : new RegExp(pattern, 'u');
  const matches = (text: string) => expression?.test(text) ?? true;
  const fits = (text: string) => {
    const length = lengthOf(text);
    return length >= minLength && length <= longest && text.isWellFormed() && matches(text);
  };
  const written = FORMATS[format];
  if (written) return written.filter(fits);
  if (format !== undefined && !(format === 'uuid' && expression))
    throw new Error(`there is no generator for the format ${format}`);
  const source = (expression && textsMatching(expression)) ?? freeText(minLength);
  const inBounds = source
    .map((text) => {
      const length = lengthOf(text);
      if (length < minLength) return resized(text, minLength, matches);
      return length > longest ? resized(text, longest, matches) : text;
    })
    .filter(fits);
  const atEdge = fc
    .tuple(inBounds, fc.constantFrom(minLength, longest))
    .map(([text, length]) => resized(text, length, fits));
  return fc.oneof({ arbitrary: inBounds, weight: 6 }, { arbitrary: atEdge, weight: 1 });
}

function lists(schema: TSchema, known: Known): fc.Arbitrary<unknown[]> {
  const { minItems = 0, uniqueItems } = schema;
  const maxItems = schema.maxItems > MOST_ITEMS ? 10 : (schema.maxItems ?? 10);
  const item = valuesOf(schema.items, known);
  const bounds = { minLength: minItems, maxLength: maxItems };
  if (uniqueItems) return fc.uniqueArray(item, { ...bounds, selector: (value) => JSON.stringify(value) });
  const full = item.map((value) => Array.from({ length: maxItems }, () => value));
  return fc.oneof({ arbitrary: fc.array(item, bounds), weight: 9 }, { arbitrary: full, weight: 1 });
}

function objects(schema: TSchema, known: Known): fc.Arbitrary<Record<string, unknown>> {
  const properties: [string, TSchema][] = Object.entries(schema.properties);
  const model = properties.map(([name, property]) => [name, valuesNamed(name, property, known)] as const);
  return fc
    .record<Record<string, unknown>>(Object.fromEntries(model), {
      requiredKeys: schema.required ?? [],
      noNullPrototype: true,
    })
    .filter((value) => Object.keys(value).length >= (schema.minProperties ?? 0));
}

/** The values of a property, most of them known ones where there are any. */
function valuesNamed(name: string, property: TSchema, known: Known): fc.Arbitrary<unknown> {
  const values = valuesOf(property, known);
  const familiar = known[name];
  if (!familiar) return values;
  return fc.oneof({ arbitrary: fc.constantFrom(...familiar), weight: 3 }, { arbitrary: values, weight: 2 });
}

function valuesOfType(type: string, schema: TSchema, known: Known): fc.Arbitrary<unknown> {
  const { minimum = -(2 ** 31), maximum = 2 ** 31 - 1 } = schema;
  switch (type) {
    case 'null':
      return fc.constant(null);
    case 'boolean':
      return fc.boolean();
    case 'integer':
      return fc.integer({ min: minimum, max: maximum });
    case 'number':
      return fc.double({ min: minimum, max: maximum, noNaN: true });
    case 'string':
      return texts(schema);
    case 'array':
      return lists(schema, known);
    case 'object':
      return objects(schema, known);
    default:
      throw new Error(`there is no generator for the type ${type}`);
  }
}

/** The types a schema allows, as a list. */
export const typesOf = ({ type }: TSchema): string[] => [type].flat();

/**
 * The values that fit a schema.
 *
 * @throws {Error} for a schema that says something the generators do not know, so that no keyword is left out silently
 */
export function valuesOf(schema: TSchema, known: Known = {}): fc.Arbitrary<unknown> {
  const strange = Object.keys(schema).filter((keyword) => !KEYWORDS.has(keyword));
  if (strange.length > 0) throw new Error(`there are no generators for ${strange.join(', ')}`);
  if (schema.$ref) return valuesOf(schemaNamed(schema.$ref), known);
  if (schema.const !== undefined) return fc.constant(schema.const);
  if (schema.enum) return fc.constantFrom(...schema.enum);
  const union: TSchema[] | undefined = schema.anyOf ?? schema.oneOf;
  if (union) return fc.oneof(...union.map((branch) => valuesOf(branch, known)));
  return fc.oneof(...typesOf(schema).map((type) => valuesOfType(type, schema, known)));
}
