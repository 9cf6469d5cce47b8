import type { ErrorObject } from 'ajv/dist/2020.js';
import { MAX_FAULTS } from './bounds.ts';
import type { FAULT_CODES } from './problems.ts';

/** One thing in a request that does not fit, as a response lists it. */
export interface Fault {
  pointer: string;
  code: (typeof FAULT_CODES)[number];
  detail: string;
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

/** Keywords whose errors only summarize others. */
const ONLY_SUMMARIES = new Set(['anyOf', 'oneOf', 'if']);

/** A name as a part of a JSON Pointer (RFC 6901), truncated, and without NUL and lone surrogates. */
const escaped = (name: string) =>
  name.slice(0, 100).toWellFormed().replaceAll('\0', '').replaceAll('~', '~0').replaceAll('/', '~1');

function faultOf(error: ErrorObject, at: string): Fault {
  const code = FAULT_CODE_OF[error.keyword] ?? 'invalid';
  const { params } = error;
  switch (error.keyword) {
    case 'required':
      return { pointer: `${at}/${escaped(params.missingProperty)}`, code, detail: 'is required' };
    case 'additionalProperties':
      return { pointer: `${at}/${escaped(params.additionalProperty)}`, code, detail: 'is not known here' };
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

/**
 * Adds the errors of a validator to the faults of a request, up to {@link MAX_FAULTS}.
 *
 * @param prefix of the JSON Pointers, which says what part of the request was validated
 */
export function addFaults(faults: Fault[], errors: readonly ErrorObject[], prefix: string): void {
  for (const error of errors) {
    if (faults.length >= MAX_FAULTS) return;
    if (ONLY_SUMMARIES.has(error.keyword)) continue;
    const { pointer, code, detail } = faultOf(error, prefix + error.instancePath);
    faults.push({ pointer: pointer.slice(0, 300), code, detail: detail.slice(0, 500) });
  }
}
