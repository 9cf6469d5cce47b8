import type { TSchema } from '@sinclair/typebox';
import type { SchemaObject } from 'ajv';
import { exampleOf, schemaNamed } from '../../../src/http/openapi/schemas.ts';

/** Inputs of every shape, as large as is asked for: what makes a check slow that compares, counts, descends or tries again. */

/** A JSON text of about so many bytes, in the place of what a schema describes. */
export type Shape = (bytes: number, schema: SchemaObject) => string;

/** Items with commas between them, up to a size. */
function joined(item: (index: number) => string, bytes: number): string {
  const items: string[] = [];
  for (let length = 0; length < bytes; ) {
    const next = item(items.length);
    items.push(next);
    length += next.length + 1;
  }
  return items.join(',');
}

const list =
  (item: (index: number) => string): Shape =>
  (bytes) =>
    `[${joined(item, bytes)}]`;
const object =
  (property: (index: number) => string): Shape =>
  (bytes) =>
    `{${joined(property, bytes)}}`;

/** Whatever a schema expects, these are JSON. */
export const SHAPES: Record<string, Shape> = {
  'different numbers': list((n) => `${n}`),
  'equal numbers': list(() => '1'),
  'different texts': list((n) => `"t${n}"`),
  'equal texts': list(() => '""'),
  'the right item again and again': (bytes, { items }) =>
    list(() => (items ? JSON.stringify(exampleOf(items)) : 'null'))(bytes, {}),
  'empty objects': list(() => '{}'),
  'equal objects': list(() => '{"a":1}'),
  'objects of different keys': list((n) => `{"k${n}":1}`),
  'empty lists': list(() => '[]'),
  'different keys': object((n) => `"k${n}":1`),
  'keys that are numbers': object((n) => `"${(n * 61_001 + 1_000_000) % 4_294_967_291}":1`),
  'one key again and again': object(() => '"a":1'),
  'keys that a pointer has to escape': object((n) => `"~/\\u0000${n}":1`),
  'lists in lists': (bytes) => '['.repeat(bytes / 2) + ']'.repeat(bytes / 2),
  'objects in objects': (bytes) => `${'{"a":'.repeat(bytes / 6)}1${'}'.repeat(bytes / 6)}`,
  'a long number': (bytes) => '1'.repeat(bytes),
  'a long fraction': (bytes) => `0.${'1'.repeat(bytes)}e400`,
};

/** What a text repeats so that a pattern tries every way to read it, until its end fits none of them. */
export const REPEATED = `a 0 - . , ; = / @ " \\ a- a. a@ a=; a,b; ";" W/" q=0; \\u0041 \\ud83e é 👾`
  .split(' ')
  .concat(' ', '\t', ' a', '; ');

/** Texts that are hard on patterns, of about so many bytes, as JSON; by what they repeat. */
export const HARD_TEXTS: readonly [string, Shape][] = REPEATED.map((unit) => {
  const written = unit.startsWith('\\u') ? unit : JSON.stringify(unit).slice(1, -1);
  return [written, (bytes) => `"${written.repeat(bytes / Buffer.byteLength(written))}!"`];
});

/** The object that a body has to be. */
export function objectOf(schema: TSchema): TSchema {
  if (schema.$ref) return objectOf(schemaNamed(schema.$ref));
  const object = schema.anyOf?.find(({ type }: TSchema) => type !== 'null');
  return object ? objectOf(object) : schema;
}

/** A body that has a shape in the place of every property that `isMeant` chooses. */
export function bodyOf(schema: TSchema, shape: Shape, isMeant: (property: TSchema) => boolean): Shape {
  const properties = Object.entries<TSchema>(objectOf(schema).properties);
  const meant = properties.filter(([, property]) => isMeant(property));
  return (bytes) => {
    const parts = properties.map(([name, property]) => {
      const value = isMeant(property)
        ? shape(bytes / meant.length, property)
        : JSON.stringify(exampleOf(property));
      return `"${name}":${value}`;
    });
    return `{${parts.join(',')}}`;
  };
}
