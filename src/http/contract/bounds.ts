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
 * Validation with bounded work: the bounds of a value are checked first, and a value that exceeds one is not examined
 * further; no keyword takes more than linear time; and the search for faults ends at {@link MAX_FAULTS}.
 */

/** How many faults are searched for, and listed in a response, at most. */
export const MAX_FAULTS = 100;

/** The keywords that are checked first. */
const BOUNDS = new Set(['maxLength', 'maxItems', 'maxProperties']);
/** The keywords that may take longer the larger a value is. */
const AFTERWARDS = new Set(
  `pattern format minLength items uniqueItems minItems properties required additionalProperties
  minProperties`.split(/\s+/),
);

/** An equivalent schema in which the other keywords apply only to values within their bounds. */
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

/** The value of a keyword, with the schemas in it rewritten as well. */
function within(key: string, value: SchemaObject): unknown {
  if (key === 'items') return boundsFirst(value);
  if (key === 'anyOf' || key === 'oneOf') return Object.values<SchemaObject>(value).map(boundsFirst);
  if (key !== 'properties') return value;
  const properties = Object.entries<SchemaObject>(value);
  return Object.fromEntries(properties.map(([name, property]) => [name, boundsFirst(property)]));
}

type Validate = NonNullable<FuncKeywordDefinition['validate']>;
type Compile = NonNullable<FuncKeywordDefinition['compile']>;

/** Rejects NUL, which PostgreSQL refuses, and lone surrogates, which UTF-8 cannot encode; JSON has escapes for both. */
const storableText: Validate = (_schema: boolean, text: unknown) => {
  if (typeof text !== 'string') return true;
  const hasNul = text.includes('\0');
  if (!hasNul && text.isWellFormed()) return true;
  const message = hasNul ? 'must not contain NUL (U+0000)' : 'must not contain half of a surrogate pair';
  storableText.errors = [{ keyword: 'storableText', message }];
  return false;
};

/** Replaces Ajv's, which compares every item with every other. Lists of objects are not compared. */
const uniqueItems: Validate = (isUnique: boolean, items: unknown[]) => {
  if (!isUnique || new Set(items).size === items.length) return true;
  uniqueItems.errors = [{ keyword: 'uniqueItems', message: 'must not have the same item twice' }];
  return false;
};

/** Replaces Ajv's, which reports every unknown property. */
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

/** Replaces Ajv's, which goes on to the last item however many faults it has found. */
function items(context: KeywordCxt): void {
  const { gen, data, keyword } = context;
  gen.forRange('i', 0, _`${data}.length`, (i) => {
    context.subschema({ keyword, dataProp: i, dataPropType: Type.Num }, gen.name('valid'));
    gen.if(_`${names.default.errors} >= ${MAX_FAULTS}`, () => gen.break());
  });
}

/** Adds the keywords of {@link boundsFirst} to a validator, and replaces those that are not bounded. */
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
