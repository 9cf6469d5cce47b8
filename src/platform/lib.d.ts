/**
 * Standard functions whose result is `any` in TypeScript's own declarations, under which a wrong type goes unnoticed. Here it
 * is `unknown`, so that it has to be checked against a schema (`parseJson` in `src/tooling/json.ts`) or narrowed (`unknown.ts`).
 */

interface JSON {
  parse(text: string, reviver?: (this: unknown, key: string, value: unknown) => unknown): unknown;
  stringify(
    value: unknown,
    replacer: (this: unknown, key: string, value: unknown) => unknown,
    space?: string | number,
  ): string;
}

interface ObjectConstructor {
  (value: unknown): object;
  getPrototypeOf(value: unknown): object | null;
  /** An object that inherits from another has its type. */
  create<T extends object>(prototype: T, properties?: PropertyDescriptorMap & ThisType<unknown>): T;
  fromEntries<T>(entries: Iterable<readonly [PropertyKey, T]>): { [key: string]: T };
  fromEntries(entries: Iterable<readonly unknown[]>): { [key: string]: unknown };
  entries<T>(value: { [key: string]: T } | ArrayLike<T>): [string, T][];
  entries(value: object): [string, unknown][];
  values<T>(value: { [key: string]: T } | ArrayLike<T>): T[];
  values(value: object): unknown[];
}

interface ArrayConstructor {
  isArray(value: unknown): value is unknown[];
}

declare namespace NodeJS {
  type Require = (id: string) => unknown;
}

declare namespace Reflect {
  function get(target: object, key: PropertyKey, receiver?: unknown): unknown;
}
