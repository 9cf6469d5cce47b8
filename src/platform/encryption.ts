import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';
import type { Secrets } from './keys.ts';

/** Text that is kept for a while and holds a secret, under AES-256-GCM (NIST SP 800-38D); a nonce of 96 bits, then the tag. */

const ALGORITHM = 'aes-256-gcm';
const [NONCE, TAG] = [12, 16];

/** The text as it can be kept. */
export function encrypt(text: string, { current }: Secrets): string {
  const nonce = randomBytes(NONCE);
  const cipher = createCipheriv(ALGORITHM, current, nonce);
  const encrypted = Buffer.concat([cipher.update(text, 'utf8'), cipher.final()]);
  return Buffer.concat([nonce, cipher.getAuthTag(), encrypted]).toString('base64');
}

/** @throws where it was encrypted with none of these secrets, or changed since */
export function decrypt(encrypted: string, { all }: Secrets): string {
  const bytes = Buffer.from(encrypted, 'base64');
  for (const secret of all) {
    const decipher = createDecipheriv(ALGORITHM, secret, bytes.subarray(0, NONCE));
    decipher.setAuthTag(bytes.subarray(NONCE, NONCE + TAG));
    try {
      return decipher.update(bytes.subarray(NONCE + TAG), undefined, 'utf8') + decipher.final('utf8');
    } catch {
      // It was another of the secrets.
    }
  }
  throw new Error('it was encrypted with another secret');
}
