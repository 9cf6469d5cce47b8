/** What the standard library gives without a type is `unknown` (src/platform/lib.d.ts): `npm run types` checks this file. */

declare const text: string;
declare const something: unknown;

// @ts-expect-error It is unknown until it has been checked.
export const parsed: { id: string } = JSON.parse(text);
// @ts-expect-error It is unknown until it has been checked.
export const fetched: { id: string } = await (await fetch(text)).json();
// @ts-expect-error It is unknown until it has been checked.
export const property: string = Object(something).code;
// @ts-expect-error It is unknown until it has been checked.
export const { code } = Object(something);
// @ts-expect-error It is unknown until it has been checked.
export const held: string = Object.values(Object(something))[0];
// @ts-expect-error It is unknown until it has been checked.
export const made: { id: string } = Object.fromEntries([[text, something]]);
// @ts-expect-error It is unknown until it has been checked.
JSON.stringify(something, (_key, value) => value.code);
// @ts-expect-error It is unknown until it has been checked.
export const reflected: string = Reflect.get(Object(something), 'code');
if (Array.isArray(something)) {
  // @ts-expect-error It is unknown until it has been checked.
  something satisfies string[];
}

// What has a type keeps it.
export const numbers: number[] = Object.values({ one: 1 });
export const named: { [name: string]: number } = Object.fromEntries([['one', 1]]);
