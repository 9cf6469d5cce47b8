import type { TSchema } from '@sinclair/typebox';
import fc from 'fast-check';
import { schemaNamed } from '../../../src/http/openapi/schemas.ts';
import { type Known, lengthOf, MOST_ITEMS, typesOf, valuesOf } from './arbitraries.ts';

/** Generators of values that fit a schema but for one thing. */

/** One way not to fit a schema. */
export interface Fault {
  /** Where it is, as a JSON Pointer into the value. */
  at: string;
  /** The keyword of JSON Schema that it goes against. */
  keyword: string;
  values: fc.Arbitrary<unknown>;
}

/** No text is made longer than this, in characters, for being too long: no request could carry it. */
const LONGEST_REQUEST = 1_000_001;
/** A name that no object has, with what a JSON Pointer has to escape. */
const NO_SUCH_NAME = 'no/such~name';
const NO_SUCH_POINTER = '/no~1such~0name';

const OF_EACH_TYPE: Record<string, unknown[]> = {
  null: [null],
  boolean: [true, false],
  integer: [0, 1, -1],
  number: [1.5, -0.25],
  string: ['', 'text', '1', 'null'],
  array: [[], [null], ['text']],
  object: [{}, { id: 1 }],
};

const NO_MOMENTS = [
  ...['', 'yesterday', '2026-11-20', '12:00:00Z', '2026-11-20T12:00:00', '20261120T120000Z', '1763640000'],
  ...['2026-13-01T00:00:00Z', '2026-02-30T00:00:00Z', '2026-11-20T24:01:00Z', '2026-11-20T12:00:00+24:00'],
];
const NO_FORMAT: Record<string, string[]> = { 'date-time': NO_MOMENTS, uri: ['', 'no address', '//x'] };

const omit = (value: object, name: string) =>
  Object.fromEntries(Object.entries(value).filter(([key]) => key !== name));

/** A text that fits, changed in one place so that it does not match. */
function mismatches(schema: TSchema, valid: fc.Arbitrary<string>): fc.Arbitrary<string> {
  const pattern = new RegExp(schema.pattern, 'u');
  return fc.tuple(valid, fc.nat(), fc.nat()).map(([text, at, choice]) => {
    const characters = [...text];
    const place = characters.length === 0 ? 0 : at % characters.length;
    const spoilt = ['\0', ' ', '\n', 'é', '@', 'A', '/', '\u202e', '👾'].map((one) =>
      characters.toSpliced(place, 1, one).join(''),
    );
    const blanks = ' '.repeat(Math.max(1, characters.length));
    const found = [...spoilt, blanks].filter((candidate) => !pattern.test(candidate));
    const picked = found[choice % found.length];
    if (picked === undefined) throw new Error(`nothing was found that does not match ${schema.pattern}`);
    return picked;
  });
}

function* textFaults(schema: TSchema): Generator<Fault> {
  const { minLength = 0, maxLength, pattern, format } = schema;
  const valid = valuesOf({ ...schema, type: 'string' }).map(String);
  if (minLength > 0)
    yield {
      at: '',
      keyword: 'minLength',
      values: fc
        .tuple(valid, fc.nat(minLength - 1))
        .map(([text, length]) => [...text].slice(0, length).join('')),
    };
  if (maxLength < LONGEST_REQUEST)
    yield {
      at: '',
      keyword: 'maxLength',
      values: fc
        .tuple(valid, fc.nat(3))
        .map(([text, more]) => text + 'x'.repeat(maxLength + 1 + more - lengthOf(text))),
    };
  if (pattern !== undefined) yield { at: '', keyword: 'pattern', values: mismatches(schema, valid) };
  const unfit = NO_FORMAT[format];
  if (unfit) yield { at: '', keyword: 'format', values: fc.constantFrom(...unfit) };
}

