import type { TSchema } from '@sinclair/typebox';
import fc from 'fast-check';
import { FAULT_CODE_OF } from '../../../src/http/contract/faults.ts';
import { requestHeaders } from '../../../src/http/contract/headers.ts';
import type { Operation } from '../../../src/http/contract/operations.ts';
import { schemaNamed } from '../../../src/http/openapi/schemas.ts';
import { propertiesOf } from '../../../src/platform/unknown.ts';
import { type Known, typesOf, valuesOf } from '../../support/contract/arbitraries.ts';
import { type Fault, faultsOf } from '../../support/contract/faults.ts';
import { partOf } from '../../support/contract/samples.ts';
import { type Case, canBeInPath, onTheWire } from './cases.ts';

/** Requests that fit the schemas of an operation but for one thing, and how they are to be refused. */

/** A kind of request with one fault. */
export interface Unfit {
  title: string;
  status: number;
  /** Where the fault is, for a 422. */
  pointer?: string;
  /** The code of the fault, for a 422; any where it is left out. */
  code?: string;
  /** The cases, made from those that have no fault. */
  spoil(valid: fc.Arbitrary<Case>): fc.Arbitrary<Case>;
}

type Part = 'params' | 'query' | 'body';

/** A fault in a part of a request that a schema describes. */
const inPart = (part: Part, prefix: string, { at, keyword, values }: Fault): Unfit => ({
  title: `${keyword} at ${prefix}${at}`,
  status: 422,
  pointer: prefix + at,
  code: FAULT_CODE_OF[keyword] ?? 'invalid',
  spoil: (valid) => fc.tuple(valid, values).map(([one, value]) => ({ ...one, [part]: value })),
});

const NO_NUMBERS = [
  ...['x', '', 'NaN', 'Infinity', '1e400', '1,2', '1.5', '1.0', '1e1', '1_000', 'null', '-', '٣'],
  ...['0x10', '+1', ' 1', '01'],
];
const NO_BOOLEANS = ['x', '', 'yes', '1', '0', 'TRUE', 'null', 'false '];

const isList = (property: TSchema): boolean => property.type === 'array';

/** What holds for some of the parameters: each of them gets other values in turn. */
function eachParameter(
  schema: TSchema,
  known: Known,
  others: (property: TSchema) => fc.Arbitrary<unknown> | undefined,
): Fault[] {
  const valid = valuesOf(schema, known).map(Object);
  const properties: [string, TSchema][] = Object.entries(schema.properties);
  return properties.flatMap(([name, property]) => {
    const values = others(property.$ref ? schemaNamed(property.$ref) : property);
    if (!values) return [];
    const wholes = fc.tuple(valid, values).map(([whole, value]) => ({ ...whole, [name]: value }));
    return [{ at: `/${name}`, keyword: 'type', values: wholes }];
  });
}

/** What cannot be read as the type of a parameter. */
const unreadable = (schema: TSchema, known: Known): Fault[] =>
  eachParameter(schema, known, (property) => {
    const [type] = typesOf(property);
    if (type === 'integer' || type === 'number') return fc.constantFrom(...NO_NUMBERS);
    return type === 'boolean' ? fc.constantFrom(...NO_BOOLEANS) : undefined;
  });

/** Twice the same parameter is a list, even where both are alike. */
const repeated = (schema: TSchema, known: Known): Fault[] =>
  eachParameter(schema, known, (property) => {
    const value = valuesOf(property);
    const alike = value.map((one) => [one, one]);
    return isList(property) ? undefined : fc.oneof(fc.tuple(value, value), alike);
  });

/** The faults of parameters that their schema tells; as text everything has the type of text. */
const told = (schema: TSchema, known: Known, without: string[]): Fault[] =>
  faultsOf(schema, known).filter(({ keyword }) => keyword !== 'type' && !without.includes(keyword));

function queryFaults(operation: Operation, known: Known): Unfit[] {
  const part = partOf(operation, 'querystring');
  if (!part) return [];
  const schema = onTheWire(part);
  return [...told(schema, known, []), ...unreadable(schema, known), ...repeated(schema, known)].map((fault) =>
    inPart('query', '/query', fault),
  );
}

/** A path with one of these faults would be another one. */
const ROUTING = ['required', 'additionalProperties', 'minLength'];

function pathFaults(operation: Operation, known: Known): Unfit[] {
  const schema = partOf(operation, 'params');
  if (!schema) return [];
  return [...told(schema, known, ROUTING), ...unreadable(schema, known)].map((fault) => {
    const values = fault.values.filter((params) => Object.values(propertiesOf(params)).every(canBeInPath));
    return inPart('params', '/path', { ...fault, values });
  });
}

