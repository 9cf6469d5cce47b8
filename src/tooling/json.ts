import type { Static, TSchema } from '@sinclair/typebox';
import { Value } from '@sinclair/typebox/value';

/**
 * A value that fits a schema, with its type. Further properties are kept.
 *
 * @throws {TypeError} that says where it does not fit first
 */
export function checked<S extends TSchema>(schema: S, value: unknown): Static<S> {
  if (Value.Check(schema, value)) return value;
  const fault = Value.Errors(schema, value).First();
  throw new TypeError(`${fault?.path || 'the value'}: ${fault?.message}`);
}

/**
 * Parses JSON text that fits a schema.
 *
 * @throws {SyntaxError} for text that is not JSON
 * @throws {TypeError} for JSON that does not fit
 */
export const parseJson = <S extends TSchema>(schema: S, text: string): Static<S> =>
  checked(schema, JSON.parse(text));
