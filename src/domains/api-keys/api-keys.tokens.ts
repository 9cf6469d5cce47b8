import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';
import { crc32 } from 'node:zlib';

/**
 * API keys: `imp_live_ID_SECRET` and a checksum, all in hexadecimal. The id finds the row; of the secret (256 bits) only
 * the hash is stored. By the checksum (CRC-32) mistyped keys are rejected without a query, and secret scanners recognise
 * leaked ones.
 */

const FORM = /^(imp_live_([0-9a-f]{32})_([0-9a-f]{64}))([0-9a-f]{8})$/;

const checksumOf = (text: string): string => crc32(text).toString(16).padStart(8, '0');

/** A new key for an id. */
export function newApiKey(id: string): { key: string; secretHash: Buffer } {
  const secret = randomBytes(32).toString('hex');
  const text = `imp_live_${id.replaceAll('-', '')}_${secret}`;
  return { key: text + checksumOf(text), secretHash: hashSecret(secret) };
}

/** SHA-256 suffices for a random secret of 256 bits: unlike a password it cannot be guessed. */
const hashSecret = (secret: string): Buffer => createHash('sha256').update(secret).digest();

/** Whether a token is meant to be an API key, valid or not. */
export const hasApiKeyPrefix = (token: string): boolean => token.startsWith('imp_live_');

/** The parts of a key; undefined where its form or its checksum is wrong. */
export function parseApiKey(key: string): { id: string; secretHash: Buffer } | undefined {
  const [, text = '', id = '', secret = '', checksum] = FORM.exec(key) ?? [];
  if (checksum === undefined || checksumOf(text) !== checksum) return undefined;
  return { id: id.replace(/^(.{8})(.{4})(.{4})(.{4})/, '$1-$2-$3-$4-'), secretHash: hashSecret(secret) };
}

/** Compares in constant time. */
export const isSameHash = (one: Uint8Array, other: Uint8Array): boolean => timingSafeEqual(one, other);