/** A header can say these, and blanks around them get lost on the way. */
const canBeInHeader = (value: unknown): boolean =>
  /^([!-~\x80-\xff]([ -~\x80-\xff]*[!-~\x80-\xff])?)?$/.test(String(value));

/** Of the headers only the key is checked: an entity tag that means nothing matches nothing (RFC 9110, section 13.1). */
function headerFaults({ contribution }: Operation): Unfit[] {
  const name = 'Idempotency-Key';
  const header = requestHeaders.get(name);
  if (!header || !contribution.requestHeaders.has(header)) return [];
  return faultsOf(header.schema)
    .filter(({ keyword }) => keyword !== 'type')
    .map(({ keyword, values }) => ({
      title: `${keyword} at /header/${name}`,
      status: 422,
      pointer: `/header/${name.toLowerCase()}`,
      spoil: (valid) =>
        fc.tuple(valid, values.filter(canBeInHeader)).map(([one, value]) => ({
          ...one,
          headers: { ...one.headers, [name.toLowerCase()]: String(value) },
        })),
    }));
}

const jsonOf = ({ body }: Case): string => JSON.stringify(body ?? {});

/** Something put into a text somewhere. */
const inserted = <T extends string | Buffer>(text: T, at: number, insert: (head: number) => T): T =>
  insert(at % (text.length + 1));

/** Texts in a body that no text of the database can hold. */
function unstorable(schema: TSchema, known: Known): Unfit[] {
  const properties: [string, TSchema][] = Object.entries(schema.properties);
  const texts = properties.filter(([, property]) => !property.$ref && typesOf(property).includes('string'));
  return texts.map(([name, property]) => {
    const values = fc
      .tuple(
        valuesOf({ ...property, type: 'string' }).map(String),
        fc.nat(),
        fc.constantFrom('\0', '\ud800', '\udc00'),
      )
      .map(([text, at, what]) => inserted(text, at, (head) => text.slice(0, head) + what + text.slice(head)));
    const wholes = fc
      .tuple(valuesOf(schema, known).map(Object), values)
      .map(([whole, value]) => ({ ...whole, [name]: value }));
    return {
      ...inPart('body', '', { at: `/${name}`, keyword: 'none', values: wholes }),
      title: `half of a pair or NUL at /${name}`,
    };
  });
}

const OTHER_TYPES = [
  'text/plain',
  'application/xml',
  'application/x-www-form-urlencoded',
  'junk',
  'application/jsonx',
  'multipart/form-data; boundary=x',
];

function bodyFaults(operation: Operation, known: Known): Unfit[] {
  const schema = partOf(operation, 'body');
  if (!schema) return [];
  const [named]: TSchema[] = (schema.anyOf ?? [schema]).filter(({ $ref }: TSchema) => $ref);
  if (!named?.$ref) throw new Error(`the body of ${operation.id} has no name`);
  const [spoilt, status] = [
    (change: (one: Case, at: number) => Partial<Case>) => (valid: fc.Arbitrary<Case>) =>
      fc.tuple(valid, fc.nat()).map(([one, at]) => ({ ...one, ...change(one, at) })),
    400,
  ];
  const kinds: Unfit[] = [
    {
      title: 'JSON that is cut off',
      status,
      spoil: spoilt((one, at) => ({ raw: jsonOf(one).slice(0, at % jsonOf(one).length) })),
    },
    {
      title: 'a byte that is not UTF-8',
      status,
      spoil: spoilt((one, at) => {
        const bytes = Buffer.from(jsonOf(one));
        const head = at % (bytes.length + 1);
        return { raw: Buffer.concat([bytes.subarray(0, head), Buffer.of(0xff), bytes.subarray(head)]) };
      }),
    },
    {
      title: 'another content type',
      status: 415,
      spoil: spoilt((one, at) => ({
        body: one.body ?? {},
        headers: { ...one.headers, 'content-type': OTHER_TYPES[at % OTHER_TYPES.length] ?? '' },
      })),
    },
  ];
  const missing: Unfit = {
    title: 'no body',
    status: 422,
    pointer: '',
    code: 'type',
    spoil: spoilt(() => ({ body: undefined })),
  };
  return [
    ...faultsOf(schema, known).map((fault) => inPart('body', '', fault)),
    ...unstorable(schemaNamed(named.$ref), known),
    ...kinds,
    ...(schema.anyOf ? [] : [missing]),
  ];
}

/** Every kind of request to an operation with one fault. */
export const unfitRequests = (operation: Operation, known: Known): Unfit[] => [
  ...pathFaults(operation, known),
  ...queryFaults(operation, known),
  ...headerFaults(operation),
  ...bodyFaults(operation, known),
];
