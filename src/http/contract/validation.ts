import type { TSchema } from '@sinclair/typebox';
import { Ajv2020, type ErrorObject, type ValidateFunction } from 'ajv/dist/2020.js';
import addFormats from 'ajv-formats';
import type { FastifyRequest, FastifySchemaCompiler } from 'fastify';
import type { FAULT_CODES } from './problems.ts';
import { ANSWER_KEYWORDS, components } from './schema.ts';

/**
 * Validation: strict for bodies (no coercion, no removal, no defaults); parameters in query, path and headers are text,
 * which is converted to the type of its schema, with defaults. All faults are found at once.
 */

export interface Fault {
  pointer: string;
  code: (typeof FAULT_CODES)[number];
  detail: string;
}

/** How many faults an answer lists at most. */
export const MAX_FAULTS = 100;

function compiler(useDefaults: boolean): Ajv2020 {
  const ajv = new Ajv2020({
    strict: true,
    strictTypes: false,
    allowUnionTypes: true,
    allErrors: true,
    strictNumbers: true,
    useDefaults,
    keywords: ANSWER_KEYWORDS,
    // The schemas are our own and checked by the gate of the contract; here it would only cost time.
    validateSchema: false,
  });
  addFormats.default(ajv, ['date-time', 'uuid', 'email', 'uri', 'int32', 'int64']);
  for (const schema of components.values()) ajv.addSchema(schema);
  return ajv;
}

/** The code of a fault, by the keyword of JSON Schema; `invalid` for any other. */
export const FAULT_CODE_OF: Record<string, Fault['code']> = {
  required: 'required',
  additionalProperties: 'unknown',
  type: 'type',
  format: 'format',
  pattern: 'format',
  enum: 'enum',
  const: 'enum',
  minLength: 'too_short',
  maxLength: 'too_long',
  minimum: 'too_small',
  maximum: 'too_large',
  minItems: 'too_few',
  minProperties: 'too_few',
  maxItems: 'too_many',
  maxProperties: 'too_many',
  uniqueItems: 'duplicate',
};

/** A name as a part of a JSON Pointer (RFC 6901), truncated, and without NUL and lone surrogates. */
const escaped = (name: string) =>
  name.slice(0, 100).toWellFormed().replaceAll('\0', '').replaceAll('~', '~0').replaceAll('/', '~1');

/** The fault for an error of the validator; none for errors that only summarize others. */
function faultOf(error: ErrorObject, prefix: string): Fault | undefined {
  if (error.keyword === 'anyOf' || error.keyword === 'oneOf' || error.keyword === 'if') return undefined;
  const at = prefix + error.instancePath;
  const code = FAULT_CODE_OF[error.keyword] ?? 'invalid';
  const { params } = error;
  switch (error.keyword) {
    case 'required':
      return { pointer: `${at}/${escaped(params.missingProperty)}`, code, detail: 'is required' };
    case 'additionalProperties':
      return {
        pointer: `${at}/${escaped(params.additionalProperty)}`,
        code,
        detail: 'is not known here',
      };
    case 'enum':
      return { pointer: at, code, detail: `must be one of ${params.allowedValues.join(', ')}` };
    case 'type':
      return { pointer: at, code, detail: `must be ${[params.type].flat().join(' or ')}` };
    case 'format':
      return { pointer: at, code, detail: `must be a valid ${params.format}` };
    case 'pattern':
      return { pointer: at, code, detail: `must match ${params.pattern}` };
    case 'minLength':
    case 'maxLength':
      return {
        pointer: at,
        code,
        detail: `must have ${code === 'too_short' ? 'at least' : 'at most'} ${params.limit} characters`,
      };
    default:
      return { pointer: at, code, detail: error.message ?? 'is not valid' };
  }
}

const PREFIXES: Record<string, string> = {
  body: '',
  querystring: '/query',
  params: '/path',
  headers: '/header',
};

/** The order in which Fastify validates the parts of a request; it stops at the first that does not fit. */
const PARTS = ['params', 'body', 'querystring', 'headers'] as const;

