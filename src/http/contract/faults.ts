import type { ErrorObject } from 'ajv/dist/2020.js';
import { MAX_FAULTS } from './bounds.ts';
import type { FAULT_CODES } from './problems.ts';

/** What is wrong with a request, as the answer tells it. */
export interface Fault {
  pointer: string;
  code: (typeof FAULT_CODES)[number];
  detail: string;
}

/** The code of a fault, by the keyword of JSON Schema that it goes against; `invalid` for any other. */
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

/** Errors that only say that there is another one. */
const ONLY_SUMMARIES = new Set(['anyOf', 'oneOf', 'if']);

/** A name as a part of a JSON Pointer (RFC 6901), cut, and without what no text can hold. */
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
 * Adds what a validator found to the faults of a request, as long as there is room in the answer.
 *
 * @param prefix where the validated value is in the request, as the start of a JSON Pointer
 */
export function addFaults(faults: Fault[], errors: readonly ErrorObject[], prefix: string): void {
  for (const error of errors) {
    if (faults.length >= MAX_FAULTS) return;
    if (ONLY_SUMMARIES.has(error.keyword)) continue;
    const { pointer, code, detail } = faultOf(error, prefix + error.instancePath);
    faults.push({ pointer: pointer.slice(0, 300), code, detail: detail.slice(0, 500) });
  }
}
