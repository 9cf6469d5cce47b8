import { createHmac, createPrivateKey, createPublicKey, type KeyObject, sign } from 'node:crypto';
import { propertiesOf } from '../../src/platform/unknown.ts';
import { signingKey } from '../support/app/bare-app.ts';

/** Tokens made by hand, to be wrong in one way at a time. */

export const privateKey = createPrivateKey(signingKey);
export const publicPem = createPublicKey(privateKey).export({ type: 'spki', format: 'pem' }).toString();

type Json = Record<string, unknown>;

/** Claims may be JSON already, for what no value in JavaScript is written as. */
type Written = Json | string;

const encode = (value: Written) =>
  Buffer.from(typeof value === 'string' ? value : JSON.stringify(value)).toString('base64url');
const decode = (part: string | undefined): Json =>
  propertiesOf(JSON.parse(Buffer.from(part ?? '', 'base64url').toString('utf8')));

/** The header and the claims of a token. */
export const read = (token: string): { header: Json; claims: Json } => {
  const [header, claims] = token.split('.');
  return { header: decode(header), claims: decode(claims) };
};

/** A token signed with an Ed25519 key. */
export function signed(header: Json, claims: Written, key: KeyObject = privateKey): string {
  const content = `${encode(header)}.${encode(claims)}`;
  return `${content}.${sign(null, Buffer.from(content), key).toString('base64url')}`;
}

/** A token signed with a shared secret. */
export function signedBySecret(header: Json, claims: Json, secret: string): string {
  const content = `${encode(header)}.${encode(claims)}`;
  return `${content}.${createHmac('sha256', secret).update(content).digest('base64url')}`;
}

/** A token without a signature. */
export const unsigned = (header: Json, claims: Json): string => `${encode(header)}.${encode(claims)}.`;

/** Without some of its members. */
export const without = (object: Json, ...names: string[]): Json =>
  Object.fromEntries(Object.entries(object).filter(([name]) => !names.includes(name)));

const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';

/** Every text that differs in the last character: some of them say the same bytes, in a base64url that is not canonical. */
export const lastCharacterChanged = (text: string): string[] =>
  [...ALPHABET].map((character) => text.slice(0, -1) + character).filter((changed) => changed !== text);