/** The faults of every part of a request, given that one of them did not fit. */
export function allFaults(request: FastifyRequest): Fault[] {
  const faults: Fault[] = [];
  for (const part of PARTS) {
    const validate = request.getValidationFunction(part) as ValidateFunction | undefined;
    if (!validate) continue;
    const value = part === 'querystring' ? request.query : request[part];
    if (validate(value ?? null) || !validate.errors) continue;
    for (const error of validate.errors) {
      const fault = faultOf(error, PREFIXES[part] ?? '');
      if (fault && faults.length < MAX_FAULTS)
        faults.push({ ...fault, pointer: fault.pointer.slice(0, 300), detail: fault.detail.slice(0, 500) });
    }
  }
  return faults;
}

const INTEGER = /^-?(0|[1-9]\d*)$/;
const NUMBER = /^-?(0|[1-9]\d*)(\.\d+)?([eE][+-]?\d+)?$/;

/**
 * Converts text to the type of its schema: as JSON would write it, and in no other spelling such as `0x10`, `+1` or
 * `Infinity`. What cannot be converted stays text, which the schema rejects.
 */
const READERS: Record<string, (text: string) => unknown> = {
  integer: (text) => (INTEGER.test(text) ? Number(text) : text),
  number: (text) => (NUMBER.test(text) ? Number(text) : text),
  boolean: (text) => (text === 'true' ? true : text === 'false' ? false : text),
  array: (text) => [text],
};

/** The parameters of a schema that need conversion. */
function readersOf(schema: TSchema) {
  const properties: [string, TSchema][] = Object.entries(schema.properties ?? {});
  return properties.flatMap(([name, property]) => {
    const type = property.$ref ? components.get(property.$ref.replace(/#$/, ''))?.type : property.type;
    const read = READERS[type];
    return read ? [{ name, read }] : [];
  });
}

/** Whether a schema allows only an object without properties, such as the query of an operation without parameters. */
const isEmpty = (schema: object): boolean =>
  'properties' in schema && Object.keys(Object(schema.properties)).length === 0;

/** Compiles the schema of a part of a request, at the first request that needs it. */
export function validatorCompiler(): FastifySchemaCompiler<TSchema> {
  let strict: Ajv2020 | undefined;
  let filling: Ajv2020 | undefined;
  const compile = (schema: object, part: string | undefined): ValidateFunction => {
    if (part === 'body') {
      strict ??= compiler(false);
      return strict.compile(schema);
    }
    filling ??= compiler(true);
    return filling.compile(schema);
  };
  return ({ schema, httpPart }) => {
    const needsNothing = isEmpty(schema);
    const readers = httpPart === 'body' ? [] : readersOf(schema);
    let compiled: ValidateFunction | undefined;
    const validate: { (data: Record<string, unknown>): boolean; errors?: ErrorObject[] | null } = (data) => {
      if (needsNothing && Object.keys(data).length === 0) return true;
      compiled ??= compile(schema, httpPart);
      for (const { name, read } of readers) {
        const text = data[name];
        if (typeof text === 'string') data[name] = read(text);
      }
      const fits = compiled(data);
      validate.errors = compiled.errors ?? null;
      return fits;
    };
    return validate;
  };
}

const MAX_DEPTH = 100;
const SUSPECT = /\\u(0000|d[89a-f])/i;

/**
 * The strings in a body that cannot be stored: with NUL, which PostgreSQL refuses, or with half of a surrogate pair, which
 * UTF-8 cannot encode. Only a body whose source contains such an escape is searched.
 */
export function textFaults(source: string, body: unknown): Fault[] {
  if (!SUSPECT.test(source)) return [];
  const faults: Fault[] = [];
  const visit = (value: unknown, pointer: string, depth: number): void => {
    if (faults.length >= MAX_FAULTS) return;
    if (depth > MAX_DEPTH) {
      faults.push({
        pointer: pointer.slice(0, 300),
        code: 'invalid',
        detail: `must not be nested more than ${MAX_DEPTH} deep`,
      });
      return;
    }
    if (typeof value === 'string') {
      if (value.includes('\0'))
        faults.push({ pointer, code: 'invalid', detail: 'must not contain NUL (U+0000)' });
      else if (!value.isWellFormed())
        faults.push({ pointer, code: 'invalid', detail: 'must not contain half of a surrogate pair' });
    } else if (typeof value === 'object' && value !== null) {
      for (const [name, item] of Object.entries(value)) {
        const at = `${pointer}/${escaped(name)}`;
        visit(name, at, depth + 1);
        visit(item, at, depth + 1);
      }
    }
  };
  visit(body, '', 0);
  return faults;
}
