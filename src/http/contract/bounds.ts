import {
  _,
  type Ajv2020,
  type FuncKeywordDefinition,
  type KeywordCxt,
  type SchemaObject,
} from 'ajv/dist/2020.js';
import names from 'ajv/dist/compile/names.js';
import { Type } from 'ajv/dist/compile/util.js';

/**
 * Validation whose work is bounded. Its bounds are the first thing that is looked at in a value, and what is over one of
 * them is not looked at further. No check grows faster than its input, and the search for faults ends at a hundred.
 */

/** So many faults are looked for, and listed in one answer. */
export const MAX_FAULTS = 100;

/** What a value has to be before anything else is asked of it. */
const BOUNDS = new Set(['maxLength', 'maxItems', 'maxProperties']);
const AFTERWARDS = new Set(
  `pattern format minLength items uniqueItems minItems properties required additionalProperties
  minProperties`.split(/\s+/),
);

/** The same schema for a validator that looks at the bounds of a value before the rest. */
export function boundsFirst(schema: SchemaObject): SchemaObject {
  const isText = [schema.type].flat().includes('string') && !schema.enum;
  const entries = Object.entries(isText ? { ...schema, storableText: true } : schema);
  const all = entries.map(([key, value]) => [key, within(key, value)] as const);
  const bounds = Object.fromEntries(all.filter(([key]) => BOUNDS.has(key)));
  if (Object.keys(bounds).length === 0) return Object.fromEntries(all);
  return Object.fromEntries([
    ...all.filter(([key]) => !BOUNDS.has(key) && !AFTERWARDS.has(key)),
    ['if', bounds],
    ['then', Object.fromEntries(all.filter(([key]) => AFTERWARDS.has(key)))],
    ['else', bounds],
  ]);
}

/** The value of a keyword, with the schemas in it. */
function within(key: string, value: unknown): unknown {
  if (key === 'items') return boundsFirst(Object(value));
  if (key === 'anyOf' || key === 'oneOf') return Array.from(Object(value), boundsFirst);
  if (key !== 'properties') return value;
  const properties = Object.entries<SchemaObject>(Object(value));
  return Object.fromEntries(properties.map(([name, property]) => [name, boundsFirst(property)]));
}

type Validate = NonNullable<FuncKeywordDefinition['validate']>;
type Compile = NonNullable<FuncKeywordDefinition['compile']>;

/**
 * Text without NUL, which PostgreSQL refuses, and without half of a surrogate pair, which UTF-8 cannot say. JSON can hold
 * both, as escapes.
 */
const storableText: Validate = (_schema: boolean, text: unknown) => {
  if (typeof text !== 'string') return true;
  const hasNul = text.includes('\0');
  if (!hasNul && text.isWellFormed()) return true;
  const message = hasNul ? 'must not contain NUL (U+0000)' : 'must not contain half of a surrogate pair';
  storableText.errors = [{ keyword: 'storableText', message }];
  return false;
};

/** In the place of Ajv's, which compares each item with each. */
const uniqueItems: Validate = (isUnique: boolean, items: unknown[]) => {
  if (!isUnique || new Set(items).size === items.length) return true;
  uniqueItems.errors = [{ keyword: 'uniqueItems', message: 'must not have the same item twice' }];
  return false;
};

/** In the place of Ajv's, which finds every one of them. */
const additionalProperties: Compile = (isOpen: boolean, parent) => {
  const known = new Set(Object.keys(parent.properties ?? {}));
  const validate: ReturnType<Compile> = (data: object) => {
    const unknown: string[] = [];
    for (const name in data) {
      if (known.has(name)) continue;
      unknown.push(name);
      if (unknown.length === MAX_FAULTS) break;
    }
    validate.errors = unknown.map((name) => ({
      keyword: 'additionalProperties',
      params: { additionalProperty: name },
    }));
    return unknown.length === 0;
  };
  return isOpen ? () => true : validate;
};

/** In the place of Ajv's, which goes on to the end however much it has found. */
function items(context: KeywordCxt): void {
  const { gen, data, keyword } = context;
  gen.forRange('i', 0, _`${data}.length`, (i) => {
    context.subschema({ keyword, dataProp: i, dataPropType: Type.Num }, gen.name('valid'));
    gen.if(_`${names.default.errors} >= ${MAX_FAULTS}`, () => gen.break());
  });
}

/** Gives a validator the keywords that {@link boundsFirst} writes, and bounded ones in the place of its own. */
export function addBoundedKeywords(ajv: Ajv2020): Ajv2020 {
  for (const replaced of ['items', 'uniqueItems', 'additionalProperties']) ajv.removeKeyword(replaced);
  return ajv
    .addKeyword({
      keyword: 'storableText',
      before: 'if',
      schemaType: 'boolean',
      validate: storableText,
    })
    .addKeyword({ keyword: 'items', type: 'array', schemaType: 'object', code: items })
    .addKeyword({ keyword: 'uniqueItems', type: 'array', schemaType: 'boolean', validate: uniqueItems })
    .addKeyword({
      keyword: 'additionalProperties',
      type: 'object',
      schemaType: 'boolean',
      compile: additionalProperties,
    });
}
