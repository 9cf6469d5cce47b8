import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';
import { crc32 } from 'node:zlib';

/**
 * API keys: `imp_live_ID_SECRET` and a checksum, all in hexadecimal. The id finds the row, of the secret (256 bits) only
 * the hash is kept, and the checksum tells a key that is mistyped or made up, without a look at the database; scanners for
 * secrets that got about know keys by it, too.
 */

const FORM = /^(imp_live_([0-9a-f]{32})_([0-9a-f]{64}))([0-9a-f]{8})$/;

const checksumOf = (text: string): string => crc32(text).toString(16).padStart(8, '0');

/** A new key for an id. */
export function newApiKey(id: string): { key: string; secretHash: Buffer } {
  const secret = randomBytes(32).toString('hex');
  const text = `imp_live_${id.replaceAll('-', '')}_${secret}`;
  return { key: text + checksumOf(text), secretHash: hashSecret(secret) };
}

/** SHA-256 is enough for what nobody can guess (OWASP, Password Storage). */
const hashSecret = (secret: string): Buffer => createHash('sha256').update(secret).digest();

/** What looks like a key at all, whether or not it is one. */
export const isApiKey = (token: string): boolean => token.startsWith('imp_live_');

/** The parts of a key; undefined for one that was never given out. */
export function readApiKey(key: string): { id: string; secretHash: Buffer } | undefined {
  const [, text = '', id = '', secret = '', checksum] = FORM.exec(key) ?? [];
  if (checksum === undefined || checksumOf(text) !== checksum) return undefined;
  return { id: id.replace(/^(.{8})(.{4})(.{4})(.{4})/, '$1-$2-$3-$4-'), secretHash: hashSecret(secret) };
}

/** In a time that tells nothing of where they differ. */
export const isSameHash = (one: Uint8Array, other: Uint8Array): boolean => timingSafeEqual(one, other);
