import type { TSchema } from '@sinclair/typebox';
import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js';
import addFormats from 'ajv-formats';
import type { FastifySchema, RouteOptions } from 'fastify';
import fp from 'fastify-plugin';
import { propertiesOf } from '../../platform/unknown.ts';
import { addBoundedKeywords, boundsFirst } from './bounds.ts';
import { addFaults, type Fault } from './faults.ts';
import { addHook } from './operations.ts';
import { ValidationFailed } from './problems.ts';
import { ANSWER_KEYWORDS, components } from './schema.ts';

/**
 * Validation: strict for bodies (no coercion, no removal, no defaults); parameters in query, path and headers are text,
 * which is converted to the type of its schema, with defaults. A request is validated once, and all faults of all its parts
 * are answered together.
 */

declare module 'fastify' {
  interface FastifyRequest {
    /** Faults that were found before validation; they are answered together with those of the schemas. */
    faults: Fault[];
  }
}

/**
 * A validator that knows the named schemas; those it compiles have to be {@link boundsFirst}.
 *
 * @param options.useDefaults whether missing properties get their defaults
 */
export function newValidator({ useDefaults }: { useDefaults: boolean }): Ajv2020 {
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
  addBoundedKeywords(ajv);
  addFormats.default(ajv, ['date-time', 'uuid', 'email', 'uri', 'int32', 'int64']);
  for (const schema of components.values()) ajv.addSchema(boundsFirst(schema));
  return ajv;
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
const isEmpty = (schema: TSchema): boolean =>
  schema.properties !== undefined && Object.keys(schema.properties).length === 0;

/** The parts of a request in the order of their faults in a response, and the prefix of a JSON Pointer into each. */
const PARTS = [
  { part: 'params', of: 'params', prefix: '/path' },
  { part: 'body', of: 'body', prefix: '' },
  { part: 'querystring', of: 'query', prefix: '/query' },
  { part: 'headers', of: 'headers', prefix: '/header' },
] as const;

type Validators = Record<'strict' | 'filling', () => Ajv2020>;

/** Validates a part of a request and adds its faults; the schema is compiled at the first request that needs it. */
function checkOf(schema: TSchema, prefix: string, validators: Validators) {
  const isBody = prefix === '';
  const needsNothing = isEmpty(schema);
  const readers = isBody ? [] : readersOf(schema);
  let validate: ValidateFunction | undefined;
  return (value: unknown, faults: Fault[]): void => {
    const fields = propertiesOf(value);
    if (needsNothing && !isBody && Object.keys(fields).length === 0) return;
    validate ??= validators[isBody ? 'strict' : 'filling']().compile(boundsFirst(schema));
    for (const { name, read } of readers) {
      const text = fields[name];
      if (typeof text === 'string') fields[name] = read(text);
    }
    if (!validate(value ?? null)) addFaults(faults, validate.errors ?? [], prefix);
  };
}

const schemaOf = (schema: FastifySchema | undefined, part: (typeof PARTS)[number]['part']) =>
  schema?.[part] as TSchema | undefined;

/**
 * Validates requests and rejects those with faults. Concerns that find faults themselves are registered after it, and add
 * theirs in `onRequest`. Fastify's own validation, which stops at the first part with a fault, is switched off.
 */
export const validation = fp(
  async (app) => {
    const kept: Partial<Record<keyof Validators, Ajv2020>> = {};
    const validators: Validators = {
      strict: () => (kept.strict ??= newValidator({ useDefaults: false })),
      filling: () => (kept.filling ??= newValidator({ useDefaults: true })),
    };
    app.setValidatorCompiler(() => () => true);
    app.decorateRequest('faults');
    app.addHook('onRoute', (route: RouteOptions) => {
      const checks = PARTS.flatMap(({ part, of, prefix }) => {
        const schema = schemaOf(route.schema, part);
        return schema ? [{ of, check: checkOf(schema, prefix, validators) }] : [];
      });
      if (checks.length === 0) return;
      addHook(route, 'onRequest', (request, _reply, done) => {
        request.faults = [];
        done();
      });
      addHook(route, 'preValidation', (request, _reply, done) => {
        const { faults } = request;
        for (const { of, check } of checks) check(request[of], faults);
        if (faults.length === 0) done();
        else done(new ValidationFailed(undefined, { errors: faults }));
      });
    });
  },
  { name: 'validation', dependencies: ['bodies'] },
);