function* numberFaults({ minimum, maximum }: TSchema): Generator<Fault> {
  const far = 2 ** 53 - 1;
  if (minimum !== undefined)
    yield { at: '', keyword: 'minimum', values: fc.integer({ min: -far, max: minimum - 1 }) };
  if (maximum !== undefined)
    yield { at: '', keyword: 'maximum', values: fc.integer({ min: maximum + 1, max: far }) };
}

function* listFaults(schema: TSchema, known: Known): Generator<Fault> {
  const { minItems = 0, maxItems, uniqueItems, items } = schema;
  const item = valuesOf(items, known);
  if (minItems > 0) yield { at: '', keyword: 'minItems', values: fc.constant([]) };
  if (maxItems !== undefined && maxItems <= MOST_ITEMS)
    yield {
      at: '',
      keyword: 'maxItems',
      values: item.map((value) => Array.from({ length: maxItems + 1 }, () => value)),
    };
  if (uniqueItems) yield { at: '', keyword: 'uniqueItems', values: item.map((value) => [value, value]) };
  for (const { at, keyword, values } of faultsOf(items, known))
    yield { at: `/0${at}`, keyword, values: values.map((value) => [value]) };
}

function* objectFaults(schema: TSchema, known: Known): Generator<Fault> {
  const valid = valuesOf(schema, known).map(Object);
  const properties: [string, TSchema][] = Object.entries(schema.properties);
  for (const [name, property] of properties) {
    for (const { at, keyword, values } of faultsOf(property, known))
      yield {
        at: `/${name}${at}`,
        keyword,
        values: fc.tuple(valid, values).map(([whole, value]) => ({ ...whole, [name]: value })),
      };
  }
  for (const name of schema.required ?? [])
    yield { at: `/${name}`, keyword: 'required', values: valid.map((whole) => omit(whole, name)) };
  yield {
    at: NO_SUCH_POINTER,
    keyword: 'additionalProperties',
    values: valid.map((whole) => ({ ...whole, [NO_SUCH_NAME]: 'x' })),
  };
  if (schema.minProperties) yield { at: '', keyword: 'minProperties', values: fc.constant({}) };
}

function typeFault(types: string[]): Fault {
  const allowed = new Set(types.includes('number') ? [...types, 'integer'] : types);
  const others = Object.entries(OF_EACH_TYPE).filter(([type]) => !allowed.has(type));
  return { at: '', keyword: 'type', values: fc.constantFrom(...others.flatMap(([, values]) => values)) };
}

/** Every way not to fit a schema, each with values that have no other fault. */
export function faultsOf(schema: TSchema, known: Known = {}): Fault[] {
  if (schema.$ref) return faultsOf(schemaNamed(schema.$ref), known);
  if (schema.anyOf) {
    // A value or null: what is wrong with the value, unless it became null.
    const [one, ...others]: TSchema[] = schema.anyOf.filter(({ type }: TSchema) => type !== 'null');
    if (!one || others.length > 0) throw new Error('there are no faults for such a union');
    return faultsOf(one, known).map((fault) => ({
      ...fault,
      values: fault.values.filter((value) => value !== null),
    }));
  }
  // Which of several problems it is: only that it is none at all can be said of a single value.
  if (schema.oneOf) return [{ ...typeFault(['object']), keyword: 'oneOf' }];
  const types = typesOf(schema);
  if (schema.enum || schema.const !== undefined) {
    const values: unknown[] = schema.enum ?? [schema.const];
    const others = values.flatMap((value) => [`${value}x`, `${value}`.toUpperCase(), '']);
    const wrong = others.filter((value) => !values.includes(value));
    return [
      typeFault(types),
      { at: '', keyword: schema.enum ? 'enum' : 'const', values: fc.constantFrom(...wrong) },
    ];
  }
  return [
    typeFault(types),
    ...(types.includes('string') ? textFaults(schema) : []),
    ...(types.includes('integer') || types.includes('number') ? numberFaults(schema) : []),
    ...(types.includes('array') ? listFaults(schema, known) : []),
    ...(types.includes('object') ? objectFaults(schema, known) : []),
  ];
}
