/** Narrowing of values of which nothing is known, such as a caught error or parsed JSON. */

export const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null;

/** The properties of an object; none where the value is no object. */
export const propertiesOf = (value: unknown): Record<string, unknown> => (isRecord(value) ? value : {});
